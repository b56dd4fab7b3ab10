/* SPDX-License-Identifier: MIT */
/*
 * registers_test.c - identity, reset values and ranges of the registers
 * (device specification, sections 2 and 3)
 */
#include <string.h>

#include "sgnic_harness.h"

struct value {
	uint32_t offset;
	uint32_t value;
};

static void test_pci_identity(gconstpointer data)
{
	const struct nic_options *options = data;
	struct nic *nic = nic_start(options);
	bool express = !options->machine;
	unsigned int capability;

	g_assert_cmphex(pci_read(&nic->pci, PCI_REVISION, 1), ==, SGNIC_PCI_REVISION);
	g_assert_cmphex(pci_read(&nic->pci, PCI_REVISION + 1, 1), ==, 0);
	g_assert_cmphex(pci_read(&nic->pci, PCI_CLASS, 2), ==, 0x0200);
	g_assert_cmphex(pci_read(&nic->pci, PCI_SUBSYSTEM_VENDOR, 2), ==, SGNIC_PCI_VENDOR_ID);
	g_assert_cmphex(pci_read(&nic->pci, PCI_SUBSYSTEM_DEVICE, 2), ==, SGNIC_PCI_SUBSYSTEM_ID);
	g_assert_cmphex(pci_read(&nic->pci, PCI_INTERRUPT_PIN, 1), ==, 1);

	g_assert_cmphex(pci_bar_size(&nic->pci, SGNIC_REGISTER_BAR), ==, SGNIC_REGISTER_BAR_SIZE);
	g_assert_cmphex(pci_read(&nic->pci, PCI_BAR(SGNIC_REGISTER_BAR), 4) & 0xf, ==, 0);
	g_assert_cmphex(pci_bar_size(&nic->pci, SGNIC_MSIX_BAR), ==, SGNIC_MSIX_BAR_SIZE);
	g_assert_cmphex(pci_read(&nic->pci, PCI_BAR(SGNIC_MSIX_BAR), 4) & 0xf, ==, 0);

	capability = pci_capability(&nic->pci, PCI_CAPABILITY_MSIX);
	g_assert_cmphex(capability, !=, 0);
	g_assert_cmphex(pci_read(&nic->pci, capability + 2, 2) & 0x7ff, ==, 3 - 1);
	g_assert_cmphex(pci_read(&nic->pci, capability + 4, 4), ==, SGNIC_MSIX_BAR);
	g_assert_cmphex(pci_read(&nic->pci, capability + 8, 4), ==,
			SGNIC_MSIX_PBA_OFFSET | SGNIC_MSIX_BAR);

	/* MSI: 64-bit address, one message */
	capability = pci_capability(&nic->pci, PCI_CAPABILITY_MSI);
	g_assert_cmphex(capability, !=, 0);
	g_assert_cmphex(pci_read(&nic->pci, capability + 2, 2) & 0x8e, ==, 0x80);

	capability = pci_capability(&nic->pci, PCI_CAPABILITY_EXPRESS);
	g_assert_cmpint(capability != 0, ==, express);
	if (express) {
		uint32_t type = options->root_port ? 0 : 9;

		g_assert_cmphex(pci_read(&nic->pci, capability + 2, 2) >> 4 & 0xf, ==, type);
		g_assert_cmphex(pci_read(&nic->pci, capability + 4, 4) & 1u << 28, !=, 0);
	}
	nic_stop(nic);
}

