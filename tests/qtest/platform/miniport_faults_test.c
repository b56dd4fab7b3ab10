/* SPDX-License-Identifier: MIT */
/*
 * miniport_faults_test.c - the sgnic miniport and the library survive every fault that the device
 * can be told to have (docs/sgnic.md), and say what happened
 *
 * In each case traffic flows afterwards, no rule of NDIS was broken, and nothing is left behind.
 */
#include <string.h>
#include <sys/socket.h>

#include "../../../miniports/sgnic/sgnic_oids.h"
#include "ndis/status.h"
#include "property.h"
#include "session.h"

#define LENGTH 300

static void begin(struct session *s, gconstpointer kind)
{
	struct shim_adapter_options options = session_options();

	options.interrupt = (enum platform_interrupt)GPOINTER_TO_INT(kind);
	session_start(s, NULL, &options);
	session_send(s, 1, LENGTH);
	session_receive(s, 2, LENGTH);
}

static void end(struct session *s)
{
	session_send(s, 100, LENGTH + 1);
	session_receive(s, 101, LENGTH + 2);
	session_stop(s);
}

static struct sgnic_driver_statistics driver_statistics(struct session *s)
{
	struct sgnic_driver_statistics statistics;

	g_assert_cmpint(shim_query(s->adapter, OID_SGNIC_DRIVER_STATISTICS, &statistics,
				   sizeof(statistics)),
			==, sizeof(statistics));
	return statistics;
}

static struct sgnic_errors last_error(struct session *s)
{
	struct sgnic_errors errors;

	g_assert_cmpint(shim_query(s->adapter, OID_SGNIC_ERRORS, &errors, sizeof(errors)), ==,
			sizeof(errors));
	return errors;
}

static uint64_t foreign_interrupts(struct session *s)
{
	struct shim_statistics statistics;

	shim_adapter_statistics(s->adapter, &statistics);
	return statistics.interrupts_foreign;
}

static void wait_for(struct session *s, const char *name, uint64_t value)
{
	gint64 until = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;

	while (property_number(s->f, name) < value) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		g_usleep(1000);
	}
	g_assert_cmpuint(property_number(s->f, name), ==, value);
}

/* ---- interrupts --------------------------------------------------------------------------- */

/* Nobody notices until the second period ends; then everything goes on without a reset. */
static void test_drop(gconstpointer kind)
{
	struct session s;

	begin(&s, kind);
	property_put(s.f, "fault-interrupt-drop", "1");
	session_inject(&s, 10, LENGTH);
	wait_for(&s, "fault-interrupt-drop-count", 1);
	session_run(&s);
	g_assert_cmpuint(s.received, ==, 1);
	session_check(&s);
	session_not_logged(&s, "an interrupt was lost");
	session_check(&s);
	session_run_until(&s, &s.received, 2);
	session_logged(&s, "an interrupt was lost (0x100)");
	g_assert_cmpuint(driver_statistics(&s).interrupts_lost, ==, 1);
	g_assert_cmpuint(driver_statistics(&s).resets, ==, 0);
	end(&s);
}

/* A frame that is sent while the doorbell is rung needs no interrupt that could be lost. */
static void test_drop_transmit(gconstpointer kind)
{
	struct session s;

	begin(&s, kind);
	property_put(s.f, "fault-interrupt-drop", "1");
	session_submit(&s, 10, LENGTH);
	g_assert_cmpuint(s.completed, ==, 2);
	session_expect_on_wire(&s, 10, LENGTH);
	session_run(&s);
	g_assert_cmpuint(property_number(s.f, "fault-interrupt-drop-count"), ==, 0);
	property_put(s.f, "fault-interrupt-drop", "0");
	end(&s);
}

static void test_duplicate(gconstpointer kind)
{
	struct session s;
	unsigned int i;

	begin(&s, kind);
	property_put(s.f, "fault-interrupt-duplicate", "6");
	for (i = 0; i < 6; i++) {
		session_send(&s, 10 + i, LENGTH);
		session_receive(&s, 20 + i, LENGTH);
	}
	session_run(&s);
	g_assert_cmpuint(property_number(s.f, "fault-interrupt-duplicate"), ==, 0);
	/* Two in a row may be seen as one: messages always, the pin if the next cause comes first. */
	if (GPOINTER_TO_INT(kind) == PLATFORM_INTERRUPT_INTX)
		g_assert_cmpuint(foreign_interrupts(&s), >, 0);
	g_assert_cmpuint(driver_statistics(&s).faults, ==, 0);
	end(&s);
}

