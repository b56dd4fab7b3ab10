/* SPDX-License-Identifier: MIT */
/*
 * iommu_faults_test.c - mappings that are split, too short, missing, of the wrong direction, or
 * taken away while the device works: an error of the descriptor concerned, and of no other
 */
#include <string.h>
#include <sys/socket.h>

#include "fixture.h"

#define PAGE PLATFORM_PAGE_SIZE

/* Logical addresses.  What is not listed is mapped nowhere. */
#define GOOD	   0x12345000u /* two pages, for both directions */
#define SPLIT	   0x22345000u /* two pages that are far apart in memory, in the opposite order */
#define SHORT	   0x32345000u /* one page, and nothing behind it */
#define READ_ONLY  0x42345000u
#define WRITE_ONLY 0x52345000u
#define MISSING	   0x62345000u

struct setup {
	struct fixture *f;
	unsigned char *good;
	unsigned char *split;
	unsigned char *other; /* SHORT, READ_ONLY, WRITE_ONLY */
	uint32_t posted[2];   /* descriptors, transmit and receive */
	uint32_t reaped[2];   /* completions */
};

static void map(struct setup *s, uint64_t logical, void *va, enum platform_access access)
{
	g_assert_cmpint(platform_map(s->f->platform, (logical_t){logical}, va, PAGE, access), ==, 0);
}

static void unmap(struct setup *s, uint64_t logical)
{
	g_assert_cmpint(platform_unmap(s->f->platform, (logical_t){logical}, PAGE), ==, PAGE);
}

static struct setup *setup_open(void)
{
	struct setup *s = g_new0(struct setup, 1);

	s->f = fixture_open(NULL);
	s->f->expects_guest_errors = true;
	fixture_open_rings(s->f);
	s->good = fixture_pages(s->f, 2, 1);
	s->split = fixture_pages(s->f, 5, 2);
	s->other = fixture_pages(s->f, 3, 3);
	map(s, GOOD, s->good, PLATFORM_DEVICE_BOTH);
	map(s, GOOD + PAGE, s->good + PAGE, PLATFORM_DEVICE_BOTH);
	map(s, SPLIT, s->split + 4 * PAGE, PLATFORM_DEVICE_BOTH);
	map(s, SPLIT + PAGE, s->split, PLATFORM_DEVICE_BOTH);
	map(s, SHORT, s->other, PLATFORM_DEVICE_BOTH);
	map(s, READ_ONLY, s->other + PAGE, PLATFORM_DEVICE_READS);
	map(s, WRITE_ONLY, s->other + 2 * PAGE, PLATFORM_DEVICE_WRITES);
	return s;
}

static void setup_close(struct setup *s)
{
	struct platform_fault fault;
	static const uint64_t mapped[] = {GOOD,	 GOOD + PAGE, SPLIT,	 SPLIT + PAGE,
					  SHORT, READ_ONLY,   WRITE_ONLY};
	size_t i;

	while (platform_next_fault(s->f->platform, &fault) > 0)
		g_test_message("%s", fault.text);
	fixture_close_rings(s->f);
	for (i = 0; i < G_N_ELEMENTS(mapped); i++)
		unmap(s, mapped[i]);
	fixture_close(s->f);
	g_free(s);
}

static void *page(struct setup *s, bool receive, enum ring_page which)
{
	return s->f->rings + (which + (receive ? RX_DESCRIPTORS : 0)) * PAGE;
}

/* Fills the next descriptor; the device does not see it yet. */
static void post(struct setup *s, bool receive, uint64_t logical, uint32_t length, uint16_t flags)
{
	struct sgnic_descriptor *ring = page(s, receive, TX_DESCRIPTORS);
	uint32_t index = s->posted[receive]++;

	ring[index % FIXTURE_RING_SIZE] = (struct sgnic_descriptor){
		.address = logical, .length = length, .flags = flags, .tag = (uint16_t)index};
}

static void post_frame(struct setup *s, uint64_t logical, uint32_t length)
{
	post(s, false, logical, length, SGNIC_DESCRIPTOR_END);
}

