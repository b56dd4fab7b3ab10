/* SPDX-License-Identifier: MIT */
/*
 * mapping_instructions - a number of NdisMStart- and NdisMCompleteBufferPhysicalMapping calls on the
 * fake platform, for run-mapping-instructions to count the instructions of
 *
 * usage: mapping_instructions VERIFY WHAT BYTES PAIRS
 *        mapping_instructions VERIFY list:POLICY ELEMENTS FRAMES
 *
 * VERIFY is off, report, or history: off, and calls are remembered as ndisrun has them. WHAT is the
 * policy: pool, copy, remap or cached; or memcpy: the bytes are copied, and nothing else; or bare:
 * one platform_map() and one platform_unmap() of the pages. With list: frames of ELEMENTS buffers
 * are sent by a driver with scatter/gather DMA.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ndis.h>

#include "include/ndis_shim.h"
#include "platform/fake/fake.h"

#define MAXIMUM 65536u
#define OFFSET 100u	/* a buffer rarely starts on a page */

#define ELEMENT_BYTES 100u
#define MOST_ELEMENTS 16u

static NDIS_HANDLE handle;
static bool wants_lists;

static NDIS_STATUS initialize(PNDIS_STATUS open_error, PUINT medium, PNDIS_MEDIUM media, UINT count,
			      NDIS_HANDLE adapter, NDIS_HANDLE configuration)
{
	*medium = 0;
	handle = adapter;
	NdisMSetAttributesEx(adapter, &handle, 0, NDIS_ATTRIBUTE_BUS_MASTER, NdisInterfacePci);
	return wants_lists ? NdisMInitializeScatterGatherDma(adapter, FALSE, MAXIMUM)
			   : NdisMAllocateMapRegisters(adapter, 0, NDIS_DMA_32BITS, 3, MAXIMUM);
}

static VOID halt(NDIS_HANDLE context)
{
	if (!wants_lists)
		NdisMFreeMapRegisters(handle);
}

static NDIS_STATUS query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			 PULONG written, PULONG needed)
{
	return NDIS_STATUS_NOT_SUPPORTED;
}

static NDIS_STATUS set(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length, PULONG used,
		       PULONG needed)
{
	*used = length;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS reset(PBOOLEAN addressing, NDIS_HANDLE context)
{
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags)
{
	return NDIS_STATUS_SUCCESS;
}

static int32_t driver_entry(void *object, void *path)
{
	NDIS50_MINIPORT_CHARACTERISTICS functions = {
		.MajorNdisVersion = 5,
		.InitializeHandler = initialize,
		.HaltHandler = halt,
		.QueryInformationHandler = query,
		.SetInformationHandler = set,
		.ResetHandler = reset,
		.SendHandler = send,
	};
	NDIS_HANDLE wrapper;

	NdisMInitializeWrapper(&wrapper, object, path, NULL);
	return NdisMRegisterMiniport(wrapper, (PVOID)&functions, sizeof(functions));
}

static void on_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
}

static void die(const char *what)
{
	fprintf(stderr, "mapping_instructions: %s\n", what);
	exit(1);
}

static unsigned char memory[MAXIMUM + PLATFORM_PAGE_SIZE]
	__attribute__((aligned(PLATFORM_PAGE_SIZE)));
static unsigned char other[MAXIMUM];

static void map_and_complete(void *va, unsigned int length, unsigned long pairs)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[18];
	PNDIS_BUFFER buffer;
	NDIS_STATUS status;
	UINT count;

	NdisAllocateBuffer(&status, &buffer, NULL, va, length);
	if (status != NDIS_STATUS_SUCCESS)
		die("no buffer");
	for (unsigned long i = 0; i < pairs; i++) {
		NdisMStartBufferPhysicalMapping(handle, buffer, 0, TRUE, runs, &count);
		if (!count)
			die("not mapped");
		NdisMCompleteBufferPhysicalMapping(handle, buffer, 0);
	}
	NdisFreeBuffer(buffer);
}

static void copy(unsigned int length, unsigned long times)
{
	for (unsigned long i = 0; i < times; i++) {
		memcpy(other, memory + OFFSET, length);
		__asm__ volatile("" ::: "memory");
	}
}