static void test_reset_values(void)
{
	static const struct value values[] = {
		{SGNIC_ID, 0x494e4753},
		{SGNIC_VERSION, 0x00010001},
		{SGNIC_FEATURES_OFFERED, 0x1ff},
		{SGNIC_FEATURES_ENABLED, 0},
		{SGNIC_LIMIT_QUEUES, 0x00030101},
		{SGNIC_LIMIT_RING, 0x00400c04},
		{SGNIC_LIMIT_FRAME, 9234},
		{SGNIC_FRAME_SIZE, 1518},
		{SGNIC_LIMIT_SEGMENT, 65553},
		{SGNIC_STATUS, SGNIC_STATUS_LINK_UP},
		{SGNIC_DMA_WIDTH, 64},
		{SGNIC_STATION_LOW, 0xa1005452},
		{SGNIC_STATION_HIGH, 0xc3b2},
		{SGNIC_PERMANENT_LOW, 0xa1005452},
		{SGNIC_PERMANENT_HIGH, 0xc3b2},
		{SGNIC_RECEIVE_FILTER, 0},
		{SGNIC_MULTICAST_COUNT, 0},
		{SGNIC_INTERRUPT_PENDING, 0},
		{SGNIC_INTERRUPT_MASK, 0},
		{SGNIC_INTERRUPT_CAUSE, 0},
		{SGNIC_INTERRUPT_MODE, 0},
		{SGNIC_OTHER_VECTOR, 0},
		{SGNIC_ERROR_CODE, 0},
		{SGNIC_ERROR_QUEUE, SGNIC_ERROR_QUEUE_NONE},
		{SGNIC_ERROR_ADDRESS_LOW, 0},
		{SGNIC_ERROR_ADDRESS_HIGH, 0},
		{SGNIC_ERROR_VALUE, 0},
		{SGNIC_ERROR_CLASSES, 0},
		{SGNIC_RSS_TYPES, 0},
		{SGNIC_RSS_TABLE_LOG2, 0},
		/* write only */
		{SGNIC_RESET, 0},
		{SGNIC_INTERRUPT_RAISE, 0},
		{SGNIC_TX_DOORBELL(0), 0},
		{SGNIC_RX_DOORBELL(0), 0},
	};
	struct nic *nic = nic_start(NULL);
	uint32_t i;

	for (i = 0; i < G_N_ELEMENTS(values); i++) {
		g_test_message("register 0x%03x", values[i].offset);
		g_assert_cmphex(nic_get(nic, values[i].offset), ==, values[i].value);
	}
	for (i = 0; i < SGNIC_MULTICAST_MAX; i++) {
		g_assert_cmphex(nic_get(nic, SGNIC_MULTICAST_LOW(i)), ==, 0);
		g_assert_cmphex(nic_get(nic, SGNIC_MULTICAST_HIGH(i)), ==, 0);
	}
	for (i = 0; i < SGNIC_VLAN_TABLE_WORDS; i++)
		g_assert_cmphex(nic_get(nic, SGNIC_VLAN_TABLE(i)), ==, 0);
	for (i = 0; i < SGNIC_STAT_COUNT; i++)
		g_assert_cmpuint(nic_statistic(nic, i), ==, 0);
	for (i = 1; i <= SGNIC_ERROR_LAST; i++)
		g_assert_cmpuint(nic_get(nic, SGNIC_ERROR_COUNT(i)), ==, 0);
	for (i = 0; i < SGNIC_RSS_KEY_WORDS; i++)
		g_assert_cmphex(nic_get(nic, SGNIC_RSS_KEY(i)), ==, 0);
	for (i = 0; i < SGNIC_RSS_TABLE_WORDS; i++)
		g_assert_cmphex(nic_get(nic, SGNIC_RSS_TABLE(i)), ==, 0);
	for (i = SGNIC_QUEUE_CONTROL; i <= SGNIC_QUEUE_ERRORS; i += 4) {
		g_assert_cmphex(nic_get(nic, SGNIC_TX_QUEUE(0) + i), ==, 0);
		g_assert_cmphex(nic_get(nic, SGNIC_RX_QUEUE(0) + i), ==, 0);
	}
	nic_expect_no_error(nic);
	nic_stop(nic);
}

/* Writes @value and reads it back through the same register. */
static void expect_stored(struct nic *nic, uint32_t offset, uint32_t value)
{
	g_test_message("register 0x%03x, value 0x%x", offset, value);
	nic_set(nic, offset, value);
	g_assert_cmphex(nic_get(nic, offset), ==, value);
}

static void queue_registers_stored(struct nic *nic, uint32_t queue)
{
	static const struct value values[] = {
		{SGNIC_QUEUE_VECTOR, 0},
		{SGNIC_QUEUE_VECTOR, 1},
		{SGNIC_QUEUE_VECTOR, 2},
		{SGNIC_QUEUE_DESCRIPTORS_LOW, 0xffffffc0},
		{SGNIC_QUEUE_DESCRIPTORS_LOW, 0x40},
		{SGNIC_QUEUE_DESCRIPTORS_HIGH, 0xffffffff},
		{SGNIC_QUEUE_DESCRIPTORS_HIGH, 1},
		{SGNIC_QUEUE_COMPLETIONS_LOW, 0xffffffc0},
		{SGNIC_QUEUE_COMPLETIONS_LOW, 0x80},
		{SGNIC_QUEUE_COMPLETIONS_HIGH, 0xffffffff},
		{SGNIC_QUEUE_COMPLETIONS_HIGH, 2},
		{SGNIC_QUEUE_RECORD_LOW, 0xffffffc0},
		{SGNIC_QUEUE_RECORD_LOW, 0xc0},
		{SGNIC_QUEUE_RECORD_HIGH, 0xffffffff},
		{SGNIC_QUEUE_RECORD_HIGH, 3},
		{SGNIC_QUEUE_MODERATION_TIME, 1000000},
		{SGNIC_QUEUE_MODERATION_TIME, 1},
		{SGNIC_QUEUE_MODERATION_COUNT, 4096},
		{SGNIC_QUEUE_MODERATION_COUNT, 1},
	};
	uint32_t i;

	for (i = SGNIC_RING_MIN_LOG2; i <= SGNIC_RING_MAX_LOG2; i++)
		expect_stored(nic, queue + SGNIC_QUEUE_RING_SIZE, 1u << i);
	for (i = 0; i < G_N_ELEMENTS(values); i++)
		expect_stored(nic, queue + values[i].offset, values[i].value);
	g_assert_cmphex(nic_get(nic, queue + SGNIC_QUEUE_DESCRIPTORS_LOW), ==, 0x40);
	g_assert_cmphex(nic_get(nic, queue + SGNIC_QUEUE_RECORD_HIGH), ==, 3);
}

