/* SPDX-License-Identifier: MIT */
/*
 * vfio_platform_test.c - the vfio platform against a real kernel and IOMMU
 *
 * Runs in the guest, as root.  Arguments: the PCI addresses of a QEMU "edu" device and of a legacy
 * "virtio-rng-pci", and the serial port behind which the host tells the guest's memory
 * (host_memory.h).  edu is a few registers, a
 * DMA engine with a buffer of 4 KiB, and an interrupt (QEMU: docs/specs/edu.rst); its addresses
 * have 28 bits.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/linux/explain.h"
#include "platform/linux/pci_bind.h"
#include "platform/vfio/vfio.h"
#include "vfio_platform_test.h"

#define EDU_ID		     0x00
#define EDU_LIVENESS	     0x04
#define EDU_INTERRUPT_STATUS 0x24
#define EDU_INTERRUPT_RAISE  0x60
#define EDU_INTERRUPT_ACK    0x64
#define EDU_DMA_SOURCE	     0x80
#define EDU_DMA_DESTINATION  0x88
#define EDU_DMA_COUNT	     0x90
#define EDU_DMA_COMMAND	     0x98
#define EDU_DMA_START	     1
#define EDU_IDENTIFICATION   0x010000edu
#define EDU_BAR_SIZE	     0x100000

#define LOGICAL	     0x200000
#define MAPPED_PAGES 4
#define MILLISECOND  1000000
#define SECOND	     (1000 * (uint64_t)MILLISECOND)
/* For what must happen, on a machine as busy as can be. */
#define PATIENCE     (60 * SECOND)

static const char *const ways[] = {
	[VFIO_WAY_AUTO] = "auto",
	[VFIO_WAY_IOMMUFD] = "iommufd",
	[VFIO_WAY_TYPE1] = "type1",
};

static enum vfio_way way;
static unsigned int cases;
static unsigned int failures;
static const char *host_port;

void check(bool good, const char *format, ...)
{
	va_list arguments;

	failures += !good;
	printf("%s %u - %s: ", good ? "ok" : "not ok", ++cases, ways[way]);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	fflush(stdout);
}

static uint32_t edu_read(struct platform *p, uint64_t offset)
{
	uint32_t value = 0;

	platform_bar_read(p, 0, offset, &value, sizeof(value));
	return value;
}

static void edu_write(struct platform *p, uint64_t offset, uint32_t value)
{
	platform_bar_write(p, 0, offset, &value, sizeof(value));
}

void edu_dma(struct platform *p, uint32_t source, uint32_t destination, uint32_t count,
	     uint32_t direction)
{
	uint64_t deadline = event_loop_now() + PATIENCE;

	edu_write(p, EDU_DMA_SOURCE, source);
	edu_write(p, EDU_DMA_DESTINATION, destination);
	edu_write(p, EDU_DMA_COUNT, count);
	edu_write(p, EDU_DMA_COMMAND, EDU_DMA_START | direction);
	while (edu_read(p, EDU_DMA_COMMAND) & EDU_DMA_START && event_loop_now() < deadline)
		event_loop_run_once(p->loop, MILLISECOND);
}

static void test_registers(struct platform *p)
{
	struct platform_bar bar = {0};
	uint32_t value = 0;
	uint16_t command = 0;
	int result = platform_bar(p, 0, &bar);

	check(result == 0 && bar.size == EDU_BAR_SIZE && !bar.is_io && bar.bus_address,
	      "BAR 0 is memory of 1 MiB at 0x%llx", (unsigned long long)bar.bus_address);
	check(bar.pointer && *(volatile uint32_t *)bar.pointer == EDU_IDENTIFICATION,
	      "BAR 0 has a pointer, and the identification is there");
	check(platform_bar(p, 5, &bar) == 0 && bar.size == 0, "BAR 5 is not implemented");
	check(platform_bar(p, 6, &bar) == -EINVAL, "BAR 6 is refused");
	edu_write(p, EDU_LIVENESS, 0x12345678);
	check(edu_read(p, EDU_LIVENESS) == ~0x12345678u, "a register can be written and read");
	check(platform_bar_read(p, 0, EDU_BAR_SIZE, &value, 4) == -EINVAL && value == 0xffffffff,
	      "a read behind the BAR is refused and gives ones");
	check(platform_bar_read(p, 0, 2, &value, 4) == -EINVAL, "a misaligned read is refused");
	check(platform_bar_write(p, 0, 0, &value, 3) == -EINVAL, "a width of 3 is refused");
	check(platform_config_read(p, 0, &value, 4) == 4 && value == 0x11e81234,
	      "configuration space shows vendor and device");
	result = platform_config_read(p, 4, &command, 2);
	check(result == 2 && (command & 6) == 6,
	      "memory decoding and bus mastering are on (command 0x%04x)", command);
	check(platform_config_read(p, 0x2000, &value, 4) == 0,
	      "nothing is read behind configuration space");
}

