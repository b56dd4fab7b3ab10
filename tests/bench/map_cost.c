/* SPDX-License-Identifier: MIT */
/*
 * map_cost - what mapping one region and its end cost under each policy, and what the two calls of
 * VFIO and a memcpy cost alone
 *
 * Runs in the guest on a real device behind a real IOMMU.  Policies are measured
 * in turns, size by size, so that drift hits all alike; medians are printed with
 * the ratio to policy copy.  Long calls are timed one by one, and remap and VFIO take turns call by
 * call, so that what else the machine does is in none of the medians.  Hot: the same 32 pages again and
 * again.  Cold: buffers spread over 64 MiB, as data that nobody touched for a while.  The smallest
 * size at which remap is the cheaper one is where `auto` should stop copying.
 *
 * usage: map_cost BDF
 */
#include <errno.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "dma/simple.h"
#include "platform/event_loop.h"
#include "platform/linux/pci_bind.h"
#include "platform/vfio/vfio_private.h"

#define ROUNDS		15
#define REPEAT		64
#define MAX_SIZE	((size_t)256 << 10)

enum way { POOL, COPY, REMAP, CACHED, VFIO, MEMCPY, WAYS };

/* VFIO is measured together with REMAP, MEMCPY with COPY. */
static const enum dma_policy policies[] = {
	[POOL] = DMA_POLICY_POOL,
	[COPY] = DMA_POLICY_COPY,
	[REMAP] = DMA_POLICY_REMAP,
	[CACHED] = DMA_POLICY_CACHED,
};
#define POLICIES	(sizeof(policies) / sizeof(policies[0]))

static const size_t sizes[] = {64,    256,   1514,	4096,	8192,
			       16384, 32768, 65536, 131072, 262144 - 4096};
#define SIZES		(sizeof(sizes) / sizeof(sizes[0]))

/* Where buffer i starts: i * stride. */
static const struct {
	const char *name;
	size_t buffers;
	size_t stride;
} modes[] = {{"hot", 32, 4096}, {"cold", 64, (size_t)1 << 20}};
#define MODES		(sizeof(modes) / sizeof(modes[0]))

struct bench {
	struct platform *platform;
	double samples[MODES][WAYS][SIZES][ROUNDS];
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "map_cost: %s: %s\n", what, why);
	exit(1);
}

static void check(int result, const char *what)
{
	if (result)
		die(what, strerror(-result));
}

/* As NdisMStart- and NdisMCompleteBufferPhysicalMapping do it */
static void map_and_unmap(struct dma_slot *slot, void *va, size_t size)
{
	uint64_t logical;

	if (dma_slot_map_pool(slot, va, size, &logical)) {
		dma_slot_free(slot);
	} else if (dma_slot_map_copy(slot, va, size, &logical)) {
		dma_slot_copy(slot, va, size);
		dma_slot_free(slot);
	} else {
		check(dma_slot_map_simple(slot, va, size, PLATFORM_DEVICE_READS).result, "map");
		check(dma_slot_unmap(slot), "unmap");
	}
}

static void call_vfio(int container, logical_t logical, void *va, size_t size)
{
	uintptr_t first = (uintptr_t)va & ~(uintptr_t)PLATFORM_PAGE_MASK;
	uintptr_t end = ((uintptr_t)va + size + PLATFORM_PAGE_MASK) & ~(uintptr_t)PLATFORM_PAGE_MASK;
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ,
		.vaddr = first,
		.iova = logical.value,
		.size = end - first,
	};
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = map.iova,
		.size = map.size,
	};

	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &map) ||
	    ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap))
		check(-errno, "VFIO");
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *samples, size_t count)
{
	qsort(samples, count, sizeof(*samples), compare);
	return samples[count / 2];
}

/* A frame rarely starts on a page: offset 100, another page each time. */
static void *place(unsigned char *memory, unsigned int mode, unsigned int number)
{
	return memory + (number % modes[mode].buffers) * modes[mode].stride + 100;
}

/* Calls that are timed together: so many that reading the clock does not count, and no more. */
static unsigned int batch_of(enum way way, size_t size)
{
	if (way == COPY)
		return size <= 4096 ? 16 : 1;
	return REPEAT;
}

static double measure(struct dma_slot *slot, unsigned char *memory, enum way way, unsigned int mode,
		      size_t size)
{
	unsigned int batch = batch_of(way, size), count = 0;
	double samples[REPEAT];

	for (unsigned int i = 0; i < REPEAT; i += batch) {
		uint64_t start = event_loop_now();

		for (unsigned int k = i; k < i + batch; k++)
			map_and_unmap(slot, place(memory, mode, k), size);
		samples[count++] = (double)(event_loop_now() - start) / batch;
	}
	return median(samples, count);
}

static void measure_calls(struct bench *bench, struct dma_slot *slot, unsigned char *memory,
			  unsigned int mode, unsigned int s, unsigned int round)
{
	int container = vfio_platform_from(bench->platform)->container;
	double remap[REPEAT], vfio[REPEAT];

	for (unsigned int i = 0; i < REPEAT; i++) {
		void *va = place(memory, mode, i);
		uint64_t start = event_loop_now(), middle;

		map_and_unmap(slot, va, sizes[s]);
		middle = event_loop_now();
		call_vfio(container, slot->window, va, sizes[s]);
		vfio[i] = (double)(event_loop_now() - middle);
		remap[i] = (double)(middle - start);
	}
	bench->samples[mode][REMAP][s][round] = median(remap, REPEAT);
	bench->samples[mode][VFIO][s][round] = median(vfio, REPEAT);
}

