/* SPDX-License-Identifier: MIT */
/*
 * isa_session.c - the isa-dma-nic miniport on the qtest platform
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <ndis/oid.h>
#include <ndis/status.h>

#include "../../../qemu-device/isa_dma_nic_regs.h"
#include "isa_session.h"

#define LONGEST 1514
/* Coprime to the range, so that every length comes up. */
#define STEP 37

unsigned int isa_length(unsigned int number)
{
	if (number == 0)
		return LONGEST;
	return ISA_DMA_NIC_MIN_FRAME + number * STEP % (LONGEST - ISA_DMA_NIC_MIN_FRAME + 1);
}

struct isa_scene isa_scene(unsigned int channel)
{
	return (struct isa_scene){
		.device = {ISA_PORT, ISA_DMA_NIC_PORTS, ISA_IRQ, channel},
	};
}

void isa_scene_set(struct isa_scene *scene, const char *keyword, const char *value)
{
	unsigned int i = 0;

	while (scene->keywords[i].keyword)
		i++;
	g_assert_cmpuint(i, <, ISA_KEYWORDS);
	scene->keywords[i] = (struct shim_parameter){keyword, value};
}

/* ---- frames ------------------------------------------------------------------------------- */

static void on_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
	struct isa_session *s = context;
	unsigned int number = s->expected_from + s->received++;
	unsigned int length = isa_length(number);
	unsigned char expected[ISA_DMA_NIC_MAX_FRAME];
	unsigned char got[ISA_DMA_NIC_MAX_FRAME];
	size_t done = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
		g_assert_cmpuint(done + pieces[i].length, <=, length);
		memcpy(got + done, pieces[i].va, pieces[i].length);
		done += pieces[i].length;
	}
	g_assert_cmpuint(done, ==, length);
	fixture_frame(expected, length, number);
	memcpy(s->received_to, got, sizeof(s->received_to));
	memcpy(expected, got, sizeof(s->received_to));
	fixture_same(got, expected, length);
}

static void on_sent(void *context, int32_t status)
{
	struct isa_session *s = context;

	s->last_status = status;
	if (status == NDIS_STATUS_SUCCESS)
		s->completed++;
	else
		s->failed++;
}

static void on_link(void *context, bool up)
{
	struct isa_session *s = context;

	s->link_changes++;
	s->link_up = up;
}

static void send_frame(struct isa_session *s, unsigned int number, size_t length)
{
	struct shim_frame *frame;
	size_t capacity;
	void *data;

	frame = shim_frame_allocate(s->adapter, &data, &capacity);
	g_assert_nonnull(frame);
	fixture_frame(data, length, number);
	g_assert_cmpint(shim_send(s->adapter, &frame, &length, 1, on_sent, s), ==, 0);
}

void isa_send(struct isa_session *s, unsigned int number)
{
	send_frame(s, number, isa_length(number));
}

void isa_send_bytes(struct isa_session *s, size_t length)
{
	send_frame(s, 0, length);
}

void isa_expect_on_wire(struct isa_session *s, unsigned int number)
{
	unsigned char frame[ISA_DMA_NIC_MAX_FRAME] = {0};
	unsigned int length = isa_length(number);

	fixture_frame(frame, length, number);
	fixture_sent(s->f, frame, MAX(length, ISA_DMA_NIC_WIRE_MIN_FRAME));
}

void isa_inject(struct isa_session *s, unsigned int number)
{
	unsigned char frame[ISA_DMA_NIC_MAX_FRAME];
	unsigned int length = isa_length(number);

	fixture_frame(frame, length, number);
	g_assert_cmpint(send(s->f->wire, frame, length, 0), ==, (gssize)length);
}

void isa_run_until(struct isa_session *s, const unsigned int *counter, unsigned int wanted)
{
	gint64 until = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;

	while (*counter < wanted) {
		if (g_get_monotonic_time() >= until)
			g_error("%u of %u after a minute; the library logged:\n%s", *counter,
				wanted, s->log_text);
		g_assert_cmpint(shim_run_once(1000000000), >=, 0);
	}
	g_assert_cmpuint(*counter, ==, wanted);
}

void isa_run_for(struct isa_session *s, unsigned int milliseconds)
{
	gint64 until = g_get_monotonic_time() + milliseconds * 1000;

	while (g_get_monotonic_time() < until)
		g_assert_cmpint(shim_run_once(1000000), >=, 0);
	g_assert_cmpint(qtest_platform_check(s->f->platform), ==, 0);
}

