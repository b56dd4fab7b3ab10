/* SPDX-License-Identifier: MIT */
/*
 * boot_order_test.c - property bootindex: the device in the list that firmware boots by
 *
 * The list is the file "bootorder" of QEMU's firmware configuration device.
 */
#include <string.h>

#include "sgnic_harness.h"

#define FW_CFG_SELECTOR	 0x510
#define FW_CFG_DATA	 0x511
#define FW_CFG_DIRECTORY 0x19
#define FW_CFG_NAME	 56

static void read_bytes(struct nic *nic, void *data, size_t length)
{
	uint8_t *bytes = data;

	while (length--)
		*bytes++ = (uint8_t)qtest_in(nic->qemu, FW_CFG_DATA, 1);
}

static uint32_t read_number(struct nic *nic, size_t length)
{
	uint8_t bytes[4];
	uint32_t number = 0;
	size_t i;

	read_bytes(nic, bytes, length);
	for (i = 0; i < length; i++)
		number = number << 8 | bytes[i];
	return number;
}

/* The boot order, one device path in a line */
static char *boot_order(struct nic *nic)
{
	char name[FW_CFG_NAME];
	uint32_t count;
	uint32_t size;
	uint32_t key;
	char *text;

	qtest_out(nic->qemu, FW_CFG_SELECTOR, 2, FW_CFG_DIRECTORY);
	for (count = read_number(nic, 4); count; count--) {
		size = read_number(nic, 4);
		key = read_number(nic, 2);
		read_number(nic, 2);
		read_bytes(nic, name, sizeof(name));
		if (strcmp(name, "bootorder") != 0)
			continue;
		text = g_malloc0(size + 1);
		qtest_out(nic->qemu, FW_CFG_SELECTOR, 2, key);
		read_bytes(nic, text, size);
		return text;
	}
	return NULL;
}

static void test_bootindex(gconstpointer data)
{
	const struct nic_options *options = data;
	struct nic *nic = nic_start(options);
	g_autofree char *order = boot_order(nic);
	const char *path = options->root_port ? "/pci-bridge@4/ethernet@0/ethernet-phy@0"
					      : "/ethernet@4/ethernet-phy@0";

	g_assert_nonnull(order);
	g_test_message("boot order: %s", order);
	g_assert_nonnull(strstr(order, path));
	nic_stop(nic);
}

int main(int argc, char **argv)
{
	static const struct nic_options places[] = {
		{.properties = "bootindex=3,queues=8"},
		{.properties = "bootindex=3,queues=8", .root_port = true},
		{.properties = "bootindex=3,queues=8", .machine = "pc"},
	};
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/boot-order/root-bus", &places[0], test_bootindex);
	g_test_add_data_func("/boot-order/root-port", &places[1], test_bootindex);
	g_test_add_data_func("/boot-order/conventional", &places[2], test_bootindex);
	return g_test_run();
}
