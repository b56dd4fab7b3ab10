/* SPDX-License-Identifier: MIT */
/*
 * qtest_pci.c - what a firmware does for one PCI function, and its registers
 *
 * Configuration space is reached through the memory window of the q35 chipset, one request
 * for each access; the window itself is opened through the ports 0xCF8 and 0xCFC.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>

#include "platform/qtest/qtest_private.h"

#define CONFIG_ADDRESS	     0xcf8
#define CONFIG_DATA	     0xcfc
#define CONFIG_HOST_BRIDGE   0x80000000u
#define HOST_BRIDGE_Q35	     0x29c08086u
#define HOST_BRIDGE_WINDOW   0x60
#define CONFIG_WINDOW	     0xb0000000u
#define CONFIG_WINDOW_ENABLE 1u
#define CONFIG_SIZE_EXPRESS  4096
#define CONFIG_SIZE	     256

/* What the chipset decodes for devices: above its own windows, below the I/O APIC and VT-d. */
#define MEMORY_FIRST 0xc0000000u
#define MEMORY_END   0xfe000000u
#define PORT_FIRST   0xc000u
#define PORT_END     0x10000u

/* The chipset leads pin p of slot s to inputs 20 to 23 of the I/O APIC in turn; slots from 25 on
 * are its own and differ. */
#define LINE_FIRST	 20
#define SLOTS_IN_TURN	 25
#define CAPABILITY_STEPS 48

static uint64_t config_address(const struct qtest_platform *q, unsigned int offset)
{
	return CONFIG_WINDOW | (uint64_t)q->function.slot << 15 |
	       (uint64_t)q->function.function << 12 | offset;
}

uint32_t qtest_pci_get(struct qtest_platform *q, unsigned int offset, unsigned int width)
{
	uint64_t value;

	qtest_wire_read(&q->wire, config_address(q, offset), width, &value);
	return (uint32_t)value;
}

void qtest_pci_set(struct qtest_platform *q, unsigned int offset, unsigned int width,
		   uint32_t value)
{
	qtest_wire_write(&q->wire, config_address(q, offset), width, value);
}

/* ---- opening ------------------------------------------------------------------------------ */

static int open_window(struct qtest_platform *q, struct explanation *why)
{
	uint32_t identity = 0;

	qtest_wire_out(&q->wire, CONFIG_ADDRESS, 4, CONFIG_HOST_BRIDGE);
	qtest_wire_in(&q->wire, CONFIG_DATA, 4, &identity);
	if (q->wire.error)
		return -EIO;
	if (identity != HOST_BRIDGE_Q35)
		return explain(why, -ENODEV,
			       "the machine's host bridge is %04x:%04x and not that of q35 "
			       "(8086:29c0): start QEMU with -machine q35",
			       identity & 0xffff, identity >> 16);
	qtest_wire_out(&q->wire, CONFIG_ADDRESS, 4, CONFIG_HOST_BRIDGE | (HOST_BRIDGE_WINDOW + 4));
	qtest_wire_out(&q->wire, CONFIG_DATA, 4, 0);
	qtest_wire_out(&q->wire, CONFIG_ADDRESS, 4, CONFIG_HOST_BRIDGE | HOST_BRIDGE_WINDOW);
	qtest_wire_out(&q->wire, CONFIG_DATA, 4, CONFIG_WINDOW | CONFIG_WINDOW_ENABLE);
	return q->wire.error ? -EIO : 0;
}

static int parse_address(struct qtest_platform *q, const char *address, struct explanation *why)
{
	unsigned int slot = QTEST_SLOT;
	unsigned int function = 0;
	char rest;

	if (address && sscanf(address, "00:%2x.%1x%c", &slot, &function, &rest) != 2 &&
	    sscanf(address, "%2x.%1x%c", &slot, &function, &rest) != 2)
		return explain(why, -EINVAL,
			       "PCI address '%s': write 00:04.0 or 04.0; only the root bus is "
			       "searched",
			       address);
	if (slot > 31 || function > 7)
		return explain(why, -EINVAL, "PCI address '%s': slots go up to 1f, functions to 7",
			       address);
	q->function.slot = (uint8_t)slot;
	q->function.function = (uint8_t)function;
	return 0;
}

