/* SPDX-License-Identifier: MIT */
/* OID queries and sets, reset, and the supervision that resets. */
#include <errno.h>
#include <string.h>

#include "ndis_fixture.h"

static struct {
	NDIS_OID oid;
	void *buffer;
	ULONG length;
	PULONG transferred;
	PULONG needed;
} pending;

static GString *sets;
static NDIS_STATUS answer;
static unsigned int resets;
static NDIS_MINIPORT_TIMER timer;

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	sets = g_string_new(NULL);
	resets = 0;
	memset(&pending, 0, sizeof(pending));
	memset(&timer, 0, sizeof(timer));
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
	g_string_free(sets, TRUE);
}

/* Leaves the request pending. */
static NDIS_STATUS pend(struct ndis_fixture *f, NDIS_OID oid, void *buffer, ULONG length,
			PULONG transferred, PULONG needed)
{
	pending.oid = oid;
	pending.buffer = buffer;
	pending.length = length;
	pending.transferred = transferred;
	pending.needed = needed;
	return NDIS_STATUS_PENDING;
}

static NDIS_STATUS query(struct ndis_fixture *f, NDIS_OID oid, void *buffer, ULONG length,
			 PULONG written, PULONG needed)
{
	switch (oid) {
	case OID_GEN_MAXIMUM_TOTAL_SIZE:
		if (length < 4) {
			*needed = 4;
			return NDIS_STATUS_BUFFER_TOO_SHORT;
		}
		memcpy(buffer, &(ULONG){1514}, 4);
		*written = 4;
		return NDIS_STATUS_SUCCESS;
	case OID_GEN_XMIT_OK:
		*written = length + 1;
		return NDIS_STATUS_SUCCESS;
	case OID_GEN_RCV_OK:
		return answer;
	default:
		return NDIS_STATUS_NOT_SUPPORTED;
	}
}

static void test_query(struct ndis_fixture *f, gconstpointer data)
{
	static const struct {
		NDIS_STATUS status;
		int result;
	} answers[] = {
		{NDIS_STATUS_SUCCESS, 0},
		{NDIS_STATUS_INVALID_OID, -ENOTSUP},
		{NDIS_STATUS_INVALID_LENGTH, -EMSGSIZE},
		{NDIS_STATUS_FAILURE, -EIO},
		{NDIS_STATUS_RESOURCES, -EIO},
	};
	uint32_t value = 0;
	KIRQL irql;

	f->hooks.query = query;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_MAXIMUM_TOTAL_SIZE, &value, 4), ==, 4);
	g_assert_cmpuint(value, ==, 1514);
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_MAXIMUM_TOTAL_SIZE, &value, 3), ==,
			-EMSGSIZE);
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_MAXIMUM_TOTAL_SIZE, NULL, 0), ==, -EMSGSIZE);
	g_assert_cmpint(shim_query(f->adapter, 0x12345678, &value, 4), ==, -ENOTSUP);
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		answer = answers[i].status;
		g_assert_cmpint(shim_query(f->adapter, OID_GEN_RCV_OK, &value, 4), ==,
				answers[i].result);
	}
	/* More written than there was room. */
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_XMIT_OK, &value, 4), ==, 4);
	fixture_expect_violation(f, "5 bytes reported for oid 0x00020101 in a buffer of 4");
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_XMIT_OK, &value, 4), ==, -EDEADLK);
	KeLowerIrql(irql);
}

static void test_own_answers(struct ndis_fixture *f, gconstpointer data)
{
	uint32_t value = 77;
	WCHAR name[16];

	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_INIT_TIME_MS, &value, 4), ==, 4);
	g_assert_cmpuint(value, <, 60000);
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_RESET_COUNTS, &value, 4), ==, 4);
	g_assert_cmpuint(value, ==, 0);
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_RESET_COUNTS, &value, 3), ==, -EMSGSIZE);
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_MINIPORT_INFO, &value, 4), ==, 4);
	g_assert_cmphex(value, ==,
			NDIS_MINIPORT_BUS_MASTER | NDIS_MINIPORT_IS_NDIS_5 |
				NDIS_MINIPORT_INDICATES_PACKETS | NDIS_MINIPORT_HARDWARE_DEVICE);
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_MINIPORT_INFO, &value, 3), ==, -EMSGSIZE);
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_FRIENDLY_NAME, name, sizeof(name)), ==, 10);
	g_assert_cmpint(name[0], ==, 'm');
	g_assert_cmpint(name[4], ==, 0);
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_FRIENDLY_NAME, name, 9), ==, -EMSGSIZE);
	g_assert_cmpint(shim_set(f->adapter, OID_GEN_PROTOCOL_OPTIONS, &value, 4), ==, 4);
}