static void publish(struct setup *s, bool receive)
{
	struct sgnic_record *record = page(s, receive, TX_RECORD);

	__atomic_store_n(&record->producer, s->posted[receive], __ATOMIC_SEQ_CST);
	fixture_set(s->f, receive ? SGNIC_RX_DOORBELL(0) : SGNIC_TX_DOORBELL(0), 1);
}

/* The next completion: one frame's, of @count descriptors. */
static void expect(struct setup *s, bool receive, uint8_t status, uint8_t element, uint16_t count)
{
	size_t size = receive ? sizeof(struct sgnic_rx_completion)
			      : sizeof(struct sgnic_completion);
	uint32_t index = s->reaped[receive]++;
	const struct sgnic_completion *c =
		(const void *)((char *)page(s, receive, TX_COMPLETIONS) +
			       index % FIXTURE_RING_SIZE * size);
	uint16_t phase = !(index / FIXTURE_RING_SIZE & 1);
	gint64 until = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;

	while ((__atomic_load_n(&c->flags, __ATOMIC_ACQUIRE) & SGNIC_COMPLETION_PHASE) != phase) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		g_usleep(50);
	}
	g_assert_cmpuint(c->status, ==, status);
	g_assert_cmpuint(c->element, ==, element);
	g_assert_cmpuint(c->count, ==, count);
}

static void expect_state(struct setup *s, uint32_t queue, uint32_t state)
{
	gint64 until = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;

	while (fixture_get(s->f, queue + SGNIC_QUEUE_STATE) != state)
		g_assert_cmpint(g_get_monotonic_time(), <, until);
}

/* All in one publication: the good ones go out, in order. */
static void test_transmit(void)
{
	struct setup *s = setup_open();
	unsigned char bytes[1000];

	post_frame(s, GOOD + 3500, 1000);
	post_frame(s, SHORT + 3500, 1000);
	post_frame(s, SPLIT + 3500, 1000);
	post_frame(s, MISSING, 1000);
	post(s, false, GOOD, 500, 0);
	post(s, false, MISSING, 500, SGNIC_DESCRIPTOR_END);
	post_frame(s, WRITE_ONLY, 1000);
	post_frame(s, READ_ONLY, 1000);
	post_frame(s, SHORT, 1000);
	publish(s, false);

	fixture_sent(s->f, s->good + 3500, 1000);
	memcpy(bytes, s->split + 4 * PAGE + 3500, 596);
	memcpy(bytes + 596, s->split, 404);
	fixture_sent(s->f, bytes, 1000);
	fixture_sent(s->f, s->other + PAGE, 1000);
	fixture_sent(s->f, s->other, 1000);
	expect(s, false, SGNIC_STATUS_OK, 0, 1);
	expect(s, false, SGNIC_STATUS_DMA_ERROR, 0, 1);
	expect(s, false, SGNIC_STATUS_OK, 0, 1);
	expect(s, false, SGNIC_STATUS_DMA_ERROR, 0, 1);
	expect(s, false, SGNIC_STATUS_DMA_ERROR, 1, 2);
	expect(s, false, SGNIC_STATUS_DMA_ERROR, 0, 1);
	expect(s, false, SGNIC_STATUS_OK, 0, 1);
	expect(s, false, SGNIC_STATUS_OK, 0, 1);
	g_assert_cmpuint(fixture_get(s->f, SGNIC_ERROR_COUNT(SGNIC_ERROR_DMA_READ)), ==, 4);
	expect_state(s, SGNIC_TX_QUEUE(0), SGNIC_QUEUE_RUNNING);
	setup_close(s);
}

static void inject(struct setup *s, unsigned int number)
{
	unsigned char frame[1000];

	fixture_frame(frame, sizeof(frame), number);
	g_assert_cmpint(send(s->f->wire, frame, sizeof(frame), 0), ==, sizeof(frame));
}

static void check(const unsigned char *at, size_t length, size_t skip, unsigned int number)
{
	unsigned char frame[1000];

	fixture_frame(frame, sizeof(frame), number);
	fixture_same(at, frame + skip, length);
}