static unsigned int find_capability(struct qtest_platform *q, uint8_t id)
{
	unsigned int left = CAPABILITY_STEPS;
	unsigned int offset;

	if (!(qtest_pci_get(q, PCI_STATUS, 2) & PCI_STATUS_CAP_LIST))
		return 0;
	offset = qtest_pci_get(q, PCI_CAPABILITY_LIST, 1) & 0xfc;
	while (offset >= PCI_STD_HEADER_SIZEOF && left--) {
		if (qtest_pci_get(q, offset, 1) == id)
			return offset;
		offset = qtest_pci_get(q, offset + 1, 1) & 0xfc;
	}
	return 0;
}

/* Takes the next aligned @size bytes of what the chipset decodes. */
static int place(uint64_t *next, uint64_t end, uint64_t size, uint64_t *address)
{
	*address = (*next + size - 1) & ~(size - 1);
	if (size > end || *address > end - size)
		return -ENOSPC;
	*next = *address + size;
	return 0;
}

/* Return: number of registers used, 1 or 2; -ENOSPC. */
static int assign_bar(struct qtest_platform *q, unsigned int index, uint64_t *memory,
		      uint64_t *port)
{
	struct platform_bar *bar = &q->function.bars[index];
	unsigned int offset = PCI_BASE_ADDRESS_0 + 4 * index;
	uint32_t original = qtest_pci_get(q, offset, 4);
	uint64_t mask;
	bool is_wide;
	int result;

	bar->is_io = original & PCI_BASE_ADDRESS_SPACE_IO;
	is_wide = !bar->is_io &&
		  (original & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64;
	qtest_pci_set(q, offset, 4, UINT32_MAX);
	mask = qtest_pci_get(q, offset, 4);
	if (bar->is_io)
		mask = mask ? (mask & ~(uint64_t)3) | 0xffffffffffff0000 : 0;
	else
		mask &= ~(uint64_t)0xf;
	if (is_wide && index + 1 < QTEST_BARS) {
		qtest_pci_set(q, offset + 4, 4, UINT32_MAX);
		mask |= (uint64_t)qtest_pci_get(q, offset + 4, 4) << 32;
	} else if (mask) {
		mask |= 0xffffffff00000000;
	}
	bar->size = ~mask + 1;
	if (!bar->size)
		return 1;
	result = bar->is_io ? place(port, PORT_END, bar->size, &bar->bus_address)
			    : place(memory, MEMORY_END, bar->size, &bar->bus_address);
	qtest_pci_set(q, offset, 4, (uint32_t)bar->bus_address);
	if (is_wide)
		qtest_pci_set(q, offset + 4, 4, 0);
	return result < 0 ? result : is_wide ? 2 : 1;
}

static int assign_bars(struct qtest_platform *q, struct explanation *why)
{
	uint64_t memory = MEMORY_FIRST;
	uint64_t port = PORT_FIRST;
	unsigned int index = 0;

	qtest_pci_set(q, PCI_COMMAND, 2, 0);
	while (index < QTEST_BARS) {
		int used = assign_bar(q, index, &memory, &port);

		if (used < 0)
			return explain(why, used,
				       "BAR %u of the device decodes %llu bytes, for which there "
				       "is no room",
				       index, (unsigned long long)q->function.bars[index].size);
		index += (unsigned int)used;
	}
	return 0;
}

static void find_line(struct qtest_platform *q)
{
	uint32_t pin = qtest_pci_get(q, PCI_INTERRUPT_PIN, 1);

	if (pin == 0 || pin > 4 || q->function.slot >= SLOTS_IN_TURN)
		return;
	q->function.line = LINE_FIRST + (q->function.slot + pin - 1) % 4;
	qtest_pci_set(q, PCI_INTERRUPT_LINE, 1, q->function.line);
}

int qtest_pci_open(struct qtest_platform *q, const char *address, struct explanation *why)
{
	int result = parse_address(q, address, why);

	if (result == 0)
		result = open_window(q, why);
	if (result < 0)
		return result;
	if ((qtest_pci_get(q, PCI_VENDOR_ID, 4) & 0xffff) == 0xffff)
		return q->wire.error
			       ? -EIO
			       : explain(why, -ENODEV, "there is no PCI function at 00:%02x.%x",
					 q->function.slot, q->function.function);
	if (qtest_pci_get(q, PCI_HEADER_TYPE, 1) & 0x7f)
		return explain(why, -ENODEV, "the PCI function at 00:%02x.%x is a bridge",
			       q->function.slot, q->function.function);
	result = assign_bars(q, why);
	if (result < 0)
		return result;
	q->function.express = find_capability(q, PCI_CAP_ID_EXP);
	q->function.msi = find_capability(q, PCI_CAP_ID_MSI);
	q->function.msix = find_capability(q, PCI_CAP_ID_MSIX);
	find_line(q);
	qtest_pci_set(q, PCI_COMMAND, 2, PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	return q->wire.error ? -EIO : 0;
}

void qtest_pci_quiesce(struct qtest_platform *q)
{
	if (q->answers && !q->function.is_isa)
		qtest_pci_set(q, PCI_COMMAND, 2, 0);
}

/* ---- registers ---------------------------------------------------------------------------- */

int qtest_pci_bar(struct platform *p, unsigned int index, struct platform_bar *bar)
{
	if (index >= QTEST_BARS)
		return -EINVAL;
	*bar = qtest_platform_from(p)->function.bars[index];
	return 0;
}

static bool is_valid_access(const struct qtest_platform *q, unsigned int index, uint64_t offset,
			    unsigned int width)
{
	const struct platform_bar *bar = &q->function.bars[index < QTEST_BARS ? index : 0];

	return index < QTEST_BARS &&
	       (width == 1 || width == 2 || width == 4 || (width == 8 && !bar->is_io)) &&
	       offset % width == 0 && bar->size >= width && offset <= bar->size - width;
}

int qtest_pci_bar_read(struct platform *p, unsigned int index, uint64_t offset, void *value,
		       unsigned int width)
{
	struct qtest_platform *q = qtest_platform_from(p);
	uint64_t address;
	uint64_t got = UINT64_MAX;
	uint32_t port = UINT32_MAX;
	int result;

	memset(value, 0xff, width <= sizeof(uint64_t) ? width : 0);
	if (!is_valid_access(q, index, offset, width))
		return -EINVAL;
	address = q->function.bars[index].bus_address + offset;
	if (q->function.bars[index].is_io) {
		result = qtest_wire_in(&q->wire, (uint16_t)address, width, &port);
		got = port;
	} else {
		result = qtest_wire_read(&q->wire, address, width, &got);
	}
	/* x86 on both ends: the low bytes come first. */
	if (result == 0)
		memcpy(value, &got, width);
	return result < 0 ? -EIO : 0;
}

int qtest_pci_bar_write(struct platform *p, unsigned int index, uint64_t offset, const void *value,
			unsigned int width)
{
	struct qtest_platform *q = qtest_platform_from(p);
	uint64_t address;
	uint64_t data = 0;
	int result;

	if (!is_valid_access(q, index, offset, width))
		return -EINVAL;
	memcpy(&data, value, width);
	address = q->function.bars[index].bus_address + offset;
	if (q->function.bars[index].is_io)
		result = qtest_wire_out(&q->wire, (uint16_t)address, width, (uint32_t)data);
	else
		result = qtest_wire_write(&q->wire, address, width, data);
	qtest_interrupt_hurry(q);
	return result < 0 ? -EIO : 0;
}

/* ---- configuration space ------------------------------------------------------------------ */

static unsigned int clip(const struct qtest_platform *q, unsigned int offset, unsigned int length)
{
	unsigned int size = q->function.express ? CONFIG_SIZE_EXPRESS : CONFIG_SIZE;

	if (q->function.is_isa || offset >= size)
		return 0;
	return length < size - offset ? length : size - offset;
}

/* Bytes of the largest naturally aligned access at @offset that fits into @length. */
static unsigned int piece_at(unsigned int offset, unsigned int length)
{
	unsigned int width = 4;

	while (offset % width || width > length)
		width /= 2;
	return width;
}

int qtest_pci_config_read(struct platform *p, unsigned int offset, void *value, unsigned int length)
{
	struct qtest_platform *q = qtest_platform_from(p);
	unsigned int count = clip(q, offset, length);
	unsigned char *bytes = value;
	unsigned int done = 0;

	while (done < count) {
		unsigned int width = piece_at(offset + done, count - done);
		uint32_t got = qtest_pci_get(q, offset + done, width);

		memcpy(bytes + done, &got, width);
		done += width;
	}
	return q->wire.error ? -EIO : (int)count;
}

int qtest_pci_config_write(struct platform *p, unsigned int offset, const void *value,
			   unsigned int length)
{
	struct qtest_platform *q = qtest_platform_from(p);
	unsigned int count = clip(q, offset, length);
	const unsigned char *bytes = value;
	unsigned int done = 0;

	while (done < count) {
		unsigned int width = piece_at(offset + done, count - done);
		uint32_t data = 0;

		memcpy(&data, bytes + done, width);
		qtest_pci_set(q, offset + done, width, data);
		done += width;
	}
	return q->wire.error ? -EIO : (int)count;
}