static void test_delay(gconstpointer kind)
{
	struct session s;

	begin(&s, kind);
	property_put(s.f, "fault-interrupt-delay-time", "60000000");
	property_put(s.f, "fault-interrupt-delay", "1");
	session_inject(&s, 10, LENGTH);
	wait_for(&s, "fault-interrupt-delay-count", 1);
	session_check(&s);
	g_assert_cmpuint(s.received, ==, 1);
	property_put(s.f, "fault-interrupt-delay", "0");
	session_run_until(&s, &s.received, 2);
	session_check(&s);
	g_assert_cmpuint(driver_statistics(&s).interrupts_lost, ==, 0);
	end(&s);
}

static void test_spurious(gconstpointer kind)
{
	struct session s;
	gint64 until = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;
	uint64_t wanted = GPOINTER_TO_INT(kind) == PLATFORM_INTERRUPT_INTX ? 3 : 1;

	begin(&s, kind);
	property_put(s.f, "fault-interrupt-spurious", "3");
	while (foreign_interrupts(&s) < wanted) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		session_run(&s);
	}
	g_assert_cmpuint(property_number(s.f, "fault-interrupt-spurious-count"), ==, 3);
	g_assert_cmpuint(driver_statistics(&s).faults, ==, 0);
	end(&s);
}

/* ---- DMA ---------------------------------------------------------------------------------- */

static void test_payload_read(gconstpointer kind)
{
	struct session s;

	begin(&s, kind);
	property_put(s.f, "fault-dma-payload-read", "1");
	session_submit(&s, 10, LENGTH);
	session_run_until(&s, &s.failed, 1);
	g_assert_cmphex(s.status, ==, NDIS_STATUS_FAILURE);
	session_run(&s);
	session_logged(&s, "the device reports an error (0x6)");
	g_assert_cmpuint(last_error(&s).code, ==, SGNIC_ERROR_DMA_READ);
	g_assert_cmphex(last_error(&s).address, ==, property_member(s.f, "last-dma-error", "address"));
	g_assert_cmpuint(driver_statistics(&s).resets, ==, 0);
	end(&s);
}

static void test_payload_write(gconstpointer kind)
{
	struct session s;

	begin(&s, kind);
	property_put(s.f, "fault-dma-payload-write", "1");
	session_inject(&s, 10, LENGTH);
	wait_for(&s, "fault-dma-payload-write-count", 1);
	session_receive(&s, 11, LENGTH);
	g_assert_cmpuint(s.received, ==, 2);
	session_logged(&s, "the device reports an error (0x7)");
	g_assert_cmpuint(last_error(&s).queue, ==, SGNIC_ERROR_QUEUE_RX);
	g_assert_cmpuint(driver_statistics(&s).resets, ==, 0);
	end(&s);
}

/* A queue that cannot be used any more is started again by the next reset. */
static void expect_reset(struct session *s, const char *words)
{
	session_check(s);
	session_logged(s, words);
	g_assert_cmpuint(driver_statistics(s).resets, ==, 1);
}

static void test_ring_read(gconstpointer kind)
{
	struct session s;

	begin(&s, kind);
	property_put(s.f, "fault-queue", "\"tx0\"");
	property_put(s.f, "fault-dma-ring-read", "1");
	session_submit(&s, 10, LENGTH);
	wait_for(&s, "fault-dma-ring-read-count", 1);
	session_run(&s);
	expect_reset(&s, "a queue stopped with an error (0x6)");
	g_assert_cmphex(s.status, ==, NDIS_STATUS_REQUEST_ABORTED);
	end(&s);
}

static void test_completion_write(gconstpointer kind)
{
	struct session s;

	begin(&s, kind);
	property_put(s.f, "fault-dma-completion-write", "1");
	session_inject(&s, 10, LENGTH);
	wait_for(&s, "fault-dma-completion-write-count", 1);
	session_run(&s);
	expect_reset(&s, "a queue stopped with an error (0x7)");
	g_assert_cmpuint(s.received, ==, 1);
	end(&s);
}

