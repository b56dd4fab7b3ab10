/* SPDX-License-Identifier: MIT */
/*
 * virtio_iommu.c - see virtio_iommu.h
 */
#include <string.h>

#include "virtio_iommu.h"

#define SLOT	  3
#define REGISTERS 0xe0100000u
#define BAR	  4
#define PAGE	  4096u

/* Section 4.1.4: capabilities of a vendor that tell where registers are. */
enum { CAPABILITY_VENDOR = 0x09, KIND_COMMON = 1, KIND_NOTIFY = 2 };

/* Section 4.1.4.3. */
enum {
	FEATURE_SELECT = 8,
	FEATURE = 12,
	STATUS = 20,
	QUEUE_SELECT = 22,
	QUEUE_SIZE = 24,
	QUEUE_ENABLE = 28,
	QUEUE_NOTIFY = 30,
	QUEUE_DESCRIPTORS = 32,
	QUEUE_AVAILABLE = 40,
	QUEUE_USED = 48,
};

enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8 };

#define FEATURE_MAP_UNMAP (1u << 2)
#define FEATURE_VERSION_1 (1u << 0) /* of the second 32 bits */

/* Section 2.7: the queue fills three pages. */
enum { AVAILABLE = PAGE, USED = 2 * PAGE, ENTRIES = 16, NO_INTERRUPT = 1 };

struct descriptor {
	uint64_t address;
	uint32_t length;
	uint16_t flags;
	uint16_t next;
};

enum { DESCRIPTOR_NEXT = 1, DESCRIPTOR_WRITE = 2 };

struct ring {
	uint16_t flags;
	uint16_t index;
	uint16_t entries[ENTRIES];
};

/* Section 5.13.6: a request of each kind, and what follows it. */
enum { ATTACH = 1, DETACH = 2, MAP = 3, UNMAP = 4 };

struct __attribute__((packed)) attach_request {
	uint32_t kind;
	uint32_t domain;
	uint32_t endpoint;
	uint32_t reserved[2];
};

struct __attribute__((packed)) map_request {
	uint32_t kind;
	uint32_t domain;
	uint64_t first;
	uint64_t last;
	uint64_t physical;
	uint32_t rights;
};

struct __attribute__((packed)) unmap_request {
	uint32_t kind;
	uint32_t domain;
	uint64_t first;
	uint64_t last;
	uint32_t reserved;
};

static void find_registers(struct virtio_iommu *iommu)
{
	const struct pci_device *pci = &iommu->pci;
	unsigned int at = pci_read(pci, 0x34, 1);

	for (; at; at = pci_read(pci, at + 1, 1)) {
		unsigned int kind = pci_read(pci, at + 3, 1);

		if (pci_read(pci, at, 1) != CAPABILITY_VENDOR ||
		    (kind != KIND_COMMON && kind != KIND_NOTIFY))
			continue;
		g_assert_cmpuint(pci_read(pci, at + 4, 1), ==, BAR);
		*(kind == KIND_COMMON ? &iommu->common : &iommu->notify) =
			REGISTERS + pci_read(pci, at + 8, 4);
	}
	g_assert_true(iommu->common && iommu->notify);
}

static void set(struct virtio_iommu *iommu, unsigned int offset, unsigned int size, uint64_t value)
{
	qtest_write(iommu->nic->qemu, iommu->common + offset, size, value);
}

static void agree(struct virtio_iommu *iommu)
{
	set(iommu, STATUS, 1, 0);
	set(iommu, STATUS, 1, ACKNOWLEDGE | DRIVER);
	set(iommu, FEATURE_SELECT, 4, 0);
	set(iommu, FEATURE, 4, FEATURE_MAP_UNMAP);
	set(iommu, FEATURE_SELECT, 4, 1);
	set(iommu, FEATURE, 4, FEATURE_VERSION_1);
	set(iommu, STATUS, 1, ACKNOWLEDGE | DRIVER | FEATURES_OK);
	g_assert_cmphex(qtest_read(iommu->nic->qemu, iommu->common + STATUS, 1) & FEATURES_OK, ==,
			FEATURES_OK);
}