static VOID answer_later(PVOID specific1, PVOID context, PVOID specific2, PVOID specific3)
{
	struct ndis_fixture *f = context;

	memcpy(pending.buffer, &(ULONG){4711}, 4);
	*pending.transferred = 4;
	NdisMQueryInformationComplete(f->handle, NDIS_STATUS_SUCCESS);
}

static void test_pending_query(struct ndis_fixture *f, gconstpointer data)
{
	uint32_t value = 0;

	g_assert_cmpint(fixture_start(f), ==, 0);
	NdisMInitializeTimer(&timer, f->handle, answer_later, f);
	NdisMSetTimer(&timer, 20);
	f->hooks.query = pend;
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_XMIT_OK, &value, 4), ==, 4);
	g_assert_cmpuint(value, ==, 4711);
	g_assert_cmphex(pending.oid, ==, OID_GEN_XMIT_OK);
	NdisMQueryInformationComplete(f->handle, NDIS_STATUS_SUCCESS);
	fixture_expect_violation(f, "no such request is pending");
	NdisMSetInformationComplete(f->handle, NDIS_STATUS_SUCCESS);
	fixture_expect_violation(f, "no such request is pending");
}

/* The answer comes after the host program has given up: it goes into memory that still exists. */
static void test_late_answer(struct ndis_fixture *f, gconstpointer data)
{
	uint32_t value = 0;

	f->attributes |= NDIS_ATTRIBUTE_IGNORE_REQUEST_TIMEOUT;
	g_assert_cmpint(fixture_start(f), ==, 0);
	f->hooks.query = pend;
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_XMIT_OK, &value, 4), ==, -ETIMEDOUT);
	NdisMInitializeTimer(&timer, f->handle, answer_later, f);
	NdisMSetTimer(&timer, 10);
	f->hooks.query = query;
	/* The next request waits for the end of the last. */
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_MAXIMUM_TOTAL_SIZE, &value, 4), ==, 4);
	g_assert_cmpuint(value, ==, 1514);
	fixture_expect_log(f, "oid 0x00020101: no answer within 5 seconds");
}

static NDIS_STATUS record_set(struct ndis_fixture *f, NDIS_OID oid, void *buffer, ULONG length,
			      PULONG used, PULONG needed)
{
	g_string_append_printf(sets, "%08x:%u", oid, length);
	for (ULONG i = 0; i < length; i++)
		g_string_append_printf(sets, "%s%02x", i ? "" : ":", ((UCHAR *)buffer)[i]);
	g_string_append_c(sets, ' ');
	*used = length;
	return NDIS_STATUS_SUCCESS;
}

static void expect_sets(const char *text)
{
	g_assert_cmpstr(sets->str, ==, text);
	g_string_truncate(sets, 0);
}

static NDIS_STATUS reset_addressing(struct ndis_fixture *f, PBOOLEAN addressing)
{
	resets++;
	*addressing = TRUE;
	return NDIS_STATUS_SUCCESS;
}

static void test_set_and_reset(struct ndis_fixture *f, gconstpointer data)
{
	uint32_t value = 0x0B, lookahead = 256;

	f->hooks.set = record_set;
	f->hooks.reset = reset_addressing;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(shim_reset(f->adapter), ==, 0);
	expect_sets("");
	g_assert_cmpint(shim_set(f->adapter, OID_GEN_CURRENT_PACKET_FILTER, &value, 4), ==, 4);
	g_assert_cmpint(shim_set(f->adapter, OID_802_3_MULTICAST_LIST, "abcdef", 6), ==, 6);
	g_assert_cmpint(shim_set(f->adapter, OID_GEN_CURRENT_LOOKAHEAD, &lookahead, 4), ==, 4);
	g_string_truncate(sets, 0);
	/* What the reset lost is set again. */
	g_assert_cmpint(shim_reset(f->adapter), ==, 0);
	expect_sets("01010103:6:616263646566 0001010f:4:00010000 0001010e:4:0b000000 ");
	g_assert_cmpuint(resets, ==, 2);
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_RESET_COUNTS, &value, 4), ==, 4);
	g_assert_cmpuint(value, ==, 2);
	/* An empty list is a list. */
	g_assert_cmpint(shim_set(f->adapter, OID_802_3_MULTICAST_LIST, NULL, 0), ==, 0);
	g_string_truncate(sets, 0);
	g_assert_cmpint(shim_reset(f->adapter), ==, 0);
	expect_sets("01010103:0 0001010f:4:00010000 0001010e:4:0b000000 ");
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	/* Nothing is received any more before the halt. */
	expect_sets("0001010e:4:00000000 ");
}

static NDIS_STATUS reset_later(struct ndis_fixture *f, PBOOLEAN addressing)
{
	resets++;
	NdisMSetTimer(&timer, 20);
	return NDIS_STATUS_PENDING;
}

static NDIS_STATUS final_status;