static void map_and_unmap(struct platform *platform, unsigned int length, unsigned long pairs)
{
	const logical_t logical = {0x100000};
	size_t bytes = (OFFSET + length + PLATFORM_PAGE_MASK) & ~PLATFORM_PAGE_MASK;

	for (unsigned long i = 0; i < pairs; i++) {
		if (platform_map(platform, logical, memory, bytes, PLATFORM_DEVICE_READS) ||
		    platform_unmap(platform, logical, bytes) != (int64_t)bytes)
			die("not mapped");
	}
}

static unsigned int length_of(const char *text)
{
	unsigned long length = strtoul(text, NULL, 10);

	if (length < 1 || length > MAXIMUM - OFFSET)
		die("BYTES must be 1 to 65436");
	return (unsigned int)length;
}

/* What the library sends from its own memory is in the adapter's arena. */
static void *memory_for(struct shim_adapter *adapter, enum dma_policy policy, unsigned int length)
{
	struct shim_frame *frame;
	size_t capacity;
	void *data;

	if (policy != DMA_POLICY_POOL)
		return memory + OFFSET;
	frame = shim_frame_allocate(adapter, &data, &capacity);
	if (!frame || capacity < length)
		die("policy pool: frames are shorter than BYTES");
	shim_frame_free(adapter, frame);
	return data;
}

static void send_lists(struct shim_adapter *adapter, unsigned int elements, unsigned long frames)
{
	const size_t length = elements * ELEMENT_BYTES;

	for (unsigned long i = 0; i < frames; i++) {
		struct shim_frame *frame;
		size_t capacity;
		void *data;

		frame = shim_frame_allocate(adapter, &data, &capacity);
		if (!frame || capacity < length || shim_send(adapter, &frame, &length, 1, NULL, NULL))
			die("the frame is not sent");
	}
}

static void through_ndis(struct platform *platform, enum dma_policy policy, enum shim_verify verify,
			 unsigned int length, unsigned long pairs)
{
	const struct shim_client client = {.receive = on_receive};
	struct shim_adapter_options options = {
		.dma = {.policy = policy, .copybreak = DMA_DEFAULT_COPYBREAK},
		.frames = 4,
		.verify = verify,
		.buffer_bytes = wants_lists ? ELEMENT_BYTES : 0,
	};
	struct shim_adapter *adapter;
	struct shim_driver *driver;

	if (shim_driver_start(driver_entry, "cost", &driver) ||
	    shim_adapter_start(driver, platform, &options, &client, &adapter))
		die("the miniport does not start");
	if (wants_lists)
		send_lists(adapter, length, pairs);
	else
		map_and_complete(memory_for(adapter, policy, length), length, pairs);
	if (shim_adapter_stop(adapter))
		die("the miniport leaks");
	shim_driver_stop(driver);
}

int main(int argc, char **argv)
{
	struct event_loop *loop = event_loop_create();
	struct platform *platform = fake_platform_create(loop, NULL, true);
	enum dma_policy policy;
	unsigned int length;
	unsigned long pairs;

	if (argc != 5)
		die("usage: mapping_instructions VERIFY WHAT BYTES PAIRS");
	shim_history(strcmp(argv[1], "history") == 0);
	length = length_of(argv[3]);
	pairs = strtoul(argv[4], NULL, 10);
	if (strncmp(argv[2], "list:", 5) == 0) {
		wants_lists = true;
		argv[2] += 5;
		if (length > MOST_ELEMENTS)
			die("ELEMENTS must be 1 to 16");
	}
	if (strcmp(argv[2], "memcpy") == 0)
		copy(length, pairs);
	else if (strcmp(argv[2], "bare") == 0)
		map_and_unmap(platform, length, pairs);
	else if (dma_policy_from_name(argv[2], &policy) == 0)
		through_ndis(platform, policy,
			     strcmp(argv[1], "report") == 0 ? SHIM_VERIFY_REPORT : SHIM_VERIFY_OFF,
			     length, pairs);
	else
		die("WHAT is pool, copy, remap, cached, list: and one of these, memcpy or bare");
	platform_close(platform);
	event_loop_destroy(loop);
	return 0;
}