static void test_ranges(struct platform *p)
{
	struct logical_range ranges[32];
	unsigned int count = platform_logical_ranges(p, ranges, 32);
	bool good = count > 0;
	unsigned int i;

	for (i = 0; i < count && i < 32; i++) {
		printf("# range 0x%llx-0x%llx\n", (unsigned long long)ranges[i].first,
		       (unsigned long long)ranges[i].last);
		good = good && ranges[i].first <= ranges[i].last &&
		       (ranges[i].last < 0xfee00000 || ranges[i].first > 0xfeefffff) &&
		       (i == 0 || ranges[i - 1].last < ranges[i].first);
	}
	check(good, "%u ranges ascend and leave the message window out", count);
	check(platform_logical_ranges(p, ranges, 0) == count, "the number does not need an array");
	check(way == VFIO_WAY_IOMMUFD ? p->capabilities.map_limit == 0
				      : p->capabilities.map_limit > 1000,
	      "%u mappings may exist, 0: no limit", p->capabilities.map_limit);
	check(p->capabilities.any_memory && p->capabilities.direct_registers &&
		      p->capabilities.reports_faults,
	      "capabilities: any memory, direct registers, reports faults");
}

static void test_mappings(struct platform *p, void *va)
{
	const size_t length = MAPPED_PAGES * PLATFORM_PAGE_SIZE;
	const logical_t logical = {LOGICAL};
	const logical_t second = {2 * LOGICAL};
	const logical_t message_window = {0xfee00000};
	const logical_t odd = {LOGICAL + 1};
	frame_t first_frame = {0};
	frame_t again = {0};
	int result = platform_frame_number(p, va, &first_frame);

	check(result == 0 && first_frame.number, "the page is in frame 0x%llx",
	      (unsigned long long)first_frame.number);
	check(platform_frame_number(p, (char *)va + 5, &again) == 0 &&
		      again.number == first_frame.number,
	      "every address of a page has the same frame");
	check(platform_map(p, odd, va, length, PLATFORM_DEVICE_BOTH) == -EINVAL,
	      "a misaligned logical address is refused");
	check(platform_map(p, logical, va, 100, PLATFORM_DEVICE_BOTH) == -EINVAL,
	      "a length of 100 bytes is refused");
	check(platform_map(p, message_window, va, length, PLATFORM_DEVICE_BOTH) == -EINVAL,
	      "the message window is refused");
	check(platform_map(p, logical, va, length, PLATFORM_DEVICE_BOTH) == 0, "map 4 pages");
	check(platform_map(p, logical, va, PLATFORM_PAGE_SIZE, PLATFORM_DEVICE_BOTH) == -EEXIST,
	      "mapping them again is refused");
	check(platform_map(p, second, va, length, PLATFORM_DEVICE_READS) == 0,
	      "the same memory can be mapped elsewhere");
	check(platform_unmap(p, second, length) == (int64_t)length, "and unmapped there");
	check(platform_unmap(p, logical, PLATFORM_PAGE_SIZE) < 0,
	      "a part of a mapping cannot be unmapped");
	check(platform_unmap(p, logical, length) == (int64_t)length, "unmap tells 4 pages");
	check(platform_unmap(p, logical, length) == 0, "a second unmap tells 0 bytes");
}