/* Each bad buffer loses the frame that it was for; the others are stored. */
static void test_receive(void)
{
	struct setup *s = setup_open();
	unsigned int i;

	post(s, true, GOOD, 1500, 0);
	post(s, true, SHORT + 3500, 1500, 0);
	post(s, true, SPLIT + 3500, 1500, 0);
	post(s, true, MISSING, 1500, 0);
	post(s, true, READ_ONLY, 1500, 0);
	post(s, true, WRITE_ONLY, 1500, 0);
	publish(s, true);
	for (i = 0; i < 6; i++)
		inject(s, 10 + i);
	expect(s, true, SGNIC_STATUS_OK, 0, 1);
	expect(s, true, SGNIC_STATUS_DMA_ERROR, 0, 1);
	expect(s, true, SGNIC_STATUS_OK, 0, 1);
	expect(s, true, SGNIC_STATUS_DMA_ERROR, 0, 1);
	expect(s, true, SGNIC_STATUS_DMA_ERROR, 0, 1);
	expect(s, true, SGNIC_STATUS_OK, 0, 1);
	check(s->good, 1000, 0, 10);
	check(s->split + 4 * PAGE + 3500, 596, 0, 12);
	check(s->split, 404, 596, 12);
	check(s->other + 2 * PAGE, 1000, 0, 15);
	g_assert_cmpuint(fixture_get(s->f, SGNIC_ERROR_COUNT(SGNIC_ERROR_DMA_WRITE)), ==, 3);
	expect_state(s, SGNIC_RX_QUEUE(0), SGNIC_QUEUE_RUNNING);
	setup_close(s);
}

/* Taken away between two frames, and given back; a posted receive buffer, too. */
static void test_revoked_buffer(void)
{
	struct setup *s = setup_open();
	unsigned int i;

	for (i = 0; i < 3; i++) {
		post_frame(s, SHORT, 600);
		publish(s, false);
		fixture_sent(s->f, s->other, 600);
		expect(s, false, SGNIC_STATUS_OK, 0, 1);

		post(s, true, SHORT + 2000, 1500, 0);
		post(s, true, GOOD, 1500, 0);
		publish(s, true);
		unmap(s, SHORT);
		inject(s, 20 + 2 * i);
		expect(s, true, SGNIC_STATUS_DMA_ERROR, 0, 1);
		inject(s, 21 + 2 * i);
		expect(s, true, SGNIC_STATUS_OK, 0, 1);
		check(s->good, 1000, 0, 21 + 2 * i);

		post_frame(s, SHORT, 600);
		post_frame(s, GOOD, 700);
		publish(s, false);
		fixture_sent(s->f, s->good, 700);
		expect(s, false, SGNIC_STATUS_DMA_ERROR, 0, 1);
		expect(s, false, SGNIC_STATUS_OK, 0, 1);
		map(s, SHORT, s->other, PLATFORM_DEVICE_BOTH);
	}
	setup_close(s);
}

/* In pieces: the second page of a frame goes while the first one stays. */
static void test_revoked_half(void)
{
	struct setup *s = setup_open();

	unmap(s, SPLIT + PAGE);
	post_frame(s, SPLIT + 3500, 1000);
	post_frame(s, SPLIT, 1000);
	publish(s, false);
	fixture_sent(s->f, s->split + 4 * PAGE, 1000);
	expect(s, false, SGNIC_STATUS_DMA_ERROR, 0, 1);
	expect(s, false, SGNIC_STATUS_OK, 0, 1);
	map(s, SPLIT + PAGE, s->split, PLATFORM_DEVICE_BOTH);
	post_frame(s, SPLIT + PAGE, 1000);
	publish(s, false);
	fixture_sent(s->f, s->split, 1000);
	expect(s, false, SGNIC_STATUS_OK, 0, 1);
	setup_close(s);
}

/*
 * No naturally aligned block that one invalidation can name holds both pages: the platform
 * invalidates the whole domain.
 */