static double measure_memcpy(unsigned char *memory, unsigned int mode, size_t size)
{
	static unsigned char to[MAX_SIZE];
	unsigned int batch = batch_of(COPY, size), count = 0;
	double samples[REPEAT];

	for (unsigned int i = 0; i < REPEAT; i += batch) {
		uint64_t start = event_loop_now();

		for (unsigned int k = i; k < i + batch; k++) {
			memcpy(to, place(memory, mode, k), size);
			__asm__ volatile("" : : "r"(to) : "memory");
		}
		samples[count++] = (double)(event_loop_now() - start) / batch;
	}
	return median(samples, count);
}

/* Adapters of one platform share its logical addresses, so only one exists at a time. */
static void measure_way(struct bench *bench, enum way way, unsigned int round)
{
	struct dma_options options = {policies[way], DMA_FRAGMENT_NONE, 0, false};
	size_t length = MAX_SIZE + modes[MODES - 1].buffers * modes[MODES - 1].stride;
	struct dma_adapter *adapter;
	struct dma_slots *slots;
	struct dma_slot *slot;
	void *memory;

	check(dma_adapter_create(bench->platform, &options, 64, &adapter), "adapter");
	check(dma_slots_create(adapter, 1, (unsigned int)(MAX_SIZE / PLATFORM_PAGE_SIZE) + 1,
			       &slots), "slots");
	slot = dma_slots_at(slots, 0);
	if (way == POOL)
		check(dma_pool_reserve(adapter, length, &memory), "arena");
	else
		check(platform_memory_allocate(bench->platform, length, &memory), "memory");
	memset(memory, 0x5a, length);
	for (unsigned int m = 0; m < MODES; m++) {
		for (unsigned int s = 0; s < SIZES; s++) {
			if (way == REMAP) {
				measure_calls(bench, slot, memory, m, s, round);
				continue;
			}
			/* The first time fills the cache of policy cached. */
			measure(slot, memory, way, m, sizes[s]);
			bench->samples[m][way][s][round] =
				measure(slot, memory, way, m, sizes[s]);
			if (way == COPY)
				bench->samples[m][MEMCPY][s][round] =
					measure_memcpy(memory, m, sizes[s]);
		}
	}
	dma_slots_destroy(slots);
	dma_adapter_destroy(adapter);
	if (way != POOL)
		platform_memory_free(bench->platform, memory, length);
}

static void run(struct bench *bench)
{
	for (unsigned int round = 0; round < ROUNDS; round++) {
		for (unsigned int way = 0; way < POLICIES; way++)
			measure_way(bench, (enum way)way, round);
	}
}

static void report(struct bench *bench, unsigned int mode)
{
	size_t crossover = 0;

	printf("%s, nanoseconds and ratios\n%8s %8s %8s %8s %8s %8s %8s %10s %11s %10s %10s\n",
	       modes[mode].name, "bytes", "pool", "copy", "remap", "cached", "vfio", "memcpy",
	       "pool/copy", "copy/memcpy", "remap/copy", "remap/vfio");
	for (unsigned int s = 0; s < SIZES; s++) {
		double cost[WAYS];

		for (unsigned int way = 0; way < WAYS; way++)
			cost[way] = median(bench->samples[mode][way][s], ROUNDS);
		printf("%8zu %8.0f %8.0f %8.0f %8.0f %8.0f %8.0f %10.3f %11.2f %10.2f %10.3f\n",
		       sizes[s], cost[POOL], cost[COPY], cost[REMAP], cost[CACHED], cost[VFIO],
		       cost[MEMCPY], cost[POOL] / cost[COPY], cost[COPY] / cost[MEMCPY],
		       cost[REMAP] / cost[COPY], cost[REMAP] / cost[VFIO]);
		if (!crossover && cost[REMAP] < cost[COPY])
			crossover = sizes[s];
	}
	if (crossover)
		printf("remap is cheaper than copy from %zu bytes on\n", crossover);
	else
		printf("remap is never cheaper than copy in this table\n");
}

int main(int argc, char **argv)
{
	static struct bench bench;
	struct event_loop *loop = event_loop_create();
	struct pci_binding binding;
	char error[EXPLAIN_SIZE];
	struct explanation why = {error, sizeof(error)};

	if (argc != 2 || !loop)
		die("usage", "map_cost BDF");
	if (pci_binding_capture(sysfs_of_this_machine(), argv[1], &binding, &why))
		die(argv[1], error);
	if (pci_binding_change(sysfs_of_this_machine(), &binding, "vfio-pci", &why))
		die(argv[1], error);
	if (vfio_platform_open(argv[1], VFIO_WAY_TYPE1, loop, &bench.platform, error, sizeof(error)))
		die(argv[1], error);
	run(&bench);
	for (unsigned int m = 0; m < MODES; m++)
		report(&bench, m);
	platform_close(bench.platform);
	event_loop_destroy(loop);
	pci_binding_restore(sysfs_of_this_machine(), &binding, &why);
	return 0;
}
