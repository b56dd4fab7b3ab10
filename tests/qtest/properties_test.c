/* SPDX-License-Identifier: MIT */
/*
 * properties_test.c - what the QOM properties show of the device at work (docs/sgnic.md)
 */
#include <string.h>

#include "sgnic_property.h"
#include "sgnic_queue.h"
#include "sgnic_state.h"

static void expect_text(struct nic *nic, const char *name, const char *member,
			const char *expected)
{
	char *text = nic_text(nic, name, member);

	g_assert_cmpstr(text, ==, expected);
	g_free(text);
}

static void test_queue(void)
{
	struct nic *nic = nic_start(NULL);
	struct nic_queue tx;
	struct nic_queue rx;

	expect_text(nic, "tx0", "state", "disabled");
	queue_open(&tx, nic, false, 32);
	queue_open(&rx, nic, true, 16);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	queue_expect_transmits(&tx);
	queue_expect_transmits(&tx);
	queue_expect_receives(&rx);
	queue_post(&rx, nic_allocate(nic, 64, 64), 64, 0, 0);
	queue_publish(&rx);
	queue_ring(&rx);
	nic_settle(nic);

	expect_text(nic, "tx0", "state", "running");
	g_assert_cmpuint(nic_member(nic, "tx0", "ring-size"), ==, 32);
	g_assert_cmpuint(nic_member(nic, "tx0", "producer"), ==, tx.published);
	g_assert_cmpuint(nic_member(nic, "tx0", "fetched"), ==, tx.published);
	g_assert_cmpuint(nic_member(nic, "tx0", "consumed"), ==, tx.consumed);
	g_assert_cmpuint(nic_member(nic, "tx0", "completed"), ==, 2);
	g_assert_cmpuint(nic_member(nic, "tx0", "unwritten-completions"), ==, 0);
	g_assert_cmpuint(nic_member(nic, "tx0", "waits-for-backend"), ==, 0);
	g_assert_cmphex(nic_member(nic, "tx0", "descriptors-address"), ==, tx.descriptors);
	g_assert_cmphex(nic_member(nic, "tx0", "completions-address"), ==, tx.completions);
	g_assert_cmphex(nic_member(nic, "tx0", "record-address"), ==, tx.record);
	g_assert_cmpuint(nic_member(nic, "rx0", "ring-size"), ==, 16);
	g_assert_cmpuint(nic_member(nic, "rx0", "consumed"), ==, rx.consumed);
	g_assert_cmpuint(nic_member(nic, "rx0", "completed"), ==, 1);
	g_assert_cmpuint(nic_member(nic, "rx0", "frames"), ==, 1);
	g_assert_cmpuint(nic_member(nic, "rx0", "bytes"), ==,
			 nic_statistic(nic, SGNIC_STAT_RX_BYTES));
	g_assert_cmpuint(nic_member(nic, "tx0", "frames"), ==, 2);
	g_assert_cmpuint(nic_member(nic, "tx0", "errors"), ==, 0);

	/* the producer ran too far: the index that was read last is a good one */
	queue_memory(&tx)->producer = GUINT32_TO_LE(tx.published + 33);
	queue_ring(&tx);
	nic_expect_error(nic, SGNIC_ERROR_PRODUCER, 0, NIC_ANY, tx.published + 33);
	expect_text(nic, "tx0", "state", "error");
	g_assert_cmpuint(nic_member(nic, "tx0", "producer"), ==, tx.published);
	g_assert_cmpuint(nic_member(nic, "tx0", "errors"), ==, 1);
	g_assert_cmpuint(nic_member(nic, "error-counts", "PRODUCER"), ==, 1);
	g_assert_cmpuint(nic_member(nic, "error-counts", "REGISTER"), ==, 0);
	nic_stop(nic);
}

