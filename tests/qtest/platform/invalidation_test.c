/* SPDX-License-Identifier: MIT */
/*
 * invalidation_test.c - the ways in which a driver of VT-d ends mappings that the platform never
 * takes: whatever the descriptor names, the device forgets at least that, and QEMU lives
 *
 * Tables are changed behind the platform's back, and the descriptors are the test's own.  Numbers
 * are those of Intel's "Virtualization Technology for Directed I/O".
 */
#include <string.h>

#include "fixture.h"
#include "platform/qtest/qtest_private.h"

#define PAGE   PLATFORM_PAGE_SIZE
#define BUFFER 0x32347000u
#define LENGTH 1000
/* Of messages; no page in it is translated, so what QEMU tells of the others is in two parts. */
#define WINDOW	   0xfee00000u
#define WINDOW_END 0xfef00000u
#define BEFORE	   0xfec00000u

#define INVALIDATE_DOMAIN ((uint64_t)0x22)
#define INVALIDATE_PAGES  ((uint64_t)0x32)
#define INVALIDATE_PASID  ((uint64_t)0x07) /* all of a domain */

#define WAIT ((uint64_t)0x25) /* and write the status */

#define REGISTERS	    0xfed90000u
#define GLOBAL_COMMAND	    0x18
#define ROOT_TABLE	    0x20
#define QUEUE_HEAD	    0x80
#define QUEUE_TAIL	    0x88
#define QUEUE_ADDRESS	    0x90
#define QUEUE_WIDE	    ((uint64_t)1 << 11) /* descriptors of 256 bits */
#define WIDE_SHIFT	    5
#define TRANSLATION	    0x80000000u
#define SET_ROOT_POINTER    0x40000000u
#define QUEUE		    0x04000000u
#define ROOT_TABLE_SCALABLE ((uint64_t)1 << 10)
#define SECOND_LEVEL	    ((uint64_t)2 << 6)
#define PRESENT		    ((uint64_t)1)

static struct qtest_platform *internals(struct fixture *f)
{
	return qtest_platform_from(f->platform);
}

/* Queues a descriptor, and has the platform run it with one of its own. */
static void invalidate(struct fixture *f, uint64_t low, uint64_t high)
{
	struct qtest_vtd *vtd = &internals(f)->vtd;

	vtd->queue[vtd->tail * 2] = low;
	vtd->queue[vtd->tail * 2 + 1] = high;
	vtd->tail = (vtd->tail + 1) % (PAGE / 16);
	g_assert_cmpint(qtest_vtd_invalidate(internals(f), 0x1000, 1), ==, 0);
}

static void map(struct fixture *f, uint64_t logical, void *va)
{
	g_assert_cmpint(
		platform_map(f->platform, (logical_t){logical}, va, PAGE, PLATFORM_DEVICE_BOTH), ==,
		0);
}

/* In the tables; the IOMMU is not told. */
static void unmap_silently(struct fixture *f, uint64_t logical)
{
	internals(f)->vtd.is_on = false;
	g_assert_cmpint(platform_unmap(f->platform, (logical_t){logical}, PAGE), ==, PAGE);
	internals(f)->vtd.is_on = true;
}

static struct fixture *open_device(const char *global)
{
	struct fixture *f = fixture_open_global(global);

	f->expects_guest_errors = true;
	fixture_open_rings(f);
	return f;
}

static void expect_sent(struct fixture *f, uint64_t logical, const void *bytes)
{
	g_assert_cmpuint(fixture_transmit(f, logical, LENGTH), ==, SGNIC_STATUS_OK);
	fixture_sent(f, bytes, LENGTH);
}

static void expect_refused(struct fixture *f, uint64_t logical)
{
	g_assert_cmpuint(fixture_transmit(f, logical, LENGTH), ==, SGNIC_STATUS_DMA_ERROR);
}

static void close_device(struct fixture *f)
{
	struct platform_fault fault;

	while (platform_next_fault(f->platform, &fault) > 0)
		g_test_message("%s", fault.text);
	fixture_close_rings(f);
	fixture_close(f);
}

/* A block of 4 MiB and one of 1 GiB, the largest, with the window of messages inside */
static void test_around_messages(gconstpointer data)
{
	unsigned int order = GPOINTER_TO_UINT(data);
	uint64_t block = WINDOW & ~(((uint64_t)PAGE << order) - 1);
	struct fixture *f = open_device(NULL);
	unsigned char *pages = fixture_pages(f, 2, 1);

	map(f, BEFORE, pages);
	map(f, WINDOW_END, pages + PAGE);
	expect_sent(f, BEFORE, pages);
	expect_sent(f, WINDOW_END, pages + PAGE);
	unmap_silently(f, BEFORE);
	unmap_silently(f, WINDOW_END);
	invalidate(f, INVALIDATE_PAGES | 1 << 16, block | order);
	expect_refused(f, BEFORE);
	expect_refused(f, WINDOW_END);
	close_device(f);
}

/* The order says how many low bits of the address do not count. */
static void test_inside_of_block(void)
{
	struct fixture *f = open_device(NULL);
	unsigned char *page = fixture_pages(f, 1, 1);

	map(f, BUFFER, page);
	expect_sent(f, BUFFER, page);
	unmap_silently(f, BUFFER);
	invalidate(f, INVALIDATE_PAGES | 1 << 16, (BUFFER + PAGE) | 4);
	expect_refused(f, BUFFER);
	close_device(f);
}

/* The block at the very end of the address space: nothing of it is mapped, or can be. */
static void test_last_block(void)
{
	struct fixture *f = open_device(NULL);
	unsigned char *page = fixture_pages(f, 1, 1);

	map(f, BUFFER, page);
	expect_sent(f, BUFFER, page);
	invalidate(f, INVALIDATE_PAGES | 1 << 16, ~(uint64_t)0xfff | 4);
	expect_sent(f, BUFFER, page);
	close_device(f);
}