/* The IOMMU refuses what nobody has mapped; the device and the IOMMU both say so. */
static void test_stray(gconstpointer kind)
{
	struct session s;

	begin(&s, kind);
	property_put(s.f, "fault-stray-address", "2130771968");
	property_put(s.f, "fault-stray-read", "1");
	fixture_expect_fault(s.f, 2130771968, false);
	session_run(&s);
	session_logged(&s, "the device reports an error (0x6)");
	g_assert_cmphex(last_error(&s).address, ==, 2130771968);
	g_assert_cmphex(last_error(&s).queue, ==, SGNIC_ERROR_QUEUE_NONE);
	property_put(s.f, "fault-stray-write", "1");
	fixture_expect_fault(s.f, 2130771968, true);
	session_run(&s);
	session_logged(&s, "the device reports an error (0x7)");
	end(&s);
}

/* ---- completions -------------------------------------------------------------------------- */

static void corrupt(struct session *s, const char *field)
{
	char *value = g_strdup_printf("\"%s\"", field);

	property_put(s->f, "fault-completion-field", value);
	property_put(s->f, "fault-completion-corrupt", "1");
	g_free(value);
}

/* Nothing of it is believed: the frame is given back as aborted. */
static void test_corrupt_transmit(gconstpointer field)
{
	struct session s;

	begin(&s, GINT_TO_POINTER(PLATFORM_INTERRUPT_MSIX));
	corrupt(&s, field);
	session_submit(&s, 10, LENGTH);
	session_expect_on_wire(&s, 10, LENGTH);
	wait_for(&s, "fault-completion-corrupt-count", 1);
	session_run(&s);
	expect_reset(&s, "a completion that fits no frame");
	g_assert_cmphex(s.status, ==, NDIS_STATUS_REQUEST_ABORTED);
	end(&s);
}

static void test_corrupt_receive(gconstpointer field)
{
	struct session s;

	begin(&s, GINT_TO_POINTER(PLATFORM_INTERRUPT_MSIX));
	corrupt(&s, field);
	session_inject(&s, 10, LENGTH);
	wait_for(&s, "fault-completion-corrupt-count", 1);
	session_run(&s);
	g_assert_cmpuint(s.received, ==, 1);
	expect_reset(&s, "a completion that fits no buffer");
	g_assert_cmpuint(s.received, ==, 1);
	end(&s);
}

static void test_withhold_transmit(gconstpointer kind)
{
	struct session s;

	begin(&s, kind);
	property_put(s.f, "fault-completion-withhold", "1");
	session_submit(&s, 10, LENGTH);
	session_expect_on_wire(&s, 10, LENGTH);
	wait_for(&s, "fault-completion-withhold-count", 1);
	expect_reset(&s, "a completion is counted, but not written (0x2)");
	g_assert_cmphex(s.status, ==, NDIS_STATUS_REQUEST_ABORTED);
	end(&s);
}

/* Without looking at what the device counts nobody would miss the frame, or those behind it. */
static void test_withhold_receive(gconstpointer kind)
{
	struct session s;

	begin(&s, kind);
	property_put(s.f, "fault-completion-withhold", "1");
	session_inject(&s, 10, LENGTH);
	session_inject(&s, 11, LENGTH);
	wait_for(&s, "fault-completion-withhold-count", 1);
	session_run(&s);
	g_assert_cmpuint(s.received, ==, 1);
	expect_reset(&s, "a completion is counted, but not written");
	end(&s);
}

/* ---- link, queue, device ------------------------------------------------------------------ */

static void test_link(gconstpointer kind)
{
	struct session s;

	begin(&s, kind);
	property_put(s.f, "fault-link-flap", "5");
	session_run(&s);
	session_send(&s, 10, LENGTH);
	s.link_changes = 0;
	property_put(s.f, "fault-link-down", "true");
	session_run_until(&s, &s.link_changes, 1);
	g_assert_false(s.link_up);
	session_submit(&s, 11, LENGTH);
	session_run_until(&s, &s.failed, 1);
	g_assert_cmphex(s.status, ==, NDIS_STATUS_NO_CABLE);
	property_put(s.f, "fault-link-down", "false");
	session_run_until(&s, &s.link_changes, 2);
	g_assert_true(s.link_up);
	g_assert_cmpuint(driver_statistics(&s).resets, ==, 0);
	end(&s);
}