/* A frame that waits for a busy backend shows. */
static void test_waiting(void)
{
	struct nic *nic = nic_start(&(struct nic_options){.wire_buffer = 8192});
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	uint32_t i;

	queue_open(&tx, nic, false, 64);
	for (i = 0; i < 32; i++) {
		frame_fill(frame, address_other, 1400, i);
		queue_post_frame(&tx, frame, 1400, 0, 0);
	}
	queue_kick(&tx);
	nic_settle(nic);
	g_assert_cmpuint(nic_member(nic, "tx0", "waits-for-backend"), ==, 1);
	g_assert_cmpuint(nic_member(nic, "tx0", "producer"), ==, 32);
	g_assert_cmpuint(nic_member(nic, "tx0", "consumed"), <, 32);
	g_assert_cmpuint(wire_drain(nic), ==, 32);
	nic_wait_register(nic, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_CONSUMED, 32);
	g_assert_cmpuint(nic_member(nic, "tx0", "waits-for-backend"), ==, 0);
	nic_stop(nic);
	g_free(frame);
}

static void test_statistics(void)
{
	static const char *const names[SGNIC_STAT_COUNT] = {
		"tx-frames",	   "tx-bytes",	    "tx-errors",      "tx-multicast",
		"tx-broadcast",	   "rx-frames",	    "rx-bytes",	      "rx-errors",
		"rx-multicast",	   "rx-broadcast",  "rx-no-buffer",   "rx-filtered",
		"rx-oversize",	   "dma-errors",    "dma-width-errors", "guest-errors",
		"interrupts",	   "tx-doorbells",  "rx-doorbells",   "tx-checksum",
		"tx-large",	   "rx-checksum-bad", "rx-large",     "rx-no-queue",
	};
	struct nic *nic = nic_start(NULL);
	struct nic_queue tx;
	struct nic_queue rx;
	unsigned int i;

	queue_open(&tx, nic, false, 32);
	queue_open(&rx, nic, true, 16);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	queue_expect_transmits(&tx);
	queue_expect_receives(&rx);
	nic_set(nic, SGNIC_ID, 1);
	nic_expect_error(nic, SGNIC_ERROR_REGISTER, NIC_ANY, SGNIC_ID, 1);
	for (i = 0; i < SGNIC_STAT_COUNT; i++)
		g_assert_cmpuint(nic_member(nic, "statistics", names[i]), ==,
				 nic_statistic(nic, i));
	g_assert_cmpuint(nic_member(nic, "statistics", "tx-frames"), ==, 1);
	g_assert_cmpuint(nic_member(nic, "statistics", "guest-errors"), ==, 1);
	nic_stop(nic);
}

/* Neither the driver nor a reset takes it away. */
static void test_last_error(void)
{
	struct nic *nic = nic_start(NULL);
	struct nic_queue tx;

	expect_text(nic, "last-error", "name", "NONE");
	expect_text(nic, "last-error", "queue", "none");
	queue_open(&tx, nic, false, 16);
	queue_post(&tx, NIC_REGISTERS, 77, SGNIC_DESCRIPTOR_END, 0);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_DMA_ERROR, 0, 0, 1);
	nic_expect_error(nic, SGNIC_ERROR_DMA_READ, 0, NIC_REGISTERS, 77);
	nic_set(nic, SGNIC_INTERRUPT_MODE, 0x55aa);
	nic_expect_error(nic, SGNIC_ERROR_BAD_VALUE, NIC_ANY, SGNIC_INTERRUPT_MODE, 0x55aa);
	nic_set(nic, SGNIC_RESET, SGNIC_RESET_NOW);

	expect_text(nic, "last-error", "name", "BAD_VALUE");
	expect_text(nic, "last-error", "queue", "none");
	g_assert_cmpuint(nic_member(nic, "last-error", "code"), ==, SGNIC_ERROR_BAD_VALUE);
	g_assert_cmphex(nic_member(nic, "last-error", "address"), ==, SGNIC_INTERRUPT_MODE);
	g_assert_cmphex(nic_member(nic, "last-error", "value"), ==, 0x55aa);
	g_assert_cmpuint(nic_member(nic, "last-error", "count"), ==, 2);
	expect_text(nic, "last-dma-error", "name", "DMA_READ");
	expect_text(nic, "last-dma-error", "queue", "tx0");
	g_assert_cmphex(nic_member(nic, "last-dma-error", "address"), ==, NIC_REGISTERS);
	g_assert_cmpuint(nic_member(nic, "last-dma-error", "value"), ==, 77);
	g_assert_cmpuint(nic_member(nic, "last-dma-error", "count"), ==, 1);
	nic_stop(nic);
}

