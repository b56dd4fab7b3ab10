/* SPDX-License-Identifier: MIT */
/*
 * bypass.c - a device that bypasses the IOMMU, with physical addresses
 *
 * QEMU's virtio devices without iommu_platform=on put on the bus what the driver tells them.  Here
 * it is the random number generator by its legacy interface, with one virtqueue: it fills buffers.
 * Registers and layout: Virtual I/O Device (VIRTIO) 1.0, sections 2.4 and 4.1.4.8.
 */
#include <ddk/dma_adapter.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host_memory.h"
#include "include/shim_device.h"
#include "platform/linux/explain.h"
#include "platform/linux/pci_bind.h"
#include "platform/vfio/vfio.h"
#include "vfio_platform_test.h"

#define HUGE_PAGES  "/proc/sys/vm/nr_hugepages"
#define MILLISECOND 1000000
#define PATIENCE    (60000 * (uint64_t)MILLISECOND)

#define QUEUE_ADDRESS 8 /* of 4 KiB pages */
#define QUEUE_SIZE    12
#define QUEUE_SELECT  14
#define QUEUE_NOTIFY  16
#define DEVICE_STATUS 18

#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER	   2
#define STATUS_DRIVER_OK   4

#define DESCRIPTOR_WRITE 2 /* by the device */

#define LENGTH 100 /* of the buffer */
#define OFFSET 300 /* in its page */

struct descriptor {
	uint64_t address;
	uint32_t length;
	uint16_t flags;
	uint16_t next;
};

struct used {
	uint16_t flags;
	_Atomic uint16_t index;
	struct {
		uint32_t id;
		uint32_t length;
	} ring[];
};

/**
 * struct queue - where its parts are in a common buffer
 * @available, @used, @buffer: offsets; the descriptors are at its beginning.
 * @length: of it all.
 */
struct queue {
	uint32_t available;
	uint32_t used;
	uint32_t buffer;
	uint32_t length;
};

static void put(struct platform *p, uint64_t offset, uint32_t value, unsigned int size)
{
	platform_bar_write(p, 0, offset, &value, size);
}

static uint32_t page_aligned(uint32_t offset)
{
	return (offset + PAGE_SIZE - 1) & ~(uint32_t)(PAGE_SIZE - 1);
}

/* The device has chosen the size; what it writes begins at a page. */
static struct queue measure(struct platform *p)
{
	struct queue queue = {0};
	uint16_t size = 0;

	put(p, QUEUE_SELECT, 0, 2);
	platform_bar_read(p, 0, QUEUE_SIZE, &size, 2);
	queue.available = size * (uint32_t)sizeof(struct descriptor);
	queue.used = page_aligned(queue.available + 2 * (3u + size));
	queue.buffer = page_aligned(queue.used + 2 * 3 + 8u * size);
	queue.length = queue.buffer + PAGE_SIZE;
	check(size > 0, "a queue of %u", size);
	return queue;
}

/* One buffer is made available, the device fills it. */
static void fill_by_device(struct platform *p, const struct queue *queue, unsigned char *memory,
			   uint64_t address)
{
	uint64_t deadline = event_loop_now() + PATIENCE;
	struct descriptor *descriptor = (void *)memory;
	uint16_t *available = (void *)(memory + queue->available);
	struct used *used = (void *)(memory + queue->used);

	descriptor->address = address + queue->buffer + OFFSET;
	descriptor->length = LENGTH;
	descriptor->flags = DESCRIPTOR_WRITE;
	available[1] = 1;
	put(p, QUEUE_ADDRESS, (uint32_t)(address >> PAGE_SHIFT), 4);
	put(p, DEVICE_STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_DRIVER_OK, 1);
	atomic_thread_fence(memory_order_seq_cst);
	put(p, QUEUE_NOTIFY, 0, 2);
	while (atomic_load(&used->index) == 0 && event_loop_now() < deadline)
		event_loop_run_once(p->loop, MILLISECOND);
	check(used->index == 1 && used->ring[0].length > 0 && used->ring[0].length <= LENGTH,
	      "a device that bypasses the IOMMU wrote %u bytes", used->ring[0].length);
}

