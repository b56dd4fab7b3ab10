/* SPDX-License-Identifier: MIT */
/*
 * run_options.c - the options of ndisrun run for one adapter
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ndisrun/command.h"
#include "ndisrun/run_options.h"

#define COPYBREAK_MAXIMUM 1048576
#define HEADER_MAXIMUM	  1500
#define REST_MAXIMUM	  65535

static const char *const interrupt_names[] = {
	[PLATFORM_INTERRUPT_AUTO] = "auto",
	[PLATFORM_INTERRUPT_MSIX] = "msix",
	[PLATFORM_INTERRUPT_MSI] = "msi",
	[PLATFORM_INTERRUPT_INTX] = "intx",
};

const char *interrupt_kind_name(enum platform_interrupt kind)
{
	return (size_t)kind < sizeof(interrupt_names) / sizeof(interrupt_names[0])
		       ? interrupt_names[kind]
		       : "?";
}

int interface_name_check(const char *option, const char *name)
{
	size_t length = strlen(name);
	size_t i;

	if (length == 0 || length >= IFNAMSIZ || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		goto bad;
	for (i = 0; i < length; i++)
		if (!isgraph((unsigned char)name[i]) || strchr("/:%", name[i]))
			goto bad;
	return 0;
bad:
	complain("%s '%s': the name of an interface has 1 to %d characters, and no space, '/', ':' "
		 "or '%%'",
		 option, name, IFNAMSIZ - 1);
	return -EINVAL;
}

static int parse_choice(const char *option, const char *text, const char *const *names,
			size_t count, unsigned int *value)
{
	char list[128] = "";
	size_t i;

	for (i = 0; i < count; i++) {
		size_t used = strlen(list);

		if (strcmp(text, names[i]) == 0) {
			*value = (unsigned int)i;
			return 0;
		}
		snprintf(list + used, sizeof(list) - used, "%s%s", i ? ", " : "", names[i]);
	}
	complain("%s '%s': must be one of %s", option, text, list);
	return -EINVAL;
}

/* ISA devices are neither behind an IOMMU nor have they more than one interrupt. */
static int check_isa(const struct run_options *options)
{
	const struct dma_options *dma = &options->adapter.dma;
	const char *device = options->qtest.device;
	const char *message = NULL;

	if (options->adapter.interrupt != PLATFORM_INTERRUPT_AUTO)
		message = "--irq: the interrupt of an ISA device is the one that --isa names";
	else if (options->vfio != VFIO_WAY_AUTO)
		message = "--vfio: an ISA device ('--isa') is not behind an IOMMU";
	else if (dma->policy != DMA_POLICY_AUTO || dma->fragment != DMA_FRAGMENT_NONE ||
		 dma->copybreak != DMA_DEFAULT_COPYBREAK || options->adapter.max_address_bits ||
		 options->adapter.refuse_scatter_gather || options->adapter.single_element)
		message = "--policy, --fragment, --copybreak, --dma-size, --no-sg and "
			  "--single-element are for bus masters: the system DMA controller moves "
			  "the data of an ISA device ('--isa')";
	else if (options->physical)
		message = "--addresses: the system DMA controller moves the data of an ISA device "
			  "('--isa'), always by physical addresses";
	else if (options->inf)
		message = "--inf: an INF file is looked up by the names of a PCI device, not of an "
			  "ISA device ('--isa'); use --set";
	else if (options->qtest.enabled && device &&
		 (strstr(device, ",iobase=") || strstr(device, ",irq=") || strstr(device, ",dma=")))
		message = "--isa gives the device its properties iobase, irq and dma: leave them "
			  "out of "
			  "--device";
	else if ((!options->qtest.enabled || options->qtest.socket) && device)
		message = "--isa says where the device is: leave --device out";
	if (!message)
		return 0;
	complain("%s", message);
	return -EINVAL;
}

/* What it means is known when all options are: an address, or a device of QEMU. */
static int check_device(struct run_options *options)
{
	const char *text = options->qtest.device;
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};

	if (options->isa.enabled && check_isa(options) < 0)
		return -EINVAL;
	if (options->isa.enabled && !text) {
		snprintf(options->device, sizeof(options->device), "ISA 0x%x",
			 options->isa.resources.port);
		return 0;
	}
	if (options->qtest.enabled && options->vfio != VFIO_WAY_AUTO) {
		complain("--vfio: a device of QEMU ('--qtest') is reached without VFIO");
		return -EINVAL;
	}
	if (options->qtest.enabled) {
		snprintf(options->device, sizeof(options->device), "%.*s", (int)strcspn(text, ","),
			 text);
		return 0;
	}
	if (pci_address_canonical(text, options->device, &why) == 0)
		return 0;
	complain("--device: %s", message);
	return -EINVAL;
}

