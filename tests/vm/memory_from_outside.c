/* SPDX-License-Identifier: MIT */
/*
 * memory_from_outside.c - what an MDL says about memory, compared with the machine's memory
 *
 * A driver's buffer is described by an MDL.  The host reads the machine's memory at the addresses
 * of the page frames that the MDL names, and finds the buffer's bytes there: those that the
 * processor wrote, and those that the device wrote at the logical addresses of the transfer.
 */
#include <ddk/dma_adapter.h>
#include <ddk/irql.h>
#include <ddk/mdl_functions.h>
#include <ddk/pool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host_memory.h"
#include "include/shim_device.h"
#include "vfio_platform_test.h"

/* In the middle of a page, over two more, to the middle of a fourth. */
#define BUFFER_OFFSET 1234u
#define BUFFER_SIZE   (2 * PAGE_SIZE + 2000u)

struct transfer {
	struct platform *platform;
	unsigned int seed;
	unsigned int elements;
	size_t done;
};

static unsigned char byte_of(unsigned int seed, size_t position)
{
	return (unsigned char)(seed + position * 7 + position / 251);
}

static void fill(unsigned char *bytes, size_t length, unsigned int seed)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = byte_of(seed, i);
}

/* Reads the buffer of @mdl by its page frames, from outside. */
static int read_frames(int port, PMDL mdl, unsigned char *bytes)
{
	const PFN_NUMBER *frames = MmGetMdlPfnArray(mdl);
	size_t offset = MmGetMdlByteOffset(mdl);
	size_t done = 0;
	int result = 0;

	for (unsigned int page = 0; !result && done < mdl->ByteCount; page++) {
		size_t length = PAGE_SIZE - offset;

		if (length > mdl->ByteCount - done)
			length = mdl->ByteCount - done;
		result = host_memory_read(port, ((uint64_t)frames[page] << PAGE_SHIFT) + offset,
					  bytes + done, length);
		done += length;
		offset = 0;
	}
	return result;
}

static void compare(int port, PMDL mdl, unsigned int seed, const char *name)
{
	unsigned char *seen = calloc(1, BUFFER_SIZE);
	unsigned char *expected = malloc(BUFFER_SIZE);
	int result = read_frames(port, mdl, seen);

	fill(expected, BUFFER_SIZE, seed);
	check(result == 0 && memcmp(seen, expected, BUFFER_SIZE) == 0,
	      "the host finds %s in the page frames of the MDL%s%s", name, result ? ": " : "",
	      result ? strerror(-result) : "");
	free(seen);
	free(expected);
}

/* The device gets @seed's bytes from @source, a page of memory, and writes them to the buffer. */
static void write_by_device(struct platform *p, const SCATTER_GATHER_ELEMENT *element,
			    struct transfer *transfer)
{
	const logical_t source = {0x7000000};
	void *page = NULL;

	if (platform_memory_allocate(p, EDU_BUFFER_SIZE, &page) < 0)
		return;
	for (ULONG done = 0; done < element->Length;) {
		uint32_t part = element->Length - done;
		uint32_t to = (uint32_t)element->Address.QuadPart + done;

		if (part > EDU_BUFFER_SIZE)
			part = EDU_BUFFER_SIZE;
		for (uint32_t i = 0; i < part; i++)
			((unsigned char *)page)[i] = byte_of(transfer->seed, transfer->done + i);
		if (platform_map(p, source, page, EDU_BUFFER_SIZE, PLATFORM_DEVICE_READS) < 0)
			break;
		edu_dma(p, (uint32_t)source.value, EDU_BUFFER, part, EDU_DMA_TO_DEVICE);
		platform_unmap(p, source, EDU_BUFFER_SIZE);
		edu_dma(p, EDU_BUFFER, to, part, EDU_DMA_TO_MEMORY);
		done += part;
		transfer->done += part;
	}
	platform_memory_free(p, page, EDU_BUFFER_SIZE);
}