/* An unmap ends whole mappings, all of its range or none. */
static void test_neighbours(struct platform *p, void *va)
{
	const logical_t lower = {LOGICAL};
	const logical_t upper = {LOGICAL + PLATFORM_PAGE_SIZE};
	const logical_t top = {LOGICAL + 2 * PLATFORM_PAGE_SIZE};

	check(platform_map(p, lower, va, PLATFORM_PAGE_SIZE, PLATFORM_DEVICE_BOTH) == 0 &&
		      platform_map(p, upper, va, 2 * PLATFORM_PAGE_SIZE, PLATFORM_DEVICE_BOTH) == 0,
	      "map a page, and two pages behind it");
	check(platform_unmap(p, lower, 2 * PLATFORM_PAGE_SIZE) == -EINVAL,
	      "a whole mapping with the first half of another cannot be unmapped");
	check(platform_unmap(p, top, 2 * PLATFORM_PAGE_SIZE) == -EINVAL,
	      "the second half of a mapping cannot be unmapped");
	check(platform_map(p, lower, va, PLATFORM_PAGE_SIZE, PLATFORM_DEVICE_BOTH) == -EEXIST &&
		      platform_map(p, top, va, PLATFORM_PAGE_SIZE, PLATFORM_DEVICE_BOTH) == -EEXIST,
	      "both are still mapped");
	check(platform_unmap(p, lower, MAPPED_PAGES * PLATFORM_PAGE_SIZE) ==
		      (int64_t)(3 * PLATFORM_PAGE_SIZE),
	      "a range around them tells 3 pages");
	check(platform_map(p, lower, NULL, PLATFORM_PAGE_SIZE, PLATFORM_DEVICE_BOTH) < 0 &&
		      platform_map(p, lower, va, PLATFORM_PAGE_SIZE, PLATFORM_DEVICE_BOTH) == 0 &&
		      platform_unmap(p, lower, PLATFORM_PAGE_SIZE) == (int64_t)PLATFORM_PAGE_SIZE,
	      "memory that is not there cannot be mapped, and leaves nothing behind");
}

static void test_dma(struct platform *p, unsigned char *va)
{
	const logical_t logical = {LOGICAL};
	bool equal = true;
	unsigned int i;

	check(platform_map(p, logical, va, PLATFORM_PAGE_SIZE, PLATFORM_DEVICE_BOTH) == 0,
	      "map a page for both directions");
	for (i = 0; i < 1024; i++)
		va[i] = (unsigned char)(i * 7);
	edu_dma(p, LOGICAL, EDU_BUFFER, 1024, 0);
	edu_dma(p, EDU_BUFFER, LOGICAL + 2048, 1024, EDU_DMA_TO_MEMORY);
	for (i = 0; i < 1024; i++)
		equal = equal && va[2048 + i] == (unsigned char)(i * 7);
	check(equal, "1024 bytes to the device and back are the same");
	check(platform_unmap(p, logical, PLATFORM_PAGE_SIZE) == (int64_t)PLATFORM_PAGE_SIZE,
	      "unmap the page");
}

static bool wait_for_fault(struct platform *p, struct platform_fault *fault, uint64_t time)
{
	uint64_t deadline = event_loop_now() + time;

	do {
		if (platform_next_fault(p, fault) == 1)
			return true;
		event_loop_run_once(p->loop, 10 * MILLISECOND);
	} while (event_loop_now() < deadline);
	return false;
}

/* Waits for a report of one access, complains if there is none, and drops the reports after it. */
static void check_fault(struct platform *p, bool is_write)
{
	struct platform_fault fault = {0};
	struct platform_fault more;
	bool seen = wait_for_fault(p, &fault, PATIENCE);

	printf("# %s\n", fault.text);
	check(seen && fault.is_write == is_write &&
		      (fault.address.value & ~PLATFORM_PAGE_MASK) == LOGICAL,
	      "the %s is reported at 0x%llx", is_write ? "write" : "read",
	      (unsigned long long)fault.address.value);
	while (wait_for_fault(p, &more, 2 * SECOND))
		;
}

/*
 * QEMU's model of the AMD IOMMU refuses an access to a page that is not mapped,
 * but writes no event for it, so that its kernel has nothing to report.
 */
