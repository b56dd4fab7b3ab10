/* SPDX-License-Identifier: MIT */
/*
 * qtest_physical.c - logical addresses that are physical ones
 *
 * Two pieces of guest RAM are set aside: the low memory, for devices of 24 bits, which no ISA
 * device needs here, and one above it.  The tables map each page at its own address, so that it
 * does not matter whether the device is behind the IOMMU.
 */
#include <errno.h>

#include "platform/qtest/qtest_private.h"

#define LOW_SIZE ((size_t)15 << 20)
#define MOST	 ((size_t)64 << 20)

static size_t high_size(const struct qtest_platform *q)
{
	size_t quarter = q->ram.size / 4 & ~PLATFORM_PAGE_MASK;

	return quarter < MOST ? quarter : MOST;
}

int qtest_physical_use(struct platform *p, char *error, size_t error_size)
{
	struct qtest_platform *q = qtest_platform_from(p);
	struct explanation why = {.text = error, .size = error_size};
	size_t length = high_size(q);
	uint64_t high;
	uint32_t low;
	void *memory;

	if (q->function.is_isa)
		return explain(&why, -ENOTSUP,
			       "an ISA device has no logical addresses: the system DMA controller "
			       "moves its data, by physical ones");
	if (qtest_ram_low(&q->ram, LOW_SIZE, &memory, &low) < 0 ||
	    qtest_ram_allocate(&q->ram, length, &memory) < 0 ||
	    qtest_ram_physical(&q->ram, memory, length, &high) < 0)
		return explain(&why, -ENOMEM,
			       "no %zu MiB of the guest's %zu MiB of RAM are free to be set aside",
			       length >> 20, q->ram.size >> 20);
	q->physical[0] = (struct logical_range){low, low + LOW_SIZE - 1};
	q->physical[1] = (struct logical_range){high, high + length - 1};
	p->capabilities.physical = true;
	return 0;
}

void *qtest_physical_memory(struct platform *p, logical_t logical)
{
	struct qtest_platform *q = qtest_platform_from(p);
	unsigned int i;

	for (i = 0; i < QTEST_RANGES; i++)
		if (logical.value >= q->physical[i].first && logical.value <= q->physical[i].last)
			return q->ram.base + logical.value;
	return NULL;
}
