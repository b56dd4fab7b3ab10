/* SPDX-License-Identifier: MIT */
/*
 * session.c - see session.h
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <ndis/oid.h>

#include "ke/processor.h"
#include "ndis/request.h"
#include "ndis/status.h"
#include "session.h"

#define RUN_SECONDS 30

/* For the device.  Auto-negotiation takes a second or two. */
#define SETTLE_MILLISECONDS 5000

/* Frames that session_exchange() gives to the miniport at once. */
#define BURST 8

#define SHORTEST 60
#define LONGEST	 1514

/* Long enough for a message, which a timer looks for, and for what it sets off. */
#define QUIET_MILLISECONDS 20

static void on_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
	struct session *s = context;
	unsigned char expected[SGNIC_MAX_JUMBO_FRAME];
	unsigned char frame[SGNIC_MAX_JUMBO_FRAME];
	size_t done = 0;
	unsigned int i;

	shim_received_information(s->adapter, &s->information);
	if (s->length_of)
		s->expected_length = s->length_of(s->expected_number);
	for (i = 0; i < count; i++) {
		g_assert_cmpuint(done + pieces[i].length, <=, s->expected_length);
		memcpy(frame + done, pieces[i].va, pieces[i].length);
		done += pieces[i].length;
	}
	g_assert_cmpuint(done, ==, s->expected_length);
	if (s->expected)
		memcpy(expected, s->expected, s->expected_length);
	else
		fixture_frame(expected, s->expected_length, s->expected_number);
	if (s->length_of) {
		memcpy(s->destination, frame, sizeof(s->destination));
		memcpy(expected, frame, sizeof(s->destination));
		s->expected_number++;
	}
	fixture_same(frame, expected, s->expected_length);
	s->received++;
}

static void on_link(void *context, bool up)
{
	struct session *s = context;

	s->link_changes++;
	s->link_up = up;
}

static void on_asked_back(void *context, bool gone)
{
	struct session *s = context;

	g_assert_true(gone);
	s->asked_back++;
}

static void on_sent(void *context, int32_t status)
{
	struct session *s = context;

	s->status = status;
	if (status == NDIS_STATUS_SUCCESS)
		s->completed++;
	else
		s->failed++;
}

struct shim_adapter_options session_options(void)
{
	return (struct shim_adapter_options){
		.dma = {.policy = DMA_POLICY_REMAP, .copybreak = DMA_DEFAULT_COPYBREAK}};
}

void session_load(struct session *s, struct fixture *fixture, const char *variable,
		  const char *name)
{
	shim_driver_entry entry;

	memset(s, 0, sizeof(*s));
	s->f = fixture;
	s->log = open_memstream(&s->log_text, &s->log_size);
	shim_log_to(s->log);
	s->library = dlopen(getenv(variable), RTLD_NOW);
	if (!s->library)
		g_error("%s", dlerror());
	entry = (shim_driver_entry)dlsym(s->library, "DriverEntry");
	g_assert_nonnull(entry);
	g_assert_cmpint(shim_driver_start(entry, name, &s->driver), ==, 0);
}

int session_initialize(struct session *s, const struct shim_adapter_options *options)
{
	const struct shim_client client = {.receive = on_receive,
					   .link = on_link,
					   .asked_back = on_asked_back,
					   .context = s};
	int result;

	result = shim_adapter_start(s->driver, s->f->platform, options, &client, &s->adapter);
	if (result)
		s->adapter = NULL;
	return result;
}

void session_set_filter(struct session *s, uint32_t filter)
{
	g_assert_cmpint(
		shim_set(s->adapter, OID_GEN_CURRENT_PACKET_FILTER, &filter, sizeof(filter)), ==,
		sizeof(filter));
}

void session_start_nic(struct session *s, const struct session_nic *nic,
		       const struct shim_adapter_options *options)
{
	session_load(s, fixture_open_nic(nic->device), nic->variable, nic->name);
	if (session_initialize(s, options)) {
		fflush(s->log);
		g_error("the adapter does not start: %s", s->log_text);
	}
	session_set_filter(s, NDIS_PACKET_TYPE_BROADCAST);
	session_settle(s);
}

void session_settle(struct session *s)
{
	fixture_advance(s->f, SETTLE_MILLISECONDS);
}

void session_start(struct session *s, const char *properties,
		   const struct shim_adapter_options *options)
{
	struct session_nic nic = {.name = "sgnic", .variable = "SGNIC_MINIPORT"};
	char *device = properties ? g_strdup_printf("sgnic,%s", properties) : g_strdup("sgnic");

	nic.device = device;
	session_start_nic(s, &nic, options);
	g_free(device);
}

unsigned int session_halt(struct session *s)
{
	struct shim_statistics statistics;
	unsigned int left;

	shim_adapter_statistics(s->adapter, &statistics);
	fflush(s->log);
	if (statistics.violations)
		g_error("%s", s->log_text);
	left = shim_adapter_stop(s->adapter);
	s->adapter = NULL;
	return left;
}

void session_stop(struct session *s)
{
	if (s->adapter && session_halt(s)) {
		fflush(s->log);
		g_error("something was left behind: %s", s->log_text);
	}
	shim_driver_stop(s->driver);
	/* Of a QEMU that is gone nobody can ask. */
	if (qtest_platform_check(s->f->platform) == 0)
		fixture_expect_no_fault(s->f);
	fixture_close(s->f);
	dlclose(s->library);
	shim_log_to(stderr);
	fclose(s->log);
	free(s->log_text);
}

