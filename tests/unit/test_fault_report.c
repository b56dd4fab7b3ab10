/* SPDX-License-Identifier: MIT */
/*
 * test_fault_report.c - recognising the kernel's reports of refused DMA
 */
#include <glib.h>
#include <string.h>

#include "platform/linux/fault_report.h"

#define NIC   "0000:00:03.0"
#define START "3,1234,5678901,-;"

static const struct {
	const char *record;
	bool is_report;
	bool is_write;
	uint64_t address;
} vectors[] = {
	/* Intel: Linux 5.11 and newer */
	{START "DMAR: [DMA Read NO_PASID] Request device [00:03.0] fault addr 0x7f0012000 "
	       "[fault reason 0x06] PTE Read access is not set\n",
	 true, false, 0x7f0012000},
	{START "DMAR: [DMA Write NO_PASID] Request device [00:03.0] fault addr 0x4000 "
	       "[fault reason 0x05] PTE Write access is not set\n",
	 true, true, 0x4000},
	{START "DMAR: [DMA Write PASID 0x1] Request device [00:03.0] fault addr 0x4000 "
	       "[fault reason 0x71] SM: Present bit in first-level paging entry is clear\n",
	 true, true, 0x4000},
	/* Intel: Linux 5.10 */
	{START "DMAR: [DMA Read] Request device [00:03.0] PASID ffffffff fault addr fffe0000 "
	       "[fault reason 06] PTE Read access is not set\n",
	 true, false, 0xfffe0000},
	/* AMD */
	{START "vfio-pci 0000:00:03.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0002 "
	       "address=0x102000 flags=0x0020]\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:03.0\n",
	 true, true, 0x102000},
	{START "vfio-pci 0000:00:03.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0002 "
	       "address=0x102000 flags=0x0000]\n",
	 true, false, 0x102000},
	{START "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:00:03.0 domain=0x0000 "
	       "address=0x5000 flags=0x0000]\n",
	 true, false, 0x5000},
	{START "AMD-Vi: Event logged [IO_PAGE_FAULT device=00:03.0 domain=0x0000 "
	       "address=0x5000 flags=0x0030]\n",
	 true, true, 0x5000},
	/* Another device */
	{START "DMAR: [DMA Read NO_PASID] Request device [00:03.1] fault addr 0x4000 "
	       "[fault reason 0x06] PTE Read access is not set\n",
	 false, false, 0},
	{START "vfio-pci 0000:00:04.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0002 "
	       "address=0x102000 flags=0x0020]\n",
	 false, false, 0},
	{START "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:00:04.0 domain=0x0000 "
	       "address=0x5000 flags=0x0000]\n",
	 false, false, 0},
	/* Something else, or broken */
	{START "DMAR: DRHD: handling fault status reg 2\n", false, false, 0},
	{START "DMAR: [INTR-REMAP] Request device [00:03.0] fault index 0x2f "
	       "[fault reason 0x22] Present field in the IRTE entry is clear\n",
	 false, false, 0},
	{START "DMAR: [DMA Read NO_PASID] Request device [00:03.0] fault addr \n", false, false, 0},
	{START "usb 1-1: new device\n", false, false, 0},
	{START "\n", false, false, 0},
	{"no fields at all", false, false, 0},
	{"", false, false, 0},
};

static void test_vectors(void)
{
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(vectors); i++) {
		struct platform_fault fault = {.address.value = 1};
		bool found = fault_report_parse(vectors[i].record, NIC, &fault);

		g_assert_cmpint(found, ==, vectors[i].is_report);
		if (!found) {
			g_assert_cmphex(fault.address.value, ==, 1);
			continue;
		}
		g_assert_cmphex(fault.address.value, ==, vectors[i].address);
		g_assert_cmpint(fault.is_write, ==, vectors[i].is_write);
		g_assert_true(g_str_has_prefix(strchr(vectors[i].record, ';') + 1, fault.text));
		g_assert_null(strchr(fault.text, '\n'));
	}
}

/* The text is cut to its room and still ends. */
static void test_long_record(void)
{
	g_autofree char *tail = g_strnfill(5000, 'x');
	g_autofree char *record = g_strconcat(vectors[0].record, tail, NULL);
	struct platform_fault fault;
	char *newline = strchr(record, '\n');

	*newline = ' ';
	g_assert_true(fault_report_parse(record, NIC, &fault));
	g_assert_cmpuint(strlen(fault.text), ==, sizeof(fault.text) - 1);
}

/* Every prefix of every record is parsed without reading past its end. */
static void test_prefixes(void)
{
	size_t i;
	size_t length;

	for (i = 0; i < G_N_ELEMENTS(vectors); i++) {
		for (length = 0; length <= strlen(vectors[i].record); length++) {
			g_autofree char *record = g_strndup(vectors[i].record, length);
			struct platform_fault fault;

			fault_report_parse(record, NIC, &fault);
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fault_report/vectors", test_vectors);
	g_test_add_func("/fault_report/long_record", test_long_record);
	g_test_add_func("/fault_report/prefixes", test_prefixes);
	return g_test_run();
}