static int parse_dma_size(struct run_options *options, const char *text)
{
	if (strcmp(text, "24") != 0 && strcmp(text, "32") != 0 && strcmp(text, "64") != 0) {
		complain("--dma-size '%s': must be 24, 32 or 64", text);
		return -EINVAL;
	}
	options->adapter.max_address_bits = (unsigned int)atoi(text);
	if (options->adapter.max_address_bits == 64)
		options->adapter.max_address_bits = 0;
	return 0;
}

static int add_parameter(struct run_options *options, const char *keyword, size_t length,
			 const char *value)
{
	unsigned int count = options->adapter.parameter_count;

	if (count == RUN_PARAMETERS) {
		complain("--set '%s': at most %d keywords can be set", keyword, RUN_PARAMETERS);
		return -EINVAL;
	}
	options->keywords[count] = strndup(keyword, length);
	if (!options->keywords[count]) {
		complain("out of memory");
		return -ENOMEM;
	}
	options->parameters[count].keyword = options->keywords[count];
	options->parameters[count].value = value;
	options->adapter.parameter_count++;
	return 0;
}

static int parse_set(struct run_options *options, const char *text)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text) {
		complain("--set '%s': write KEYWORD=VALUE", text);
		return -EINVAL;
	}
	return add_parameter(options, text, (size_t)(equals - text), equals + 1);
}

static int parse_mac(struct run_options *options, const char *text)
{
	static const char keyword[] = "NetworkAddress";
	unsigned char bytes[6];
	char rest;

	if (strlen(text) != 17 ||
	    sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%c", &bytes[0], &bytes[1], &bytes[2],
		   &bytes[3], &bytes[4], &bytes[5], &rest) != 6) {
		complain("--mac '%s': write six bytes in hexadecimal, like 52:54:00:12:34:56",
			 text);
		return -EINVAL;
	}
	if (bytes[0] & 1) {
		complain("--mac '%s': a station address is no group address; the lowest bit of its "
			 "first byte must be 0",
			 text);
		return -EINVAL;
	}
	snprintf(options->mac, sizeof(options->mac), "%02x%02x%02x%02x%02x%02x", bytes[0], bytes[1],
		 bytes[2], bytes[3], bytes[4], bytes[5]);
	return add_parameter(options, keyword, strlen(keyword), options->mac);
}

static int parse_named_choice(struct run_options *options, int option, const char *text)
{
	static const char *const fragments[] = {"none", "page"};
	static const char *const ways[] = {
		[VFIO_WAY_AUTO] = "auto",
		[VFIO_WAY_IOMMUFD] = "iommufd",
		[VFIO_WAY_TYPE1] = "type1",
	};
	static const char *const offloads[] = {"auto", "none"};
	static const char *const addresses[] = {"iova", "physical"};
	const char *policies[DMA_POLICY_COUNT];
	unsigned int choice;

	if (option == 'y') {
		if (parse_choice("--addresses", text, addresses, 2, &choice) < 0)
			return -EINVAL;
		options->physical = choice == 1;
		return 0;
	}

	if (option == 'f') {
		if (parse_choice("--fragment", text, fragments, 2, &choice) < 0)
			return -EINVAL;
		options->adapter.dma.fragment = choice;
		return 0;
	}
	if (option == 'i') {
		if (parse_choice("--irq", text, interrupt_names, 4, &choice) < 0)
			return -EINVAL;
		options->adapter.interrupt = choice;
		return 0;
	}
	if (option == 'v') {
		if (parse_choice("--vfio", text, ways, 3, &choice) < 0)
			return -EINVAL;
		options->vfio = choice;
		return 0;
	}
	if (option == 'e') {
		if (parse_choice("--offload", text, offloads, 2, &choice) < 0)
			return -EINVAL;
		options->no_offload = choice == 1;
		return 0;
	}
	for (choice = 0; choice < DMA_POLICY_COUNT; choice++)
		policies[choice] = dma_policy_name(choice);
	if (parse_choice("--policy", text, policies, DMA_POLICY_COUNT, &choice) < 0)
		return -EINVAL;
	options->adapter.dma.policy = choice;
	return 0;
}

static int parse_verify(struct run_options *options, const char *text)
{
	static const char *const modes[] = {"report", "stop"};
	unsigned int choice = 0;

	if (text && parse_choice("--verify", text, modes, 2, &choice) < 0)
		return -EINVAL;
	options->adapter.verify = choice ? SHIM_VERIFY_STOP : SHIM_VERIFY_REPORT;
	return 0;
}