static void test_read_write(void)
{
	static const struct value values[] = {
		{SGNIC_FEATURES_ENABLED, 0xff},
		{SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_CHECKSUM},
		{SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_CHECKSUM | SGNIC_FEATURE_SEGMENTATION},
		{SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_RX_CHECKSUM | SGNIC_FEATURE_PARTIAL},
		{SGNIC_FEATURES_ENABLED, 0x1c},
		{SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_VLAN_INSERT},
		{SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_VLAN_STRIP},
		{SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_VLAN_FILTER},
		{SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_RSS},
		{SGNIC_FEATURES_ENABLED, 0},
		{SGNIC_FRAME_SIZE, 9234},
		{SGNIC_FRAME_SIZE, 1519},
		{SGNIC_FRAME_SIZE, 1518},
		{SGNIC_DMA_WIDTH, 24},
		{SGNIC_DMA_WIDTH, 32},
		{SGNIC_DMA_WIDTH, 64},
		{SGNIC_STATION_LOW, 0xfffffffe},
		{SGNIC_STATION_LOW, 0},
		{SGNIC_STATION_HIGH, 0xffff},
		{SGNIC_RECEIVE_FILTER, SGNIC_FILTER_MASK},
		{SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS},
		{SGNIC_MULTICAST_COUNT, 32},
		{SGNIC_MULTICAST_COUNT, 1},
		{SGNIC_INTERRUPT_MASK, 0x70101},
		{SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_LINK},
		{SGNIC_INTERRUPT_MASK, 0},
		{SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_VECTORS},
		{SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_SHARED},
		{SGNIC_OTHER_VECTOR, 2},
		{SGNIC_OTHER_VECTOR, 1},
		{SGNIC_ERROR_CODE, 0},
		{SGNIC_RSS_TYPES, SGNIC_RSS_TYPES_MASK},
		{SGNIC_RSS_TYPES, SGNIC_RSS_UDP_IPV6},
		{SGNIC_RSS_TABLE_LOG2, 7},
		{SGNIC_RSS_TABLE_LOG2, 1},
	};
	struct nic *nic = nic_start(NULL);
	uint32_t i;

	for (i = 0; i < SGNIC_RSS_KEY_WORDS; i++)
		expect_stored(nic, SGNIC_RSS_KEY(i), 0xfedcba98 - i);
	for (i = 0; i < G_N_ELEMENTS(values); i++)
		expect_stored(nic, values[i].offset, values[i].value);
	for (i = 0; i < SGNIC_MULTICAST_MAX; i++) {
		expect_stored(nic, SGNIC_MULTICAST_LOW(i), 0x5e000001 + (i << 8));
		expect_stored(nic, SGNIC_MULTICAST_HIGH(i), 0xff00 + i);
	}
	for (i = 0; i < SGNIC_MULTICAST_MAX; i++)
		g_assert_cmphex(nic_get(nic, SGNIC_MULTICAST_LOW(i)), ==, 0x5e000001 + (i << 8));
	for (i = 0; i < SGNIC_VLAN_TABLE_WORDS; i++)
		expect_stored(nic, SGNIC_VLAN_TABLE(i), 0xffffffff - i);
	for (i = 0; i < SGNIC_VLAN_TABLE_WORDS; i++)
		g_assert_cmphex(nic_get(nic, SGNIC_VLAN_TABLE(i)), ==, 0xffffffff - i);
	queue_registers_stored(nic, SGNIC_TX_QUEUE(0));
	queue_registers_stored(nic, SGNIC_RX_QUEUE(0));
	g_assert_cmphex(nic_get(nic, SGNIC_PERMANENT_LOW), ==, 0xa1005452);
	nic_expect_no_error(nic);
	nic_stop(nic);
}