void session_run_until(struct session *s, const unsigned int *counter, unsigned int wanted)
{
	gint64 until = g_get_monotonic_time() + RUN_SECONDS * G_USEC_PER_SEC;

	while (*counter < wanted) {
		if (g_get_monotonic_time() > until) {
			fflush(s->log);
			g_error("%u did not become %u: %s", *counter, wanted, s->log_text);
		}
		g_assert_cmpint(shim_run_once(1000000000), >=, 0);
	}
	g_assert_cmpuint(*counter, ==, wanted);
}

void session_run(struct session *s)
{
	gint64 until = g_get_monotonic_time() + QUIET_MILLISECONDS * 1000;
	unsigned char byte;

	/* What QEMU has to say about interrupts comes before its answer. */
	g_assert_cmpint(qtest_platform_physical(s->f->platform, 0, &byte, 1), ==, 0);
	while (g_get_monotonic_time() < until)
		g_assert_cmpint(shim_run_once(1000000), >=, 0);
}

struct shim_frame *session_frame(struct session *s, const unsigned char *bytes, unsigned int length,
				 const struct shim_packet_information *information)
{
	struct shim_frame *frame;
	size_t capacity;
	void *data;

	frame = information && information->segment_size
			? shim_frame_allocate_large(s->adapter, &data, &capacity)
			: shim_frame_allocate(s->adapter, &data, &capacity);
	g_assert_nonnull(frame);
	g_assert_cmpuint(length, <=, capacity);
	memcpy(data, bytes, length);
	if (information)
		shim_frame_describe(s->adapter, frame, information);
	return frame;
}

void session_submit_frames(struct session *s, struct shim_frame *const *frames,
			   const size_t *lengths, unsigned int count)
{
	g_assert_cmpint(shim_send(s->adapter, frames, lengths, count, on_sent, s), ==, 0);
}

void session_submit_bytes(struct session *s, const unsigned char *bytes, unsigned int length,
			  const struct shim_packet_information *information)
{
	struct shim_frame *frame = session_frame(s, bytes, length, information);
	size_t size = length;

	session_submit_frames(s, &frame, &size, 1);
}

void session_submit(struct session *s, unsigned int number, unsigned int length)
{
	unsigned char bytes[SGNIC_MAX_JUMBO_FRAME];

	g_assert_cmpuint(length, <=, sizeof(bytes));
	fixture_frame(bytes, length, number);
	session_submit_bytes(s, bytes, length, NULL);
}

void session_expect_on_wire(struct session *s, unsigned int number, unsigned int length)
{
	unsigned char expected[SGNIC_MAX_JUMBO_FRAME];

	fixture_frame(expected, length, number);
	fixture_sent(s->f, expected, length);
}

void session_send(struct session *s, unsigned int number, unsigned int length)
{
	unsigned int completed = s->completed;

	session_submit(s, number, length);
	session_expect_on_wire(s, number, length);
	session_run_until(s, &s->completed, completed + 1);
}

void session_inject(struct session *s, unsigned int number, unsigned int length)
{
	unsigned char frame[SGNIC_MAX_JUMBO_FRAME];

	fixture_frame(frame, length, number);
	s->expected_number = number;
	s->expected_length = length;
	g_assert_cmpint(send(s->f->wire, frame, length, 0), ==, (gssize)length);
}

void session_receive_bytes(struct session *s, const unsigned char *bytes, unsigned int length,
			   const unsigned char *expected, unsigned int expected_length)
{
	s->expected = expected;
	s->expected_length = expected_length;
	g_assert_cmpint(send(s->f->wire, bytes, length, 0), ==, (gssize)length);
	session_run_until(s, &s->received, s->received + 1);
	s->expected = NULL;
}

void session_receive(struct session *s, unsigned int number, unsigned int length)
{
	unsigned int received = s->received;

	session_inject(s, number, length);
	session_run_until(s, &s->received, received + 1);
}

unsigned int session_exchange_length(unsigned int number, unsigned int count)
{
	return SHORTEST + number * (LONGEST - SHORTEST) / (count - 1);
}

void session_exchange(struct session *s, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		session_submit(s, i, session_exchange_length(i, count));
		session_expect_on_wire(s, i, session_exchange_length(i, count));
		if (i % BURST == BURST - 1)
			session_run_until(s, &s->completed, i + 1);
	}
	session_run_until(s, &s->completed, count);
	for (i = 0; i < count; i++)
		session_receive(s, 1000 + i, session_exchange_length(i, count));
}

void session_check(struct session *s)
{
	unsigned int irql = ke_raise_irql(KE_DISPATCH_LEVEL);

	ndis_supervision_tick(s->adapter);
	ke_lower_irql(irql);
	session_run(s);
}

static bool is_logged(struct session *s, const char *words)
{
	fflush(s->log);
	return strstr(s->log_text, words) != NULL;
}

void session_logged(struct session *s, const char *words)
{
	if (!is_logged(s, words))
		g_error("'%s' is not in the log: %s", words, s->log_text);
}

void session_not_logged(struct session *s, const char *words)
{
	if (is_logged(s, words))
		g_error("'%s' is in the log: %s", words, s->log_text);
}