static void open_queue(struct virtio_iommu *iommu)
{
	struct ring *available;

	iommu->queue = nic_allocate(iommu->nic, 3 * PAGE, PAGE);
	available = nic_pointer(iommu->nic, iommu->queue + AVAILABLE, sizeof(*available));
	available->flags = NO_INTERRUPT;
	set(iommu, QUEUE_SELECT, 2, 0);
	set(iommu, QUEUE_SIZE, 2, ENTRIES);
	set(iommu, QUEUE_DESCRIPTORS, 8, iommu->queue);
	set(iommu, QUEUE_AVAILABLE, 8, iommu->queue + AVAILABLE);
	set(iommu, QUEUE_USED, 8, iommu->queue + USED);
	g_assert_cmpuint(qtest_read(iommu->nic->qemu, iommu->common + QUEUE_NOTIFY, 2), ==, 0);
	set(iommu, QUEUE_ENABLE, 2, 1);
	set(iommu, STATUS, 1, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
}

void virtio_iommu_open(struct virtio_iommu *iommu, struct nic *nic)
{
	*iommu = (struct virtio_iommu){.nic = nic, .pci = {.qemu = nic->qemu, .slot = SLOT}};
	pci_write(&iommu->pci, PCI_BAR(BAR), 4, REGISTERS);
	pci_write(&iommu->pci, PCI_BAR(BAR + 1), 4, 0);
	pci_command(&iommu->pci, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 0);
	find_registers(iommu);
	agree(iommu);
	open_queue(iommu);
}

/* A request in one buffer, its answer in another. */
static void request(struct virtio_iommu *iommu, const void *bytes, size_t length)
{
	struct nic *nic = iommu->nic;
	struct descriptor *descriptors = nic_pointer(nic, iommu->queue, PAGE);
	struct ring *available = nic_pointer(nic, iommu->queue + AVAILABLE, sizeof(*available));
	volatile struct ring *used = nic_pointer(nic, iommu->queue + USED, sizeof(*used));
	gint64 deadline = g_get_monotonic_time() + QTEST_DEADLINE_SECONDS * G_USEC_PER_SEC;
	uint64_t question = nic_place(nic, bytes, length, 0), answer = nic_allocate(nic, 4, 8);
	uint8_t *status = nic_pointer(nic, answer, 4);

	*status = 0xff;
	descriptors[0] = (struct descriptor){question, (uint32_t)length, DESCRIPTOR_NEXT, 1};
	descriptors[1] = (struct descriptor){answer, 4, DESCRIPTOR_WRITE, 0};
	available->entries[iommu->sent % ENTRIES] = 0;
	__atomic_store_n(&available->index, (uint16_t)(iommu->sent + 1), __ATOMIC_RELEASE);
	iommu->sent++;
	qtest_write(nic->qemu, iommu->notify, 2, 0);
	while (used->index != iommu->sent) {
		g_assert_cmpint(g_get_monotonic_time(), <, deadline);
		nic_settle(nic);
	}
	g_assert_cmpuint(*status, ==, 0);
}

void virtio_iommu_attach(struct virtio_iommu *iommu, uint32_t domain, uint32_t endpoint)
{
	const struct attach_request attach = {
		.kind = ATTACH, .domain = domain, .endpoint = endpoint};

	request(iommu, &attach, sizeof(attach));
}

void virtio_iommu_detach(struct virtio_iommu *iommu, uint32_t domain, uint32_t endpoint)
{
	const struct attach_request detach = {
		.kind = DETACH, .domain = domain, .endpoint = endpoint};

	request(iommu, &detach, sizeof(detach));
}

void virtio_iommu_map(struct virtio_iommu *iommu, uint32_t domain, uint64_t iova, uint64_t length,
		      uint64_t physical, uint32_t rights)
{
	const struct map_request map = {.kind = MAP,
					.domain = domain,
					.first = iova,
					.last = iova + length - 1,
					.physical = physical,
					.rights = rights};

	request(iommu, &map, sizeof(map));
}

void virtio_iommu_unmap(struct virtio_iommu *iommu, uint32_t domain, uint64_t iova, uint64_t length)
{
	const struct unmap_request unmap = {
		.kind = UNMAP, .domain = domain, .first = iova, .last = iova + length - 1};

	request(iommu, &unmap, sizeof(unmap));
}