static void test_bad_values(void)
{
	static const struct value values[] = {
		{SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_SEGMENTATION},
		{SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_PARTIAL},
		{SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_LARGE_RECEIVE},
		{SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_LARGE_RECEIVE | SGNIC_FEATURE_RX_CHECKSUM},
		{SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_LARGE_RECEIVE | SGNIC_FEATURE_PARTIAL},
		{SGNIC_FEATURES_ENABLED, 0xfe},
		{SGNIC_FEATURES_ENABLED, 0x200},
		{SGNIC_FEATURES_ENABLED, 0x80000000},
		{SGNIC_FRAME_SIZE, 0},
		{SGNIC_FRAME_SIZE, 1517},
		{SGNIC_FRAME_SIZE, 9235},
		{SGNIC_FRAME_SIZE, 0xffffffff},
		{SGNIC_RESET, 0},
		{SGNIC_RESET, 2},
		{SGNIC_RESET, 0x101},
		{SGNIC_DMA_WIDTH, 0},
		{SGNIC_DMA_WIDTH, 23},
		{SGNIC_DMA_WIDTH, 33},
		{SGNIC_DMA_WIDTH, 65},
		{SGNIC_DMA_WIDTH, 0xffffffff},
		{SGNIC_STATION_LOW, 0xa1005453},
		{SGNIC_STATION_HIGH, 0x1c3b2},
		{SGNIC_RECEIVE_FILTER, 0x10},
		{SGNIC_RECEIVE_FILTER, 0x6f},
		{SGNIC_RECEIVE_FILTER, 0x80000000},
		{SGNIC_MULTICAST_COUNT, 33},
		{SGNIC_MULTICAST_COUNT, 0xfffffff0},
		{SGNIC_MULTICAST_HIGH(0), 0x10000},
		{SGNIC_MULTICAST_HIGH(31), 0xffff0000},
		{SGNIC_INTERRUPT_MASK, 0x2},
		{SGNIC_INTERRUPT_MASK, 0x80000},
		{SGNIC_INTERRUPT_RAISE, 0x200},
		{SGNIC_INTERRUPT_RAISE, 0xffffffff},
		{SGNIC_INTERRUPT_MODE, 2},
		{SGNIC_OTHER_VECTOR, 3},
		{SGNIC_OTHER_VECTOR, 0xffffffff},
		{SGNIC_ERROR_CODE, 7},
		{SGNIC_ERROR_CLASSES, 1},
		{SGNIC_ERROR_CLASSES, 1u << (SGNIC_ERROR_LAST + 1)},
		{SGNIC_RSS_TYPES, 0x40},
		{SGNIC_RSS_TYPES, 0x8000003f},
		{SGNIC_RSS_TABLE_LOG2, 8},
		{SGNIC_RSS_TABLE(0), 1},
		{SGNIC_RSS_TABLE(31), 0x01000000},
		{SGNIC_RSS_TABLE(31), 0x00ff0000},
	};
	static const struct value queue_values[] = {
		{SGNIC_QUEUE_CONTROL, 2},
		{SGNIC_QUEUE_CONTROL, 0xffffffff},
		{SGNIC_QUEUE_RING_SIZE, 0},
		{SGNIC_QUEUE_RING_SIZE, 8},
		{SGNIC_QUEUE_RING_SIZE, 17},
		{SGNIC_QUEUE_RING_SIZE, 8192},
		{SGNIC_QUEUE_RING_SIZE, 0xffffffff},
		{SGNIC_QUEUE_VECTOR, 3},
		{SGNIC_QUEUE_VECTOR, 0x100},
		{SGNIC_QUEUE_DESCRIPTORS_LOW, 0x20},
		{SGNIC_QUEUE_COMPLETIONS_LOW, 0x1001},
		{SGNIC_QUEUE_RECORD_LOW, 0x203f},
		{SGNIC_QUEUE_MODERATION_TIME, 1000001},
		{SGNIC_QUEUE_MODERATION_TIME, 0xffffffff},
		{SGNIC_QUEUE_MODERATION_COUNT, 4097},
	};
	struct nic *nic = nic_start(NULL);
	uint64_t errors = 0;
	uint32_t before;
	uint32_t offset;
	uint32_t queue;
	uint32_t value;
	uint32_t i;

	for (i = 0; i < G_N_ELEMENTS(values) + 2 * G_N_ELEMENTS(queue_values); i++) {
		uint32_t q = (i - (uint32_t)G_N_ELEMENTS(values)) / 2;
		bool receive = (i - G_N_ELEMENTS(values)) & 1;

		if (i < G_N_ELEMENTS(values)) {
			queue = SGNIC_ERROR_QUEUE_NONE;
			offset = values[i].offset;
			value = values[i].value;
		} else {
			queue = receive ? SGNIC_ERROR_QUEUE_RX : 0;
			offset = queue_values[q].offset +
				 (receive ? SGNIC_RX_QUEUE(0) : SGNIC_TX_QUEUE(0));
			value = queue_values[q].value;
		}
		g_test_message("register 0x%03x, value 0x%x", offset, value);
		before = nic_get(nic, offset);
		nic_set(nic, offset, value);
		errors++;
		nic_expect_error(nic, SGNIC_ERROR_BAD_VALUE, queue, offset, value);
		if (offset == SGNIC_ERROR_CLASSES)
			before = 1u << SGNIC_ERROR_BAD_VALUE;
		g_assert_cmphex(nic_get(nic, offset), ==, before);
		g_assert_cmpuint(nic_get(nic, SGNIC_ERROR_COUNT(SGNIC_ERROR_BAD_VALUE)), ==, errors);
		g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_GUEST_ERRORS), ==, errors);
	}
	g_assert_cmphex(nic_get(nic, SGNIC_INTERRUPT_PENDING), ==, SGNIC_CAUSE_ERROR);
	nic_stop(nic);
}