static void test_interrupts(void)
{
	struct nic *nic = nic_start(&(struct nic_options){.properties = "dma-width=32"});

	expect_text(nic, "interrupts", "type", "intx");
	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_SOFTWARE);
	nic_set(nic, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_SOFTWARE | SGNIC_CAUSE_LINK);
	g_assert_cmphex(nic_member(nic, "interrupts", "mask"), ==, SGNIC_CAUSE_SOFTWARE);
	g_assert_cmphex(nic_member(nic, "interrupts", "pending"), ==,
			SGNIC_CAUSE_SOFTWARE | SGNIC_CAUSE_LINK);
	g_assert_cmpuint(nic_member(nic, "interrupts", "pin"), ==, 1);
	/* reading it is not an acknowledgement */
	g_assert_true(pci_intx(&nic->pci));
	pci_msix_enable(&nic->pci, true);
	expect_text(nic, "interrupts", "type", "msix");
	nic_set(nic, SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_VECTORS);
	expect_text(nic, "interrupts", "type", "vectors");
	g_assert_cmpuint(nic_number(nic, "link-up"), ==, 1);
	g_assert_cmpuint(nic_number(nic, "dma-width-in-use"), ==, 32);
	nic_set(nic, SGNIC_DMA_WIDTH, 24);
	g_assert_cmpuint(nic_number(nic, "dma-width-in-use"), ==, 24);
	g_assert_cmpuint(nic_number(nic, "features-enabled"), ==, 0);
	nic_stop(nic);
}

static void test_human_monitor(void)
{
	struct nic *nic = nic_start(NULL);
	char *answer = qtest_qmp(nic->qemu,
				 "{\"execute\": \"human-monitor-command\", \"arguments\": "
				 "{\"command-line\": \"qom-get nic tx0\"}}");

	g_assert_nonnull(strstr(answer, "disabled"));
	g_assert_nonnull(strstr(answer, "producer"));
	g_free(answer);
	answer = qtest_qmp(nic->qemu,
			   "{\"execute\": \"human-monitor-command\", \"arguments\": "
			   "{\"command-line\": \"qom-set nic fault-interrupt-drop 3\"}}");
	g_assert_cmpuint(nic_number(nic, "fault-interrupt-drop"), ==, 3);
	g_free(answer);
	nic_stop(nic);
}

/* Every property of the device has a description, and reading all of them changes nothing. */
static void test_introspection(void)
{
	static const char *const own[] = {
		"dma-width", "queues", "ioeventfd", "offload", "vlan", "error-counts",
		"tx0", "rx7", "statistics", "last-error", "last-dma-error", "interrupts",
		"link-up", "features-enabled", "dma-width-in-use", "fault-removed",
		"fault-completion-field", "fault-stray-address", "fault-link-flap-count",
	};
	struct nic *nic = nic_start(NULL);
	struct nic_state *before;
	struct nic_state *after;
	char *list;
	char **items;
	size_t i;

	list = qtest_qmp(nic->qemu, "{\"execute\": \"device-list-properties\", \"arguments\": "
				    "{\"typename\": \"sgnic\"}}");
	for (i = 0; i < G_N_ELEMENTS(own); i++) {
		char *pattern = g_strdup_printf("\\{[^{}]*\"name\": \"%s\"[^{}]*\\}", own[i]);
		GMatchInfo *match;
		GRegex *regex = g_regex_new(pattern, 0, 0, NULL);
		char *item;

		g_assert_true(g_regex_match(regex, list, 0, &match));
		item = g_match_info_fetch(match, 0);
		g_assert_nonnull(strstr(item, "\"description\": \""));
		g_assert_nonnull(strstr(item, "\"type\": \""));
		g_free(item);
		g_match_info_free(match);
		g_regex_unref(regex);
		g_free(pattern);
	}
	before = nic_capture(nic);
	items = g_strsplit(list, "\"name\": \"", -1);
	for (i = 1; items[i]; i++) {
		items[i][strcspn(items[i], "\"")] = '\0';
		g_free(qtest_qmp(nic->qemu,
				 "{\"execute\": \"qom-get\", \"arguments\": {\"path\": "
				 "\"/machine/peripheral/nic\", \"property\": \"%s\"}}",
				 items[i]));
	}
	g_assert_cmpuint(i, >, 60);
	after = nic_capture(nic);
	nic_same_state(after, before);
	g_strfreev(items);
	g_free(before);
	g_free(after);
	g_free(list);
	nic_stop(nic);
}