static VOID complete_reset(PVOID specific1, PVOID context, PVOID specific2, PVOID specific3)
{
	struct ndis_fixture *f = context;

	NdisMResetComplete(f->handle, final_status, FALSE);
}

static unsigned int sends;

static NDIS_STATUS keep(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	sends++;
	return NDIS_STATUS_PENDING;
}

static VOID send_during_reset(PVOID specific1, PVOID context, PVOID specific2, PVOID specific3)
{
	struct ndis_fixture *f = context;

	fixture_send(f, 100, 0);
	g_assert_cmpuint(sends, ==, 1);
	g_assert_cmpint(shim_reset(f->adapter), ==, -EDEADLK);
	complete_reset(NULL, f, NULL, NULL);
}

static void test_pending_reset(struct ndis_fixture *f, gconstpointer data)
{
	f->attributes |= NDIS_ATTRIBUTE_IGNORE_PACKET_TIMEOUT;
	f->without_send_packets = true;
	f->hooks.send = keep;
	f->hooks.reset = reset_later;
	sends = 0;
	g_assert_cmpint(fixture_start(f), ==, 0);
	NdisMInitializeTimer(&timer, f->handle, send_during_reset, f);
	fixture_send(f, 100, 0);
	g_assert_cmpuint(sends, ==, 1);
	final_status = NDIS_STATUS_SUCCESS;
	g_assert_cmpint(shim_reset(f->adapter), ==, 0);
	/* The first is lost, because the miniport is serialised; the second was held back. */
	fixture_expect_sent(f, 1, NDIS_STATUS_REQUEST_ABORTED);
	g_assert_cmpuint(sends, ==, 2);
	NdisMInitializeTimer(&timer, f->handle, complete_reset, f);
	final_status = NDIS_STATUS_HARD_ERRORS;
	g_assert_cmpint(shim_reset(f->adapter), ==, -EIO);
	final_status = NDIS_STATUS_NOT_RESETTABLE;
	g_assert_cmpint(shim_reset(f->adapter), ==, -ENOTSUP);
	final_status = NDIS_STATUS_SUCCESS;
	g_assert_cmpint(shim_reset(f->adapter), ==, 0);
	fixture_expect_sent(f, 1, NDIS_STATUS_REQUEST_ABORTED);
	NdisMResetComplete(f->handle, NDIS_STATUS_SUCCESS, FALSE);
	fixture_expect_violation(f, "no reset is pending");
}

static NDIS_STATUS just_reset(struct ndis_fixture *f, PBOOLEAN addressing)
{
	resets++;
	return NDIS_STATUS_SUCCESS;
}

static uint64_t first_check;

static BOOLEAN hang_once(struct ndis_fixture *f)
{
	if (!first_check)
		first_check = event_loop_now();
	return resets == 0;
}

static void test_check_for_hang(struct ndis_fixture *f, gconstpointer data)
{
	uint64_t begin;

	f->hang_seconds = 1;
	f->hooks.check_for_hang = hang_once;
	f->hooks.reset = just_reset;
	first_check = 0;
	begin = event_loop_now();
	g_assert_cmpint(fixture_start(f), ==, 0);
	fixture_run(f, 2300);
	g_assert_cmpuint(resets, ==, 1);
	g_assert_cmpuint(first_check - begin, >=, 1000000000ull);
	fixture_expect_log(f, "MiniportCheckForHang says that the adapter hangs");
}

static NDIS_STATUS refuse_once(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	return sends++ ? NDIS_STATUS_SUCCESS : NDIS_STATUS_RESOURCES;
}

/* A packet that never comes back leads to a reset; a miniport that has nothing is asked again. */
static void test_hung_packet(struct ndis_fixture *f, gconstpointer data)
{
	f->hang_seconds = 1;
	f->without_send_packets = true;
	f->hooks.send = keep;
	f->hooks.reset = just_reset;
	sends = 0;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fixture_send(f, 100, 0);
	fixture_run(f, 3500);
	g_assert_cmpuint(resets, ==, 1);
	fixture_expect_sent(f, 1, NDIS_STATUS_REQUEST_ABORTED);
	fixture_expect_log(f, "a packet was not completed within 2 seconds");
	f->hooks.send = refuse_once;
	sends = 0;
	fixture_send(f, 100, 0);
	fixture_run(f, 1500);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
}

#define ADD(name, function)                                                                        \
	g_test_add("/ndis/request/" name, struct ndis_fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("query", test_query);
	ADD("own-answers", test_own_answers);
	ADD("pending-query", test_pending_query);
	ADD("late-answer", test_late_answer);
	ADD("set-and-reset", test_set_and_reset);
	ADD("pending-reset", test_pending_reset);
	ADD("check-for-hang", test_check_for_hang);
	ADD("hung-packet", test_hung_packet);
	return g_test_run();
}