static void set_register(struct fixture *f, unsigned int offset, unsigned int width, uint64_t value)
{
	qtest_wire_write(&internals(f)->wire, REGISTERS + offset, width, value);
}

static uint64_t physical(struct fixture *f, const void *va)
{
	frame_t frame;

	g_assert_cmpint(platform_frame_number(f->platform, va, &frame), ==, 0);
	return frame.number << PLATFORM_PAGE_SHIFT;
}

struct scalable {
	uint64_t *root;
	uint64_t *context;
	uint64_t *directory;
	uint64_t *table;
};

/* The device's entry for requests without PASID names @domain, whose tables begin at @top. */
static void set_domain(struct fixture *f, struct scalable *s, uint64_t domain, uint64_t top)
{
	s->table[1] = domain;
	s->table[0] = top | SECOND_LEVEL | (uint64_t)(internals(f)->vtd.levels - 2) << 2 | PRESENT;
}

static void enable_scalable(struct fixture *f, struct scalable *s)
{
	unsigned char *pages = fixture_pages(f, 4, 1);
	uint16_t source = internals(f)->vtd.source;

	memset(pages, 0, 4 * PAGE);
	s->root = (void *)pages;
	s->context = (void *)(pages + PAGE);
	s->directory = (void *)(pages + 2 * PAGE);
	s->table = (void *)(pages + 3 * PAGE);
	g_assert_cmpuint(source, <, 0x80);
	s->root[0] = physical(f, s->context) | PRESENT;
	s->context[4 * source] = physical(f, s->directory) | PRESENT;
	s->directory[0] = physical(f, s->table) | PRESENT;
	set_domain(f, s, 1, physical(f, internals(f)->vtd.top));
	set_register(f, ROOT_TABLE, 8, physical(f, s->root) | ROOT_TABLE_SCALABLE);
	set_register(f, GLOBAL_COMMAND, 4, TRANSLATION | QUEUE | SET_ROOT_POINTER);
}

static void set_queue(struct fixture *f, uint64_t address)
{
	set_register(f, GLOBAL_COMMAND, 4, TRANSLATION);
	set_register(f, QUEUE_TAIL, 8, 0);
	set_register(f, QUEUE_ADDRESS, 8, address);
	set_register(f, GLOBAL_COMMAND, 4, TRANSLATION | QUEUE);
}

/* Runs descriptors of 256 bits, of which all but the first 64 are 0, in a queue of their own. */
static void invalidate_wide(struct fixture *f, const uint64_t *low, unsigned int count)
{
	uint64_t *queue = (uint64_t *)(void *)fixture_pages(f, 1, 4);
	const struct qtest_vtd *vtd = &internals(f)->vtd;
	uint64_t tail = (uint64_t)(count + 1) << WIDE_SHIFT;
	uint64_t head = 0;
	unsigned int i;

	memset(queue, 0, PAGE);
	for (i = 0; i < count; i++)
		queue[i * 4] = low[i];
	/* A queue ends with a wait before it is disabled. */
	queue[i * 4] = WAIT | (uint64_t)vtd->sequence << 32;
	queue[i * 4 + 1] = physical(f, vtd->status);
	set_queue(f, physical(f, queue) | QUEUE_WIDE);
	set_register(f, QUEUE_TAIL, 8, tail);
	for (i = 0; i < 100000 && head != tail; i++)
		qtest_wire_read(&internals(f)->wire, REGISTERS + QUEUE_HEAD, 8, &head);
	g_assert_cmphex(head, ==, tail);
	set_queue(f, physical(f, internals(f)->vtd.queue));
	internals(f)->vtd.tail = 0;
}

/*
 * The device moves to a domain with other tables.  As the specification wants it, the PASID's entry
 * is invalidated, and then what is cached for the domain it named before.
 */
static void test_scalable(void)
{
	struct fixture *f = open_device("intel-iommu.x-scalable-mode=on");
	unsigned char *pages = fixture_pages(f, 2, 2);
	unsigned char *top = fixture_pages(f, 1, 3);
	uint64_t *entry = (uint64_t *)(void *)top;
	static const uint64_t end[] = {INVALIDATE_PASID | 1 << 16, INVALIDATE_DOMAIN | 1 << 16};
	struct scalable s;

	map(f, BUFFER, pages);
	enable_scalable(f, &s);
	expect_sent(f, BUFFER, pages);
	/* The other domain: the rings and all else as before, but no tables where BUFFER is. */
	memcpy(entry, internals(f)->vtd.top, PAGE);
	g_assert_cmpuint(BUFFER >> 30, !=, FIXTURE_RINGS >> 30);
	g_assert_cmpuint(internals(f)->vtd.levels, ==, 3);
	entry[BUFFER >> 30] = 0;
	set_domain(f, &s, 2, physical(f, top));
	invalidate_wide(f, end, G_N_ELEMENTS(end));
	expect_refused(f, BUFFER);
	close_device(f);
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/qtest-platform/invalidation/around-messages/4M",
			     GUINT_TO_POINTER(10), test_around_messages);
	g_test_add_data_func("/qtest-platform/invalidation/around-messages/1G",
			     GUINT_TO_POINTER(18), test_around_messages);
	g_test_add_func("/qtest-platform/invalidation/inside-of-block", test_inside_of_block);
	g_test_add_func("/qtest-platform/invalidation/last-block", test_last_block);
	g_test_add_func("/qtest-platform/invalidation/scalable", test_scalable);
	return g_test_run();
}