static char *user_page(void)
{
	const char *path = g_getenv("SGNIC_USER_PAGE");
	char *page;

	g_assert_nonnull(path);
	g_assert_true(g_file_get_contents(path, &page, NULL, NULL));
	return page;
}

/* Types of the properties that PCI devices have in common are not sgnic's to explain. */
static bool is_common(const char *name)
{
	static const char *const common[] = {
		"acpi-index", "addr", "busnr", "failover_pair_id", "multifunction", "rombar",
		"romfile", "romsize", "sriov-pf", "command_serr_enable",
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(common); i++)
		if (!strcmp(name, common[i]))
			return true;
	return g_str_has_prefix(name, "x-");
}

/* docs/sgnic.md has every property; a "-count" and the queues in between follow from the text. */
static void test_page_is_complete(void)
{
	struct nic *nic = nic_start(NULL);
	char *page = user_page();
	char *list = qtest_qmp(nic->qemu,
			       "{\"execute\": \"device-list-properties\", \"arguments\": "
			       "{\"typename\": \"sgnic\"}}");
	char **items = g_strsplit(list, "\"name\": \"", -1);
	size_t i;

	for (i = 1; items[i]; i++) {
		char *quoted;

		items[i][strcspn(items[i], "\"")] = '\0';
		if (is_common(items[i]) || g_str_has_suffix(items[i], "-count") ||
		    g_regex_match_simple("^[tr]x[1-6]$", items[i], 0, 0))
			continue;
		quoted = g_strdup_printf("`%s`", items[i]);
		if (!strstr(page, quoted))
			g_error("docs/sgnic.md does not have %s", quoted);
		g_free(quoted);
	}
	g_strfreev(items);
	g_free(list);
	g_free(page);
	nic_stop(nic);
}

/* Each example of the page, typed into the monitor of a card that is at work. */
static void test_page_examples(void)
{
	static const char prompt[] = "(qemu) ";
	struct nic *nic = nic_start(NULL);
	char *page = user_page();
	char **lines = g_strsplit(page, "\n", -1);
	unsigned int examples = 0;
	struct nic_queue tx;
	size_t i;

	queue_open(&tx, nic, false, 16);
	for (i = 0; lines[i]; i++) {
		char *answer;

		if (!g_str_has_prefix(lines[i], prompt))
			continue;
		answer = qtest_qmp(nic->qemu,
				   "{\"execute\": \"human-monitor-command\", \"arguments\": "
				   "{\"command-line\": \"%s\"}}",
				   lines[i] + strlen(prompt));
		if (!strstr(answer, "\"return\"") || strstr(answer, "Error"))
			g_error("%s: %s", lines[i], answer);
		examples++;
		g_free(answer);
	}
	g_assert_cmpuint(examples, >, 25);
	nic_ignore_log(nic);
	g_strfreev(lines);
	g_free(page);
	nic_stop(nic);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/properties/queue", test_queue);
	g_test_add_func("/properties/waiting", test_waiting);
	g_test_add_func("/properties/statistics", test_statistics);
	g_test_add_func("/properties/last-error", test_last_error);
	g_test_add_func("/properties/interrupts", test_interrupts);
	g_test_add_func("/properties/human-monitor", test_human_monitor);
	g_test_add_func("/properties/introspection", test_introspection);
	g_test_add_func("/properties/page-is-complete", test_page_is_complete);
	g_test_add_func("/properties/page-examples", test_page_examples);
	return g_test_run();
}