void isa_exchange(struct isa_session *s, unsigned int first, unsigned int count)
{
	unsigned int completed = s->completed;
	unsigned int received = s->received;
	unsigned int done;
	unsigned int i;

	s->expected_from = first + count - received;
	for (done = 0; done < count; done += i) {
		/* The device holds 16 frames; a socket takes some more. */
		unsigned int burst = MIN(12, count - done);

		for (i = 0; i < burst; i++) {
			isa_send(s, first + done + i);
			isa_inject(s, first + count + done + i);
		}
		isa_run_until(s, &s->completed, completed + done + burst);
		isa_run_until(s, &s->received, received + done + burst);
		for (i = 0; i < burst; i++)
			isa_expect_on_wire(s, first + done + i);
	}
	g_assert_cmpuint(s->failed, ==, 0);
}

/* ---- life --------------------------------------------------------------------------------- */

void isa_open(struct isa_session *s, const struct isa_scene *scene)
{
	shim_driver_entry entry;

	memset(s, 0, sizeof(*s));
	s->log = open_memstream(&s->log_text, &s->log_size);
	g_assert_nonnull(s->log);
	shim_log_to(s->log);
	s->f = fixture_open_isa(&scene->device,
				scene->resources ? scene->resources : &scene->device);
	s->library = dlopen(getenv("ISA_DMA_NIC_MINIPORT"), RTLD_NOW);
	if (!s->library)
		g_error("%s", dlerror());
	entry = (shim_driver_entry)dlsym(s->library, "DriverEntry");
	g_assert_nonnull(entry);
	g_assert_cmpint(shim_driver_start(entry, "isa-dma-nic", &s->driver), ==, 0);
}

int isa_start(struct isa_session *s, const struct isa_scene *scene)
{
	const struct shim_client client = {.receive = on_receive, .link = on_link, .context = s};
	struct shim_adapter_options options = {
		.parameters = scene->keywords,
		.header_bytes = scene->header_bytes,
		.verify = scene->verify,
	};

	while (scene->keywords[options.parameter_count].keyword)
		options.parameter_count++;
	return shim_adapter_start(s->driver, s->f->platform, &options, &client, &s->adapter);
}

void isa_set_filter(struct isa_session *s, uint32_t filter)
{
	g_assert_cmpint(
		shim_set(s->adapter, OID_GEN_CURRENT_PACKET_FILTER, &filter, sizeof(filter)), ==,
		sizeof(filter));
}

void isa_run(struct isa_session *s, const struct isa_scene *scene)
{
	isa_open(s, scene);
	if (isa_start(s, scene)) {
		fflush(s->log);
		g_error("the adapter does not start; the library logged:\n%s", s->log_text);
	}
	isa_set_filter(s, NDIS_PACKET_TYPE_BROADCAST);
}

unsigned int isa_stop(struct isa_session *s)
{
	struct shim_statistics statistics;
	unsigned int left;

	shim_adapter_statistics(s->adapter, &statistics);
	fflush(s->log);
	if (statistics.violations)
		g_error("rules were broken:\n%s", s->log_text);
	left = shim_adapter_stop(s->adapter);
	s->adapter = NULL;
	return left;
}

void isa_close(struct isa_session *s)
{
	if (s->adapter && isa_stop(s)) {
		fflush(s->log);
		g_error("something was left behind:\n%s", s->log_text);
	}
	shim_driver_stop(s->driver);
	fixture_expect_no_fault(s->f);
	fixture_close(s->f);
	dlclose(s->library);
	shim_log_to(stderr);
	fclose(s->log);
	free(s->log_text);
}

void isa_logged(struct isa_session *s, const char *words)
{
	fflush(s->log);
	if (!strstr(s->log_text, words))
		g_error("'%s' is missing in:\n%s", words, s->log_text);
}

struct isa_nic_driver_statistics isa_driver_statistics(struct isa_session *s)
{
	struct isa_nic_driver_statistics statistics;

	g_assert_cmpint(shim_query(s->adapter, OID_ISA_NIC_DRIVER_STATISTICS, &statistics,
				   sizeof(statistics)),
			==, sizeof(statistics));
	return statistics;
}
