/* SPDX-License-Identifier: MIT */
/*
 * device.c - buses and device objects; see include/shim_device.h
 */
#include <errno.h>
#include <stdlib.h>

#include "hal/device.h"
#include "hal/device_request.h"
#include "hal/hal.h"
#include "support/log.h"

#define REGISTERS_LIMIT 4096u
#define DEVICE_TYPE	3

_Thread_local struct hal_bus *hal_buses;

static bool number_is_taken(unsigned int number)
{
	const struct hal_bus *bus = hal_buses;

	while (bus && bus->options.bus_number != number)
		bus = bus->next;
	return bus;
}

static bool options_are_valid(const struct shim_device_options *options)
{
	if (options->map_registers > REGISTERS_LIMIT) {
		log_error("map_registers is %u: at most %u", options->map_registers,
			  REGISTERS_LIMIT);
		return false;
	}
	if ((unsigned int)options->verify > SHIM_VERIFY_STOP) {
		log_error("verify is %u: it is SHIM_VERIFY_OFF (0), _REPORT (1) or _STOP (2)",
			  (unsigned int)options->verify);
		return false;
	}
	if (number_is_taken(options->bus_number)) {
		log_error("bus_number %u belongs to another platform", options->bus_number);
		return false;
	}
	return true;
}

static struct hal_bus *find_bus(const struct platform *platform)
{
	struct hal_bus *bus = hal_buses;

	while (bus && bus->platform != platform)
		bus = bus->next;
	return bus;
}

static int create_bus(struct platform *platform, const struct shim_device_options *options,
		      struct hal_bus **bus)
{
	struct hal_bus *created = calloc(1, sizeof(*created));

	if (!created)
		return -ENOMEM;
	if (verifier_create(options->verify, &created->verifier)) {
		free(created);
		return -ENOMEM;
	}
	created->platform = platform;
	created->options = *options;
	created->options.dma.guard |= created->verifier != NULL;
	created->last_code = VERIFIER_NONE;
	created->next = hal_buses;
	hal_buses = created;
	*bus = created;
	return 0;
}

static int find_or_create_bus(struct platform *platform, const struct shim_device_options *options,
			      struct hal_bus **bus)
{
	*bus = find_bus(platform);
	if (*bus && options) {
		log_error("options belong to the first device of a platform");
		return -EINVAL;
	}
	if (*bus)
		return 0;
	if (!options) {
		log_error("the first device of a platform needs options");
		return -EINVAL;
	}
	return options_are_valid(options) ? create_bus(platform, options, bus) : -EINVAL;
}

int hal_bus_dma(struct hal_bus *bus, unsigned int address_bits, struct dma_adapter **dma)
{
	int result = 0;

	if (!bus->dma)
		result = dma_adapter_create(bus->platform, &bus->options.dma, 64, &bus->dma);
	return result ? result : dma_adapter_create_sibling(bus->dma, address_bits, dma);
}

static void destroy_bus(struct hal_bus *bus)
{
	struct hal_bus **link = &hal_buses;

	while (bus->adapters) {
		struct hal_adapter *adapter = bus->adapters;

		bus->adapters = adapter->next;
		free(adapter);
	}
	if (bus->dma)
		dma_adapter_destroy(bus->dma);
	while (*link != bus)
		link = &(*link)->next;
	*link = bus->next;
	verifier_destroy(bus->verifier);
	free(bus);
}

static int add_device(struct hal_bus *bus, struct shim_device **device)
{
	struct shim_device *created = calloc(1, sizeof(*created));

	if (!created) {
		if (!bus->devices)
			destroy_bus(bus);
		return -ENOMEM;
	}
	created->object.Type = DEVICE_TYPE;
	created->object.Size = sizeof(*created);
	created->object.StackSize = 1;
	hal_set_dispatch(&created->object, hal_answer_request);
	created->bus = bus;
	created->next = bus->devices;
	bus->devices = created;
	*device = created;
	return 0;
}

SHIM_EXPORT int shim_device_create(struct platform *platform,
				   const struct shim_device_options *options,
				   struct shim_device **device)
{
	struct hal_bus *bus;
	int result = find_or_create_bus(platform, options, &bus);

	return result ? result : add_device(bus, device);
}

int hal_device_create(struct platform *platform, const struct shim_device_options *options,
		      const char *driver, struct shim_device **device)
{
	struct shim_device_options numbered = *options;
	struct hal_bus *bus;
	int result;

	if (find_bus(platform)) {
		log_error("%s: the platform has device objects of somebody else", driver);
		return -EBUSY;
	}
	for (numbered.bus_number = 0; number_is_taken(numbered.bus_number);)
		numbered.bus_number++;
	result = find_or_create_bus(platform, &numbered, &bus);
	if (result)
		return result;
	bus->driver = driver;
	return add_device(bus, device);
}