static void test_refusals(struct platform *p, unsigned char *va, bool expect_reports)
{
	const logical_t logical = {LOGICAL};
	const logical_t window = {2 * LOGICAL};
	struct platform_fault fault;

	check(platform_map(p, logical, va, PLATFORM_PAGE_SIZE, PLATFORM_DEVICE_BOTH) == 0 &&
		      platform_map(p, window, va, PLATFORM_PAGE_SIZE, PLATFORM_DEVICE_BOTH) == 0,
	      "map a page twice");
	memset(va, 0x11, 64);
	edu_dma(p, LOGICAL, EDU_BUFFER, 64, 0);
	check(platform_unmap(p, logical, PLATFORM_PAGE_SIZE) == (int64_t)PLATFORM_PAGE_SIZE,
	      "end the first mapping");
	check(platform_next_fault(p, &fault) == 0, "there was no fault so far");
	memset(va, 0x22, 64);
	edu_dma(p, LOGICAL, EDU_BUFFER, 64, 0);
	edu_dma(p, EDU_BUFFER, 2 * LOGICAL + 128, 64, EDU_DMA_TO_MEMORY);
	check(va[128] != 0x22 && va[191] != 0x22, "the device cannot read there any more");
	if (expect_reports)
		check_fault(p, false);
	check(platform_map(p, logical, va, PLATFORM_PAGE_SIZE, PLATFORM_DEVICE_READS) == 0,
	      "map it for reading only");
	memset(va, 0x55, 64);
	edu_dma(p, EDU_BUFFER, LOGICAL, 64, EDU_DMA_TO_MEMORY);
	check(va[0] == 0x55 && va[63] == 0x55, "the device cannot write there");
	if (expect_reports)
		check_fault(p, true);
	check(platform_unmap(p, logical, PLATFORM_PAGE_SIZE) == (int64_t)PLATFORM_PAGE_SIZE &&
		      platform_unmap(p, window, PLATFORM_PAGE_SIZE) == (int64_t)PLATFORM_PAGE_SIZE,
	      "end both mappings");
}

struct interrupt_count {
	struct platform *platform;
	unsigned int calls;
};

static void on_interrupt(void *context)
{
	struct interrupt_count *count = context;

	count->calls++;
	edu_write(count->platform, EDU_INTERRUPT_ACK,
		  edu_read(count->platform, EDU_INTERRUPT_STATUS));
	platform_interrupt_rearm(count->platform);
}

static void wait_for_interrupts(struct platform *p, const struct interrupt_count *count,
				unsigned int wanted)
{
	uint64_t deadline = event_loop_now() + PATIENCE;

	while (count->calls < wanted && event_loop_now() < deadline)
		event_loop_run_once(p->loop, 10 * MILLISECOND);
}

static void test_interrupt_kind(struct platform *p, enum platform_interrupt kind, const char *name)
{
	struct interrupt_count count = {.platform = p};

	check(platform_interrupt_enable(p, kind, on_interrupt, &count) == 0, "enable %s", name);
	check(platform_interrupt_enable(p, kind, on_interrupt, &count) == -EBUSY,
	      "%s cannot be enabled twice", name);
	edu_write(p, EDU_INTERRUPT_RAISE, 1);
	wait_for_interrupts(p, &count, 1);
	edu_write(p, EDU_INTERRUPT_RAISE, 2);
	wait_for_interrupts(p, &count, 2);
	check(count.calls == 2, "%s: two interrupts are two calls (%u)", name, count.calls);
	platform_interrupt_disable(p);
	edu_write(p, EDU_INTERRUPT_RAISE, 4);
	event_loop_run_once(p->loop, 100 * MILLISECOND);
	check(count.calls == 2, "%s: no call after disable", name);
	edu_write(p, EDU_INTERRUPT_ACK, 4);
	platform_interrupt_disable(p);
}

static void test_interrupts(struct platform *p)
{
	struct interrupt_count count = {.platform = p};

	check(platform_interrupt_enable(p, PLATFORM_INTERRUPT_MSIX, on_interrupt, &count) ==
		      -ENODEV,
	      "edu has no MSI-X");
	test_interrupt_kind(p, PLATFORM_INTERRUPT_MSI, "MSI");
	test_interrupt_kind(p, PLATFORM_INTERRUPT_INTX, "INTx");
	check(platform_interrupt_enable(p, PLATFORM_INTERRUPT_AUTO, on_interrupt, &count) == 0 &&
		      platform_interrupt_kind(p) == PLATFORM_INTERRUPT_MSI,
	      "auto chooses MSI");
	platform_interrupt_disable(p);
	check(platform_interrupt_kind(p) == PLATFORM_INTERRUPT_AUTO, "and nothing after disable");
}

/* Opens the device in a child, which must fail and name this process. */
static void test_second_user(const char *address, enum vfio_way second)
{
	char message[EXPLAIN_SIZE] = "";
	char holder[32];
	struct platform *p;
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		snprintf(holder, sizeof(holder), "(process %d)", getppid());
		status = vfio_platform_open(address, second, NULL, &p, message, sizeof(message));
		printf("# %s\n", message);
		fflush(stdout);
		_exit(status == -EBUSY && strstr(message, holder) ? 0 : 1);
	}
	waitpid(child, &status, 0);
	check(status == 0, "a second user, by %s, is told who has the device", ways[second]);
}