static VOID NTAPI on_list(PDEVICE_OBJECT object, PIRP irp, PSCATTER_GATHER_LIST list, PVOID context)
{
	struct transfer *transfer = context;
	PDMA_ADAPTER adapter = object->DeviceExtension;

	(void)irp;
	transfer->elements = list->NumberOfElements;
	for (ULONG i = 0; i < list->NumberOfElements; i++)
		write_by_device(transfer->platform, &list->Elements[i], transfer);
	adapter->DmaOperations->PutScatterGatherList(adapter, list, FALSE);
}

static void transfer_by_device(struct platform *p, PDEVICE_OBJECT object, PMDL mdl,
			       unsigned int seed)
{
	/* edu's addresses have 28 bits, so DMA of 24 bits reaches all it is given. */
	DEVICE_DESCRIPTION description = {
		.Version = DEVICE_DESCRIPTION_VERSION2,
		.Master = TRUE,
		.ScatterGather = TRUE,
		.InterfaceType = Eisa,
		.MaximumLength = 4 * PAGE_SIZE,
	};
	struct transfer transfer = {.platform = p, .seed = seed};
	NTSTATUS status = STATUS_UNSUCCESSFUL;
	ULONG registers = 0;
	PDMA_ADAPTER adapter = IoGetDmaAdapter(object, &description, &registers);
	KIRQL old;

	check(adapter != NULL, "a DMA adapter of %u map registers", registers);
	if (!adapter)
		return;
	object->DeviceExtension = adapter;
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	status = adapter->DmaOperations->GetScatterGatherList(
		adapter, object, mdl, MmGetMdlVirtualAddress(mdl), mdl->ByteCount, on_list,
		&transfer, FALSE);
	KeLowerIrql(old);
	check(NT_SUCCESS(status) && transfer.done == BUFFER_SIZE,
	      "the device wrote %zu bytes into %u elements", transfer.done, transfer.elements);
	adapter->DmaOperations->PutDmaAdapter(adapter);
}

static void run(struct platform *p, struct shim_device *device, int port)
{
	PDEVICE_OBJECT object = shim_device_object(device);
	unsigned char *block = ExAllocatePoolWithTag(NonPagedPool, 4 * PAGE_SIZE, 'tseT');
	unsigned char *buffer = block + BUFFER_OFFSET;
	PMDL mdl = block ? IoAllocateMdl(buffer, BUFFER_SIZE, FALSE, FALSE, NULL) : NULL;

	check(mdl != NULL, "a buffer of %u bytes and its MDL", BUFFER_SIZE);
	if (mdl) {
		memset(block, 0xee, 4 * PAGE_SIZE);
		MmBuildMdlForNonPagedPool(mdl);
		fill(buffer, BUFFER_SIZE, 1);
		compare(port, mdl, 1, "what the processor wrote");
		transfer_by_device(p, object, mdl, 99);
		compare(port, mdl, 99, "what the device wrote");
		check(block[BUFFER_OFFSET - 1] == 0xee && buffer[BUFFER_SIZE] == 0xee,
		      "the bytes around it are untouched");
		IoFreeMdl(mdl);
	}
	if (block)
		ExFreePoolWithTag(block, 'tseT');
}

void test_memory_from_outside(struct platform *p, const char *host_port)
{
	static const char *const names[] = {"remap", "copy"};
	static const enum dma_policy policies[] = {DMA_POLICY_REMAP, DMA_POLICY_COPY};
	int port = host_memory_open(host_port);

	check(port >= 0, "the host tells memory at %s", host_port);
	for (unsigned int i = 0; port >= 0 && i < ARRAYSIZE(policies); i++) {
		struct shim_device_options options = {.dma.policy = policies[i]};
		struct shim_device *device = NULL;

		check(shim_device_create(p, &options, &device) == 0, "policy %s", names[i]);
		if (!device)
			break;
		run(p, device, port);
		check(shim_device_destroy(device) == 0, "policy %s leaves nothing behind",
		      names[i]);
	}
	if (port >= 0)
		close(port);
}