struct verifier *hal_device_verifier(const struct shim_device *device)
{
	return device->bus->verifier;
}

int hal_device_dma(struct shim_device *device, unsigned int address_bits, struct dma_adapter **dma)
{
	return hal_bus_dma(device->bus, address_bits, dma);
}

SHIM_EXPORT void *shim_device_object(struct shim_device *device)
{
	return &device->object;
}

static void unlink_device(struct shim_device *device)
{
	struct shim_device **link = &device->bus->devices;

	while (*link != device)
		link = &(*link)->next;
	*link = device->next;
}

/* Everything of the device in the line of an adapter, and the channel if it keeps it. */
static unsigned int leave(struct hal_adapter *adapter, struct shim_device *device, const char *call)
{
	unsigned int left = hal_drop_requests(adapter, device);

	if (left)
		hal_violation(adapter, VERIFIER_NONE, call,
			      "a device has no request in line when its driver is done with it",
			      "%u requests wait", left);
	if (adapter->holder == device) {
		hal_violation_about(
			adapter,
			VERIFIER_DETAIL(VERIFIER_CHANNEL_LEFT, .object = &adapter->holder,
					.parameters = {(uintptr_t)adapter, 1}),
			call, "IoFreeAdapterChannel gives back what KeepObject kept",
			"device %p keeps the adapter %p", (void *)&device->object, (void *)adapter);
		hal_channel_end(adapter, call, NULL);
		left++;
	}
	return left;
}

static unsigned int release_adapters(struct hal_bus *bus, const char *call)
{
	unsigned int left = 0;

	for (struct hal_adapter *adapter = bus->adapters; adapter; adapter = adapter->next) {
		if (!adapter->references)
			continue;
		if (!adapter->permanent) {
			hal_violation_about(
				adapter,
				VERIFIER_DETAIL(
					VERIFIER_TOO_MANY_REFERENCES, .object = adapter,
					.parameters = {adapter->references, (uintptr_t)adapter}),
				call, "PutDmaAdapter gives back what IoGetDmaAdapter yielded",
				"%u references to adapter %p are not given back",
				adapter->references, (void *)adapter);
			left++;
		}
		left += hal_adapter_discard(adapter, call, NULL);
	}
	return left;
}

unsigned int hal_device_discard(struct shim_device *device, const char *call)
{
	struct hal_bus *bus = device->bus;
	bool is_last = !device->next && bus->devices == device;
	unsigned int left = 0;

	verifier_hold(bus->verifier);
	for (struct hal_adapter *adapter = bus->adapters; adapter; adapter = adapter->next) {
		if (adapter->references)
			left += leave(adapter, device, call);
	}
	if (is_last)
		left += release_adapters(bus, call);
	for (struct hal_adapter *adapter = bus->adapters; adapter; adapter = adapter->next) {
		if (adapter->references)
			hal_serve_queue(adapter);
	}
	if (!hal_buses->next && is_last)
		left += hal_mdls_discard(call);
	verifier_let_go(bus->verifier);
	return left;
}

SHIM_EXPORT unsigned int shim_device_destroy(struct shim_device *device)
{
	struct hal_bus *bus = device->bus;
	unsigned int left = hal_device_discard(device, "shim_device_destroy");

	unlink_device(device);
	if (!bus->devices)
		destroy_bus(bus);
	free(device);
	return left;
}

SHIM_EXPORT void shim_device_fault(struct shim_device *device, const struct platform_fault *fault)
{
	struct hal_bus *bus = device->bus;

	if (!bus->verifier)
		return;
	bus->violations++;
	bus->last_code = VERIFIER_IOMMU_FAULT;
	verifier_fault(bus->verifier, bus->driver, fault);
}

SHIM_EXPORT void shim_device_statistics(struct shim_device *device,
					struct shim_device_statistics *statistics)
{
	const struct hal_bus *bus = device->bus;

	*statistics = (struct shim_device_statistics){
		.violations = bus->violations,
		.last_code = bus->last_code,
	};
	verifier_statistics(bus->verifier, &statistics->verify);
	for (const struct hal_adapter *adapter = bus->adapters; adapter; adapter = adapter->next) {
		if (!adapter->references)
			continue;
		statistics->adapters++;
		for (const struct hal_request *r = adapter->queue; r; r = r->next)
			statistics->waiting++;
		if (adapter->dma)
			dma_statistics_add(&statistics->dma, dma_adapter_statistics(adapter->dma));
	}
}