static void look(struct platform *p, const unsigned char *page, uint64_t address, int port)
{
	struct platform_fault fault;
	unsigned char seen[PAGE_SIZE];
	unsigned int changed = 0;
	unsigned int around = 0;

	for (unsigned int i = 0; i < PAGE_SIZE; i++) {
		bool inside = i >= OFFSET && i < OFFSET + LENGTH;

		changed += inside && page[i];
		around += !inside && page[i];
	}
	check(changed > 0 && around == 0, "they are in the buffer, and nothing around it");
	check(host_memory_read(port, address, seen, PAGE_SIZE) == 0 &&
		      memcmp(seen, page, PAGE_SIZE) == 0,
	      "the logical address is the physical one: the host finds them there");
	check(platform_next_fault(p, &fault) == 0, "no fault");
}

static void run(struct platform *p, struct shim_device *device, int port)
{
	const struct queue queue = measure(p);
	DEVICE_DESCRIPTION description = {
		.Version = DEVICE_DESCRIPTION_VERSION,
		.Master = TRUE,
		.ScatterGather = TRUE,
		.Dma32BitAddresses = TRUE,
		.InterfaceType = PCIBus,
		.MaximumLength = queue.length,
	};
	PHYSICAL_ADDRESS logical = {.QuadPart = 0};
	unsigned char *memory = NULL;
	ULONG registers = 0;
	PDMA_ADAPTER adapter =
		IoGetDmaAdapter(shim_device_object(device), &description, &registers);

	if (adapter)
		memory = adapter->DmaOperations->AllocateCommonBuffer(adapter, queue.length,
								      &logical, TRUE);
	check(memory != NULL, "a common buffer at 0x%llx", (unsigned long long)logical.QuadPart);
	if (memory) {
		memset(memory, 0, queue.length);
		put(p, DEVICE_STATUS, 0, 1);
		fill_by_device(p, &queue, memory, (uint64_t)logical.QuadPart);
		put(p, DEVICE_STATUS, 0, 1);
		look(p, memory + queue.buffer, (uint64_t)logical.QuadPart + queue.buffer, port);
		adapter->DmaOperations->FreeCommonBuffer(adapter, queue.length, logical, memory,
							 TRUE);
	}
	if (adapter)
		adapter->DmaOperations->PutDmaAdapter(adapter);
}

static void set_huge_pages(const char *count)
{
	FILE *file = fopen(HUGE_PAGES, "w");

	check(file && fprintf(file, "%s\n", count) > 0, "%s huge pages", count);
	if (file)
		fclose(file);
}

static void run_bound(struct event_loop *loop, const char *address, int port)
{
	const struct shim_device_options options = {.verify = SHIM_VERIFY_REPORT};
	struct shim_device *device = NULL;
	char message[EXPLAIN_SIZE] = "";
	struct platform *p = NULL;
	int result =
		vfio_platform_open(address, VFIO_WAY_TYPE1, loop, &p, message, sizeof(message));

	check(result == 0, "open it%s%s", result ? ": " : "", result ? message : "");
	if (result < 0)
		return;
	result = platform_use_physical(p, message, sizeof(message));
	check(result == 0, "physical addresses%s%s", result ? ": " : "", result ? message : "");
	if (result == 0 && shim_device_create(p, &options, &device) == 0) {
		run(p, device, port);
		check(shim_device_destroy(device) == 0, "nothing is left behind");
	}
	platform_close(p);
}

void test_bypass(struct event_loop *loop, const char *address, const char *host_port)
{
	const struct sysfs *sysfs = sysfs_of_this_machine();
	char message[EXPLAIN_SIZE] = "";
	struct explanation why = {message, sizeof(message)};
	int port = host_memory_open(host_port);
	struct pci_binding binding;

	check(port >= 0 && pci_binding_capture(sysfs, address, &binding, &why) == 0 &&
		      pci_binding_change(sysfs, &binding, "vfio-pci", &why) == 0,
	      "bind the random number generator%s%s", *message ? ": " : "", message);
	set_huge_pages("16");
	run_bound(loop, address, port);
	set_huge_pages("0");
	check(pci_binding_restore(sysfs, &binding, &why) == 0, "give it back");
	close(port);
}
