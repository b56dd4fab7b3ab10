/* SPDX-License-Identifier: MIT */
/*
 * hal_driver_test.c - a driver without NDIS in the guest: the edu example on VFIO
 */
#include <stdlib.h>
#include <string.h>

#include "edu_host.h"
#include "vfio_platform_test.h"

#define PAGES 3

static const char *const names[] = {
	[EDU_COMMON_BUFFER] = "a common buffer",
	[EDU_LIST] = "a scatter/gather list",
	[EDU_CHANNEL] = "an adapter channel",
};

/* Bytes to the device and, elsewhere in the same memory, back. */
static void round_trip(struct host *host, PMDL mdl, unsigned char *memory, enum edu_way way)
{
	struct edu_request out = {.mdl = mdl, .offset = 100, .length = EDU_MEMORY_SIZE,
				  .to_device = TRUE, .way = way};
	struct edu_request in = {.mdl = mdl, .offset = 100 + EDU_MEMORY_SIZE,
				 .length = EDU_MEMORY_SIZE, .way = way};
	unsigned int interrupts = host->interrupts;
	NTSTATUS status;
	size_t i;

	for (i = 0; i < PAGES * PAGE_SIZE; i++)
		memory[i] = (unsigned char)(i * 7 + i / 251 + (unsigned int)way);
	status = edu_host_transfer(host, &out);
	if (NT_SUCCESS(status))
		status = edu_host_transfer(host, &in);
	check(status == STATUS_SUCCESS && host->interrupts == interrupts + 2 &&
		      memcmp(memory + out.offset, memory + in.offset, EDU_MEMORY_SIZE) == 0,
	      "HAL driver: 4096 bytes there and back by %s", names[way]);
}

static void run(struct host *host, PMDL mdl, unsigned char *memory)
{
	uint32_t result = 0;
	NTSTATUS status;
	unsigned int way;

	check(edu_host_start(host, EDU_REACH_28, PLATFORM_INTERRUPT_AUTO) == STATUS_SUCCESS,
	      "HAL driver: it starts");
	for (way = EDU_COMMON_BUFFER; way <= EDU_CHANNEL; way++)
		round_trip(host, mdl, memory, (enum edu_way)way);
	status = edu_host_factorial(host, 10, &result);
	check(status == STATUS_SUCCESS && result == 3628800, "HAL driver: 10! is %u", result);
	edu_host_stop(host);
	check(edu_host_start(host, EDU_REACH_28, PLATFORM_INTERRUPT_INTX) == STATUS_SUCCESS,
	      "HAL driver: it starts again, by INTx");
	round_trip(host, mdl, memory, EDU_LIST);
	edu_host_stop(host);
}

void test_hal_driver(struct platform *p)
{
	const struct shim_device_options options = {.dma.policy = DMA_POLICY_REMAP,
						    .verify = SHIM_VERIFY_REPORT};
	unsigned char *memory = aligned_alloc(PAGE_SIZE, PAGES * PAGE_SIZE);
	struct host host;
	PMDL mdl;

	check(memory && host_create(&host, p, &options) == 0, "HAL driver: a device object");
	mdl = IoAllocateMdl(memory, PAGES * PAGE_SIZE, FALSE, FALSE, NULL);
	MmBuildMdlForNonPagedPool(mdl);
	run(&host, mdl, memory);
	IoFreeMdl(mdl);
	check(host_destroy(&host) == 0, "HAL driver: it broke no rule and left nothing behind");
	free(memory);
}