/* Section 3.2: the property bounds the register, and is its reset value. */
static void test_dma_width_property(void)
{
	static const uint32_t widths[] = {24, 32, 64};
	char *properties;
	struct nic *nic;
	uint32_t i;
	uint32_t j;

	for (i = 0; i < G_N_ELEMENTS(widths); i++) {
		properties = g_strdup_printf("dma-width=%u", widths[i]);
		nic = nic_start(&(struct nic_options){.properties = properties});
		g_assert_cmpuint(nic_get(nic, SGNIC_DMA_WIDTH), ==, widths[i]);
		for (j = 0; j < G_N_ELEMENTS(widths); j++) {
			nic_set(nic, SGNIC_DMA_WIDTH, widths[j]);
			if (widths[j] > widths[i])
				nic_expect_error(nic, SGNIC_ERROR_BAD_VALUE, SGNIC_ERROR_QUEUE_NONE,
						 SGNIC_DMA_WIDTH, widths[j]);
			g_assert_cmpuint(nic_get(nic, SGNIC_DMA_WIDTH), ==,
					 MIN(widths[i], widths[j]));
		}
		nic_set(nic, SGNIC_DMA_WIDTH, 24);
		nic_set(nic, SGNIC_RESET, SGNIC_RESET_NOW);
		g_assert_cmpuint(nic_get(nic, SGNIC_DMA_WIDTH), ==, widths[i]);
		nic_stop(nic);
		g_free(properties);
	}
}

static void test_refused_properties(void)
{
	static const char *const wrong[] = {"dma-width=0", "dma-width=40", "dma-width=65",
					    "queues=9",	   "queues=4294967295"};
	g_autofree char *name = NULL;
	char *device;
	char *log;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(wrong); i++) {
		device = g_strdup_printf("sgnic,%s", wrong[i]);
		log = qtest_refused(&(struct qtest_options){
			.machine = "q35",
			.inherited = -1,
			.arguments = (const char *[]){"-device", device, NULL}});
		g_free(name);
		name = g_strndup(wrong[i], strcspn(wrong[i], "="));
		g_assert_nonnull(strstr(log, name));
		g_assert_nonnull(strstr(log, strchr(wrong[i], '=') + 1));
		g_free(log);
		g_free(device);
	}
}

int main(int argc, char **argv)
{
	static const struct nic_options express, port = {.root_port = true},
						 pci = {.machine = "pc"};
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/registers/pci-identity/root-bus", &express, test_pci_identity);
	g_test_add_data_func("/registers/pci-identity/root-port", &port, test_pci_identity);
	g_test_add_data_func("/registers/pci-identity/conventional", &pci, test_pci_identity);
	g_test_add_func("/registers/reset-values", test_reset_values);
	g_test_add_func("/registers/read-write", test_read_write);
	g_test_add_func("/registers/bad-values", test_bad_values);
	g_test_add_func("/registers/dma-width-property", test_dma_width_property);
	g_test_add_func("/registers/refused-properties", test_refused_properties);
	return g_test_run();
}