static bool has_iommufd(void)
{
	return access("/dev/iommu", F_OK) == 0;
}

static void run_on(struct platform *p, const char *address, bool is_amd)
{
	void *va = NULL;

	test_registers(p);
	test_ranges(p);
	check(platform_memory_allocate(p, 100, &va) == -EINVAL, "100 bytes of memory are refused");
	check(platform_memory_allocate(p, MAPPED_PAGES * PLATFORM_PAGE_SIZE, &va) == 0 && va &&
		      !((uintptr_t)va & PLATFORM_PAGE_MASK),
	      "allocate 4 pages");
	if (!va)
		return;
	test_mappings(p, va);
	test_neighbours(p, va);
	test_dma(p, va);
	test_refusals(p, va, !is_amd);
	test_interrupts(p);
	test_hal_driver(p);
	test_memory_from_outside(p, host_port);
	test_second_user(address, VFIO_WAY_TYPE1);
	if (has_iommufd())
		test_second_user(address, VFIO_WAY_IOMMUFD);
	platform_memory_free(p, va, MAPPED_PAGES * PLATFORM_PAGE_SIZE);
}

/* Opens the device that is bound, checks everything there is, and closes it. */
static void run_by(enum vfio_way chosen, struct event_loop *loop, const struct pci_device *device)
{
	char message[EXPLAIN_SIZE] = "";
	struct platform *p = NULL;
	int result;

	way = chosen;
	result = vfio_platform_open(device->address, way, loop, &p, message, sizeof(message));
	check(result == 0, "open it%s%s", result ? ": " : "", result ? message : "");
	if (result < 0)
		return;
	check(strcmp(vfio_platform_way(p), ways[way]) == 0, "the platform says so");
	run_on(p, device->address, strncmp(device->iommu, "ivhd", 4) == 0);
	platform_close(p);
}

static void run_by_each_way(struct event_loop *loop, const struct pci_device *device)
{
	const char *automatic = has_iommufd() ? "iommufd" : "type1";
	char message[EXPLAIN_SIZE] = "";
	struct platform *p = NULL;
	int result;

	if (has_iommufd()) {
		run_by(VFIO_WAY_IOMMUFD, loop, device);
	} else {
		result = vfio_platform_open(device->address, VFIO_WAY_IOMMUFD, loop, &p, message,
					    sizeof(message));
		printf("# %s\n", message);
		check(result == -ENOTSUP && strstr(message, "CONFIG_IOMMUFD"),
		      "a kernel without iommufd is named");
	}
	run_by(VFIO_WAY_TYPE1, loop, device);
	test_mapping_limit(loop, device->address);
	way = VFIO_WAY_AUTO;
	result = vfio_platform_open(device->address, way, loop, &p, message, sizeof(message));
	check(result == 0 && strcmp(vfio_platform_way(p), automatic) == 0, "this is %s", automatic);
	if (result == 0)
		platform_close(p);
}

int main(int argc, char **argv)
{
	const struct sysfs *sysfs = sysfs_of_this_machine();
	struct event_loop *loop = event_loop_create();
	char message[EXPLAIN_SIZE] = "";
	struct explanation why = {message, sizeof(message)};
	struct pci_binding binding;
	struct pci_device device;
	struct platform *p = NULL;
	int result;

	if (argc != 4 || pci_binding_capture(sysfs, argv[1], &binding, &why) < 0 ||
	    pci_device_read(sysfs, argv[1], &device, &why) < 0) {
		fprintf(stderr, "give the canonical PCI addresses of edu and virtio-rng, and a port. %s\n",
			message);
		return 2;
	}
	host_port = argv[3];
	result = vfio_platform_open(argv[1], way, loop, &p, message, sizeof(message));
	printf("# %s\n", message);
	check(result == -ENXIO && strstr(message, "not to vfio-pci"),
	      "a device that is not bound to vfio-pci is refused");
	result = pci_binding_change(sysfs, &binding, "vfio-pci", &why);
	check(result == 0, "bind it%s%s", result ? ": " : "", result ? message : "");
	if (result == 0)
		run_by_each_way(loop, &device);
	result = pci_binding_restore(sysfs, &binding, &why);
	check(result == 0 && pci_device_read(sysfs, argv[1], &device, &why) == 0 &&
		      strcmp(device.driver, binding.driver) == 0,
	      "give it back");
	test_bypass(loop, argv[2], host_port);
	event_loop_destroy(loop);
	printf("1..%u\n", cases);
	return failures ? 1 : 0;
}
