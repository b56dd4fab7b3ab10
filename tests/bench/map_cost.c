/* SPDX-License-Identifier: MIT */
/*
 * map_cost - what one dma_slot_map() + dma_slot_unmap() costs under each policy
 *
 * Runs in the guest on a real device behind a real IOMMU.  Policies are measured
 * in turns, size by size, so that drift hits all alike; medians are printed with
 * the ratio to policy copy.  Hot: the same 32 pages again and again.  Cold: buffers
 * spread over 64 MiB, as data that nobody touched for a while.  The smallest size at
 * which remap is the cheaper one is where `auto` should stop copying.
 *
 * usage: map_cost BDF
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dma/dma.h"
#include "platform/event_loop.h"
#include "platform/linux/pci_bind.h"
#include "platform/vfio/vfio.h"

#define ROUNDS		15
#define REPEAT		64
#define MAX_SIZE	((size_t)256 << 10)
#define MAX_RUNS	80

static const enum dma_policy policies[] = {
	DMA_POLICY_POOL, DMA_POLICY_COPY, DMA_POLICY_REMAP, DMA_POLICY_CACHED,
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
	double samples[MODES][POLICIES][SIZES][ROUNDS];
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

static double measure(struct dma_slot *slot, unsigned char *memory, unsigned int mode,
		      size_t size)
{
	struct dma_run runs[MAX_RUNS];
	unsigned int count;
	uint64_t start = event_loop_now();

	for (unsigned int i = 0; i < REPEAT; i++) {
		/* A frame rarely starts on a page: offset 100, another page each time. */
		struct dma_region region = {
			memory + (i % modes[mode].buffers) * modes[mode].stride + 100, size,
		};

		check(dma_slot_map(slot, &region, 1, PLATFORM_DEVICE_READS, runs, MAX_RUNS,
				   &count), "map");
		check(dma_slot_unmap(slot), "unmap");
	}
	return (double)(event_loop_now() - start) / REPEAT;
}

/* Adapters of one platform share its logical addresses, so only one exists at a time. */
static void measure_policy(struct bench *bench, unsigned int p, unsigned int round)
{
	struct dma_options options = {policies[p], DMA_FRAGMENT_NONE, 0, false};
	size_t length = MAX_SIZE + modes[MODES - 1].buffers * modes[MODES - 1].stride;
	struct dma_adapter *adapter;
	struct dma_slots *slots;
	void *memory;

	check(dma_adapter_create(bench->platform, &options, 64, &adapter), "adapter");
	check(dma_slots_create(adapter, 1, (unsigned int)(MAX_SIZE / PLATFORM_PAGE_SIZE) + 1,
			       &slots), "slots");
	if (policies[p] == DMA_POLICY_POOL)
		check(dma_pool_reserve(adapter, length, &memory), "arena");
	else
		check(platform_memory_allocate(bench->platform, length, &memory), "memory");
	memset(memory, 0x5a, length);
	for (unsigned int m = 0; m < MODES; m++) {
		for (unsigned int s = 0; s < SIZES; s++) {
			/* The first time fills the cache of policy cached. */
			measure(dma_slots_at(slots, 0), memory, m, sizes[s]);
			bench->samples[m][p][s][round] =
				measure(dma_slots_at(slots, 0), memory, m, sizes[s]);
		}
	}
	dma_slots_destroy(slots);
	dma_adapter_destroy(adapter);
	if (policies[p] != DMA_POLICY_POOL)
		platform_memory_free(bench->platform, memory, length);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *samples)
{
	qsort(samples, ROUNDS, sizeof(*samples), compare);
	return samples[ROUNDS / 2];
}

static void run(struct bench *bench)
{
	for (unsigned int round = 0; round < ROUNDS; round++) {
		for (unsigned int p = 0; p < POLICIES; p++)
			measure_policy(bench, p, round);
	}
}

static void report(struct bench *bench, unsigned int mode)
{
	size_t crossover = 0;

	printf("%s\n%8s %9s ns %8s ns %8s ns %8s ns %12s %12s %12s\n", modes[mode].name, "bytes",
	       "pool", "copy", "remap", "cached", "pool/copy", "remap/copy", "cached/copy");
	for (unsigned int s = 0; s < SIZES; s++) {
		double cost[POLICIES];

		for (unsigned int p = 0; p < POLICIES; p++)
			cost[p] = median(bench->samples[mode][p][s]);
		printf("%8zu %12.0f %11.0f %11.0f %11.0f %12.3f %12.2f %12.3f\n", sizes[s],
		       cost[0], cost[1], cost[2], cost[3], cost[0] / cost[1], cost[2] / cost[1],
		       cost[3] / cost[1]);
		if (!crossover && cost[2] < cost[1])
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
	if (vfio_platform_open(argv[1], VFIO_WAY_AUTO, loop, &bench.platform, error, sizeof(error)))
		die(argv[1], error);
	run(&bench);
	for (unsigned int m = 0; m < MODES; m++)
		report(&bench, m);
	platform_close(bench.platform);
	event_loop_destroy(loop);
	pci_binding_restore(sysfs_of_this_machine(), &binding, &why);
	return 0;
}