/* Return: a number from 1 on, with something else behind it; 0: none. */
static unsigned long leading_number(const char *text, unsigned long maximum, char **end)
{
	unsigned long number;

	errno = 0;
	number = strtoul(text, end, 0);
	return errno || *text == '-' || number > maximum ? 0 : number;
}

/* BYTES or BYTES,REST. */
static int parse_split(struct run_options *options, const char *text)
{
	unsigned long rest = 0;
	char *end;
	unsigned long header = leading_number(text, HEADER_MAXIMUM, &end);
	bool two = header && *end == ',';

	if (two)
		rest = leading_number(end + 1, REST_MAXIMUM, &end);
	if (!header || *end || (two && !rest)) {
		complain("--split '%s': give a number from 1 to %u, or two with a comma between, "
			 "the second from 1 to %u",
			 text, HEADER_MAXIMUM, REST_MAXIMUM);
		return -EINVAL;
	}
	options->adapter.header_bytes = (unsigned int)header;
	options->adapter.buffer_bytes = (unsigned int)rest;
	return 0;
}

static int parse_size(struct run_options *options, int option, const char *text)
{
	unsigned long number;

	if (option == 'b') {
		if (parse_number("--copybreak", text, 0, COPYBREAK_MAXIMUM, &number) < 0)
			return -EINVAL;
		options->adapter.dma.copybreak = number;
		return 0;
	}
	if (option == 'u') {
		if (parse_number("--mtu", text, MTU_MINIMUM, MTU_MAXIMUM, &number) < 0)
			return -EINVAL;
		options->mtu = (unsigned int)number;
		return 0;
	}
	return parse_split(options, text);
}

int run_options_parse(struct run_options *options, int option, const char *text)
{
	switch (option) {
	case 'd':
		options->qtest.device = text;
		return 0;
	case 'm':
		options->miniport = text;
		return 0;
	case 't':
		if (interface_name_check("--tap", text) < 0)
			return -EINVAL;
		snprintf(options->tap, sizeof(options->tap), "%s", text);
		return 0;
	case 'p':
	case 'f':
	case 'i':
	case 'v':
	case 'e':
	case 'y':
		return parse_named_choice(options, option, text);
	case 'b':
	case 'l':
	case 'u':
		return parse_size(options, option, text);
	case 'z':
		return parse_dma_size(options, text);
	case 'o':
		return isa_options_parse(&options->isa, text);
	case 's':
		return parse_set(options, text);
	case 'a':
		return parse_mac(options, text);
	case 'n':
		options->adapter.refuse_scatter_gather = true;
		return 0;
	case 'k':
		return parse_verify(options, text);
	case 'g':
		options->adapter.single_element = true;
		return 0;
	case 'x':
		options->inf = text;
		return 0;
	case 'c':
		options->statistics = true;
		return 0;
	case '?':
		return -EINVAL; /* getopt has said what is wrong */
	default:
		return qtest_options_parse(&options->qtest, option, text);
	}
}

static bool device_is_named(const struct run_options *options)
{
	const struct qtest_run_options *qtest = &options->qtest;

	if (options->isa.enabled && (!qtest->enabled || qtest->socket))
		return true;
	return qtest->device && qtest->device[0];
}

int run_options_check(struct run_options *options)
{
	if (!device_is_named(options)) {
		complain("--device is missing: name a PCI device; 'ndisrun list' shows them");
		return -EINVAL;
	}
	if (check_device(options) < 0 ||
	    qtest_options_check(&options->qtest, options->tap[0] != '\0') < 0)
		return -EINVAL;
	if (!options->miniport || !options->miniport[0]) {
		complain(
			"--miniport is missing: name a miniport, or give the path of its .so file");
		return -EINVAL;
	}
	if (options->physical && (options->adapter.dma.policy == DMA_POLICY_REMAP ||
				  options->adapter.dma.policy == DMA_POLICY_CACHED)) {
		complain("--addresses physical does not go with --policy %s: a buffer is not mapped "
			 "at its own address but copied; take auto, pool or copy",
			 dma_policy_name(options->adapter.dma.policy));
		return -EINVAL;
	}
	if (options->adapter.single_element &&
	    (options->adapter.dma.fragment != DMA_FRAGMENT_NONE ||
	     options->adapter.refuse_scatter_gather)) {
		complain("--single-element does not go with --fragment page, which makes more "
			 "elements, and --no-sg, which leaves no lists");
		return -EINVAL;
	}
	return 0;
}
