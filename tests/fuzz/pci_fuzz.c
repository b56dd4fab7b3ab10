/* SPDX-License-Identifier: MIT */
/*
 * pci_fuzz.c - the configuration space of a device behind the qtest socket, and its address
 *
 * Every four bytes of the input are what one read of the configuration space finds.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "platform/linux/pci_device.h"
#include "platform/qtest/qtest_private.h"

#define WINDOW_END	0x100000000ull
#define HOST_BRIDGE_Q35 0x29c08086u

static const uint8_t *input;
static size_t left;

static uint32_t next_word(unsigned int width)
{
	uint32_t word = 0;
	size_t part = left < sizeof(word) ? left : sizeof(word);

	memcpy(&word, input, part);
	input += part;
	left -= part;
	return word & (uint32_t)((1ull << 8 * width) - 1);
}

/* The only port that is read is the identity of the host bridge. */
int qtest_wire_in(struct qtest_wire *wire, uint16_t port, unsigned int width, uint32_t *value)
{
	*value = HOST_BRIDGE_Q35;
	return 0;
}

int qtest_wire_out(struct qtest_wire *wire, uint16_t port, unsigned int width, uint32_t value)
{
	return 0;
}

int qtest_wire_read(struct qtest_wire *wire, uint64_t address, unsigned int width, uint64_t *value)
{
	*value = next_word(width);
	return 0;
}

int qtest_wire_write(struct qtest_wire *wire, uint64_t address, unsigned int width, uint64_t value)
{
	return 0;
}

void qtest_interrupt_hurry(struct qtest_platform *q)
{
}

static void check_function(const struct qtest_function *function)
{
	unsigned int i;

	FUZZ_CHECK(function->express < 256 && function->msi < 256 && function->msix < 256);
	for (i = 0; i < QTEST_BARS; i++) {
		const struct platform_bar *bar = &function->bars[i];

		FUZZ_CHECK(bar->size <= WINDOW_END && bar->bus_address <= WINDOW_END - bar->size);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct qtest_platform platform;
	char text[EXPLAIN_SIZE] = "";
	struct explanation why = {text, sizeof(text)};
	char canonical[PCI_ADDRESS_SIZE];
	char address[16] = "";

	input = data;
	left = size;
	memset(&platform, 0, sizeof(platform));
	if (size > sizeof(address)) {
		memcpy(address, data, sizeof(address) - 1);
		if (pci_address_canonical(address, canonical, &why) == 0)
			FUZZ_CHECK(strlen(canonical) == PCI_ADDRESS_SIZE - 1);
	}
	if (size % 2) {
		input += size < sizeof(address) ? size : sizeof(address);
		left = size < sizeof(address) ? 0 : size - sizeof(address);
	}
	if (qtest_pci_open(&platform, size % 2 ? address : "04.0", &why) == 0)
		check_function(&platform.function);
	return 0;
}
