/* SPDX-License-Identifier: MIT */
/*
 * virtio_iommu_test.c - the device behind virtio-iommu: a translation that it may have kept is not
 * used when the mapping has ended (device specification, section 8)
 */
#include <string.h>

#include "sgnic_queue.h"
#include "virtio_iommu.h"

#define NIC_ENDPOINT VIRTIO_IOMMU_ENDPOINT(4)
#define IOVA	     0x40000000ull
#define PAGE	     4096ull

enum { LENGTH = 300, ROUNDS = 20 };

struct session {
	struct nic *nic;
	struct virtio_iommu iommu;
	struct nic_queue tx;
	struct nic_queue rx;
	uint64_t pages[2]; /* of memory, to which IOVA leads in turn */
	uint32_t seed;
};

static void map(struct session *s, uint32_t domain, unsigned int page)
{
	virtio_iommu_map(&s->iommu, domain, IOVA, PAGE, s->pages[page],
			 VIRTIO_IOMMU_READ | VIRTIO_IOMMU_WRITE);
}

/* A domain in which memory is where it is, so that rings and records can be reached. */
static void make_domain(struct session *s, uint32_t domain)
{
	virtio_iommu_attach(&s->iommu, domain, NIC_ENDPOINT);
	virtio_iommu_map(&s->iommu, domain, 0, QTEST_RAM_SIZE, 0,
			 VIRTIO_IOMMU_READ | VIRTIO_IOMMU_WRITE);
}

static void start(struct session *s)
{
	memset(s, 0, sizeof(*s));
	s->nic = nic_start(&(struct nic_options){.iommu = VIRTIO_IOMMU_DEVICE});
	virtio_iommu_open(&s->iommu, s->nic);
	s->pages[0] = nic_allocate(s->nic, PAGE, PAGE);
	s->pages[1] = nic_allocate(s->nic, PAGE, PAGE);
	make_domain(s, 1);
	queue_open(&s->tx, s->nic, false, 64);
	queue_open(&s->rx, s->nic, true, 64);
	nic_set(s->nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
}

/* What goes out from IOVA is what is in that page. */
static void expect_transmit(struct session *s, unsigned int page)
{
	struct frame *frame = g_new(struct frame, 1);

	frame_fill(frame, address_other, LENGTH, s->seed++);
	memcpy(nic_pointer(s->nic, s->pages[page], PAGE), frame->bytes, LENGTH);
	memset(nic_pointer(s->nic, s->pages[!page], PAGE), 0xee, PAGE);
	queue_post(&s->tx, IOVA, LENGTH, SGNIC_DESCRIPTOR_END, 5);
	queue_kick(&s->tx);
	wire_expect(s->nic, frame);
	queue_expect(&s->tx, SGNIC_STATUS_OK, 5, LENGTH, 1);
	g_free(frame);
}

/* What comes in to IOVA is in that page, and the other one is as it was. */
static void expect_receive(struct session *s, unsigned int page)
{
	struct frame *frame = g_new(struct frame, 1);
	uint8_t *other = nic_pointer(s->nic, s->pages[!page], PAGE);
	unsigned int i;

	frame_fill(frame, address_nic, LENGTH, s->seed++);
	memset(other, 0xee, PAGE);
	queue_post(&s->rx, IOVA, PAGE, 0, 6);
	queue_kick(&s->rx);
	wire_send(s->nic, frame);
	queue_expect(&s->rx, SGNIC_STATUS_OK, 6, LENGTH, 1);
	nic_same_bytes(nic_pointer(s->nic, s->pages[page], PAGE), frame->bytes, LENGTH);
	for (i = 0; i < PAGE; i++)
		g_assert_cmphex(other[i], ==, 0xee);
	g_free(frame);
}

static void expect_fault(struct session *s)
{
	queue_post(&s->tx, IOVA, LENGTH, SGNIC_DESCRIPTOR_END, 7);
	queue_kick(&s->tx);
	queue_expect_failure(&s->tx, SGNIC_STATUS_DMA_ERROR, 7, 0, 1);
	nic_expect_error(s->nic, SGNIC_ERROR_DMA_READ, 0, IOVA, LENGTH);
	wire_expect_silence(s->nic);
}

static void test_remapped(void)
{
	struct session s;
	unsigned int i;

	start(&s);
	for (i = 0; i < ROUNDS; i++) {
		map(&s, 1, i % 2);
		expect_transmit(&s, i % 2);
		expect_receive(&s, i % 2);
		expect_transmit(&s, i % 2);
		virtio_iommu_unmap(&s.iommu, 1, IOVA, PAGE);
	}
	expect_fault(&s);
	/* nothing else has ended */
	queue_expect_transmits(&s.tx);
	queue_expect_receives(&s.rx);
	nic_stop(s.nic);
}

/* One request ends many mappings. */
static void test_unmapped_together(void)
{
	struct session s;
	unsigned int i;

	start(&s);
	map(&s, 1, 0);
	for (i = 1; i < 40; i++)
		virtio_iommu_map(&s.iommu, 1, IOVA + i * PAGE, PAGE, s.pages[1], VIRTIO_IOMMU_READ);
	expect_transmit(&s, 0);
	virtio_iommu_unmap(&s.iommu, 1, IOVA, 40 * PAGE);
	expect_fault(&s);
	map(&s, 1, 1);
	expect_transmit(&s, 1);
	nic_stop(s.nic);
}

/* The device gets another domain, or none: the mappings of the old one are no longer its. */
static void test_other_domain(void)
{
	struct session s;

	start(&s);
	map(&s, 1, 0);
	expect_transmit(&s, 0);
	virtio_iommu_detach(&s.iommu, 1, NIC_ENDPOINT);
	make_domain(&s, 2);
	expect_fault(&s);
	map(&s, 2, 1);
	expect_transmit(&s, 1);
	expect_receive(&s, 1);
	virtio_iommu_attach(&s.iommu, 3, NIC_ENDPOINT);
	virtio_iommu_map(&s.iommu, 3, 0, QTEST_RAM_SIZE, 0, VIRTIO_IOMMU_READ | VIRTIO_IOMMU_WRITE);
	map(&s, 3, 0);
	expect_transmit(&s, 0);
	expect_receive(&s, 0);
	nic_stop(s.nic);
}

/* What may only be read is not written, whatever was kept for reading. */
static void test_rights(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct session s;

	start(&s);
	virtio_iommu_map(&s.iommu, 1, IOVA, PAGE, s.pages[0], VIRTIO_IOMMU_READ);
	expect_transmit(&s, 0);
	frame_fill(frame, address_nic, LENGTH, 99);
	queue_post(&s.rx, IOVA, PAGE, 0, 8);
	queue_kick(&s.rx);
	wire_send(s.nic, frame);
	queue_expect_failure(&s.rx, SGNIC_STATUS_DMA_ERROR, 8, 0, 1);
	nic_expect_error(s.nic, SGNIC_ERROR_DMA_WRITE, NIC_ANY, IOVA, NIC_ANY);
	expect_transmit(&s, 0);
	nic_stop(s.nic);
	g_free(frame);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtio-iommu/remapped", test_remapped);
	g_test_add_func("/virtio-iommu/unmapped-together", test_unmapped_together);
	g_test_add_func("/virtio-iommu/other-domain", test_other_domain);
	g_test_add_func("/virtio-iommu/rights", test_rights);
	return g_test_run();
}