static void test_stuck(gconstpointer kind)
{
	struct session s;

	begin(&s, kind);
	property_put(s.f, "fault-queue", "\"tx0\"");
	property_put(s.f, "fault-queue-stuck", "true");
	session_submit(&s, 10, LENGTH);
	session_receive(&s, 11, LENGTH);
	while (s.failed == 0)
		session_check(&s);
	g_assert_cmphex(s.status, ==, NDIS_STATUS_REQUEST_ABORTED);
	session_logged(&s, "a packet was not completed within");
	g_assert_cmpuint(driver_statistics(&s).resets, ==, 1);
	property_put(s.f, "fault-queue-stuck", "false");
	end(&s);
}

/* The first check finds it, the others wait for its return; sends fail meanwhile. */
static void test_removed(gconstpointer kind)
{
	struct session s;
	char *log;
	unsigned int i;

	begin(&s, kind);
	/* The library would take a device that is not there for gone for good; see removal_test.c. */
	platform_watch_removal(s.f->platform, NULL, NULL);
	session_submit(&s, 10, LENGTH);
	property_put(s.f, "fault-removed", "true");
	session_check(&s);
	session_logged(&s, "the device is gone (0xffffffff)");
	g_assert_cmpuint(s.completed + s.failed, ==, 2);
	session_submit(&s, 11, LENGTH);
	g_assert_cmphex(s.status, ==, NDIS_STATUS_ADAPTER_NOT_READY);
	fflush(s.log);
	log = g_strdup(s.log_text);
	for (i = 0; i < 3; i++)
		session_check(&s);
	fflush(s.log);
	g_assert_cmpstr(s.log_text, ==, log);
	while (recv(s.f->wire, (char[SGNIC_MAX_FRAME]){0}, SGNIC_MAX_FRAME, MSG_DONTWAIT) > 0)
		continue;
	property_put(s.f, "fault-removed", "false");
	session_check(&s);
	g_assert_cmpuint(driver_statistics(&s).resets, ==, 2);
	end(&s);
	g_free(log);
}

static void test_removed_for_good(gconstpointer kind)
{
	struct session s;

	begin(&s, kind);
	property_put(s.f, "fault-removed", "true");
	session_check(&s);
	session_stop(&s);
}

static void add(const char *name, const char *variant, gconstpointer data, GTestDataFunc function)
{
	char *path = g_strdup_printf("/qtest-platform/miniport-faults/%s/%s", name, variant);

	g_test_add_data_func(path, data, function);
	g_free(path);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		GTestDataFunc function;
	} of_interrupts[] = {
		{"interrupt-drop", test_drop},	     {"interrupt-drop-transmit", test_drop_transmit},
		{"interrupt-duplicate", test_duplicate}, {"interrupt-delay", test_delay},
		{"interrupt-spurious", test_spurious},
	}, others[] = {
		{"dma-payload-read", test_payload_read},
		{"dma-payload-write", test_payload_write},
		{"dma-ring-read", test_ring_read},
		{"dma-completion-write", test_completion_write},
		{"stray", test_stray},
		{"completion-withhold-transmit", test_withhold_transmit},
		{"completion-withhold-receive", test_withhold_receive},
		{"link", test_link},
		{"queue-stuck", test_stuck},
		{"removed", test_removed},
		{"removed-for-good", test_removed_for_good},
	};
	static const char *const fields[] = {"tag", "count", "next", "status", "length"};
	static const char *const kinds[] = {
		[PLATFORM_INTERRUPT_MSIX] = "msix",
		[PLATFORM_INTERRUPT_MSI] = "msi",
		[PLATFORM_INTERRUPT_INTX] = "intx",
	};
	unsigned int kind;
	int status;
	size_t i;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (kind = PLATFORM_INTERRUPT_MSIX; kind <= PLATFORM_INTERRUPT_INTX; kind++)
		for (i = 0; i < G_N_ELEMENTS(of_interrupts); i++)
			add(of_interrupts[i].name, kinds[kind], GINT_TO_POINTER(kind),
			    of_interrupts[i].function);
	for (i = 0; i < G_N_ELEMENTS(others); i++)
		add(others[i].name, "msix", GINT_TO_POINTER(PLATFORM_INTERRUPT_MSIX),
		    others[i].function);
	for (i = 0; i < G_N_ELEMENTS(fields); i++) {
		/* The driver has no use for the length of what it sent. */
		if (strcmp(fields[i], "length") != 0)
			add("completion-corrupt-transmit", fields[i], fields[i],
			    test_corrupt_transmit);
		add("completion-corrupt-receive", fields[i], fields[i], test_corrupt_receive);
	}
	return g_test_run();
}