static void test_revoked_domain(void)
{
	const uint64_t border = ((uint64_t)1 << 32) - PAGE;
	struct setup *s = setup_open();
	void *pages = fixture_pages(s->f, 2, 4);
	unsigned int i;

	for (i = 0; i < 3; i++) {
		g_assert_cmpint(platform_map(s->f->platform, (logical_t){border}, pages, 2 * PAGE,
					     PLATFORM_DEVICE_BOTH),
				==, 0);
		post_frame(s, border + PAGE - 500, 1000);
		publish(s, false);
		fixture_sent(s->f, (char *)pages + PAGE - 500, 1000);
		expect(s, false, SGNIC_STATUS_OK, 0, 1);

		g_assert_cmpint(platform_unmap(s->f->platform, (logical_t){border}, 2 * PAGE), ==,
				2 * PAGE);
		post_frame(s, border + 8, 600);
		post_frame(s, border + PAGE, 600);
		post_frame(s, GOOD, 700);
		publish(s, false);
		fixture_sent(s->f, s->good, 700);
		expect(s, false, SGNIC_STATUS_DMA_ERROR, 0, 1);
		expect(s, false, SGNIC_STATUS_DMA_ERROR, 0, 1);
		expect(s, false, SGNIC_STATUS_OK, 0, 1);
	}
	setup_close(s);
}

/* A ring or record that is taken away stops its queue; the other one goes on. */
static void test_revoked_ring(gconstpointer data)
{
	enum ring_page which = (enum ring_page)GPOINTER_TO_UINT(data);
	struct setup *s = setup_open();
	unsigned int i;

	g_assert_cmpint(platform_unmap(s->f->platform, (logical_t){FIXTURE_RINGS}, RING_PAGES * PAGE),
			==, RING_PAGES * PAGE);
	for (i = 0; i < RING_PAGES; i++)
		if (i != which)
			map(s, FIXTURE_RINGS + i * PAGE, s->f->rings + i * PAGE,
			    PLATFORM_DEVICE_BOTH);
	post_frame(s, GOOD, 1000);
	publish(s, false);
	expect_state(s, SGNIC_TX_QUEUE(0), SGNIC_QUEUE_ERROR);
	g_assert_cmphex(fixture_get(s->f, SGNIC_ERROR_ADDRESS_LOW) & ~(uint32_t)PLATFORM_PAGE_MASK,
			==, FIXTURE_RINGS + which * PAGE);
	post(s, true, GOOD, 1500, 0);
	publish(s, true);
	inject(s, 30);
	expect(s, true, SGNIC_STATUS_OK, 0, 1);
	check(s->good, 1000, 0, 30);

	fixture_set(s->f, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_CONTROL, 0);
	for (i = 0; i < RING_PAGES; i++)
		if (i != which)
			unmap(s, FIXTURE_RINGS + i * PAGE);
	g_assert_cmpint(platform_map(s->f->platform, (logical_t){FIXTURE_RINGS}, s->f->rings,
				     RING_PAGES * PAGE, PLATFORM_DEVICE_BOTH),
			==, 0);
	memset(s->f->rings, 0, RX_DESCRIPTORS * PAGE);
	s->posted[0] = 0;
	s->reaped[0] = 0;
	while (recv(s->f->wire, (char[SGNIC_MAX_FRAME]){0}, SGNIC_MAX_FRAME, MSG_DONTWAIT) > 0)
		continue;
	fixture_set(s->f, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_CONTROL, SGNIC_QUEUE_ENABLE);
	post_frame(s, GOOD, 1000);
	publish(s, false);
	expect(s, false, SGNIC_STATUS_OK, 0, 1);
	setup_close(s);
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/qtest-platform/iommu-faults/transmit", test_transmit);
	g_test_add_func("/qtest-platform/iommu-faults/receive", test_receive);
	g_test_add_func("/qtest-platform/iommu-faults/revoked-buffer", test_revoked_buffer);
	g_test_add_func("/qtest-platform/iommu-faults/revoked-half", test_revoked_half);
	g_test_add_func("/qtest-platform/iommu-faults/revoked-domain", test_revoked_domain);
	g_test_add_data_func("/qtest-platform/iommu-faults/revoked-descriptors",
			     GUINT_TO_POINTER(TX_DESCRIPTORS), test_revoked_ring);
	g_test_add_data_func("/qtest-platform/iommu-faults/revoked-completions",
			     GUINT_TO_POINTER(TX_COMPLETIONS), test_revoked_ring);
	g_test_add_data_func("/qtest-platform/iommu-faults/revoked-record",
			     GUINT_TO_POINTER(TX_RECORD), test_revoked_ring);
	return g_test_run();
}
