/* SPDX-License-Identifier: MIT */
/*
 * ways_ndis.c - a miniport that maps buffers; see ways.h
 */
#include <string.h>

#include <ndis.h>

#include "include/ndis_shim.h"
#include "ways.h"

struct miniport {
	struct way *way;
	bool lists;
	struct shim_driver *driver;
	struct shim_adapter *adapter;
	NDIS_HANDLE handle;
	PNDIS_BUFFER buffer;
	PNDIS_PACKET packet;
	struct shim_frame *frame;
};

/* DriverEntry has no context. */
static struct miniport *starting;

/* ---- the miniport ------------------------------------------------------------------------- */

static NDIS_STATUS initialize(PNDIS_STATUS open_error, PUINT medium, PNDIS_MEDIUM media, UINT count,
			      NDIS_HANDLE handle, NDIS_HANDLE configuration)
{
	struct miniport *m = starting;
	unsigned int bits = m->way->bits;

	*medium = 0;
	m->handle = handle;
	NdisMSetAttributesEx(handle, m, 0, NDIS_ATTRIBUTE_DESERIALIZE | NDIS_ATTRIBUTE_BUS_MASTER,
			     NdisInterfacePci);
	if (m->lists)
		return NdisMInitializeScatterGatherDma(handle, bits == 64, 2 * PAGE_SIZE);
	return NdisMAllocateMapRegisters(handle, 0,
					 bits == 24   ? NDIS_DMA_24BITS
					 : bits == 32 ? NDIS_DMA_32BITS
						      : NDIS_DMA_64BITS,
					 4, 2 * PAGE_SIZE);
}

static VOID halt(NDIS_HANDLE context)
{
	struct miniport *m = context;

	if (!m->lists)
		NdisMFreeMapRegisters(m->handle);
}

static VOID send_packets(NDIS_HANDLE context, PPNDIS_PACKET packets, UINT count)
{
	struct miniport *m = context;

	g_assert_cmpuint(count, ==, 1);
	m->packet = packets[0];
}

static NDIS_STATUS reset(PBOOLEAN addressing, NDIS_HANDLE context)
{
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS refuse(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			  PULONG done, PULONG needed)
{
	return NDIS_STATUS_NOT_SUPPORTED;
}

static int32_t driver_entry(void *object, void *path)
{
	NDIS50_MINIPORT_CHARACTERISTICS functions = {
		.MajorNdisVersion = 5,
		.InitializeHandler = initialize,
		.HaltHandler = halt,
		.ResetHandler = reset,
		.QueryInformationHandler = refuse,
		.SetInformationHandler = refuse,
		.SendPacketsHandler = send_packets,
	};
	NDIS_HANDLE wrapper;

	NdisMInitializeWrapper(&wrapper, object, path, NULL);
	return NdisMRegisterMiniport(wrapper, (PNDIS_MINIPORT_CHARACTERISTICS)&functions,
				     sizeof(functions));
}

static void on_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
	g_assert_not_reached();
}

/* ---- life ---------------------------------------------------------------------------------- */

static void open_miniport(struct way *w, bool lists)
{
	const struct shim_adapter_options options = {
		.dma = w->dma,
		/* The only way to lists below 16 MiB. */
		.max_address_bits = w->bits == 24 ? 24 : 0,
		.frames = 4,
	};
	const struct shim_client client = {.receive = on_receive};
	struct miniport *m = g_new0(struct miniport, 1);

	w->state = m;
	m->way = w;
	m->lists = lists;
	starting = m;
	g_assert_cmpint(shim_driver_start(driver_entry, "ways", &m->driver), ==, 0);
	g_assert_cmpint(shim_adapter_start(m->driver, w->platform, &options, &client, &m->adapter),
			==, 0);
}

static void open_registers(struct way *w)
{
	open_miniport(w, false);
}

static void open_lists(struct way *w)
{
	open_miniport(w, true);
}

static void close_miniport(struct way *w)
{
	struct miniport *m = w->state;
	struct shim_statistics statistics;

	shim_adapter_statistics(m->adapter, &statistics);
	g_assert_cmpuint(statistics.violations, ==, 0);
	g_assert_cmpuint(shim_adapter_stop(m->adapter), ==, 0);
	shim_driver_stop(m->driver);
	g_free(m);
}

/* ---- a buffer ------------------------------------------------------------------------------ */

static void map(struct way *w, bool to_device)
{
	struct miniport *m = w->state;
	NDIS_PHYSICAL_ADDRESS_UNIT units[WAY_RUNS];
	UINT i;

	NdisMStartBufferPhysicalMapping(m->handle, m->buffer, 0, to_device, units, &w->count);
	g_assert_cmpuint(w->count, >, 0);
	for (i = 0; i < w->count; i++)
		w->runs[i] = (struct dma_run){{(uint64_t)units[i].PhysicalAddress.QuadPart},
					      units[i].Length};
}

static void start_buffer(struct way *w, unsigned char *buffer, size_t length, bool to_device)
{
	struct miniport *m = w->state;
	NDIS_STATUS status;

	NdisAllocateBuffer(&status, &m->buffer, NULL, buffer, (UINT)length);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	map(w, to_device);
}

static void complete_buffer(struct way *w)
{
	struct miniport *m = w->state;

	NdisMCompleteBufferPhysicalMapping(m->handle, m->buffer, 0);
	NdisFreeBuffer(m->buffer);
}

/* ---- a packet ------------------------------------------------------------------------------ */

static unsigned char *prepare_frame(struct way *w, const unsigned char *data, size_t length)
{
	struct miniport *m = w->state;
	size_t capacity;
	void *memory;

	m->frame = shim_frame_allocate(m->adapter, &memory, &capacity);
	g_assert_nonnull(m->frame);
	g_assert_cmpuint(length, <=, capacity);
	memcpy(memory, data, length);
	return memory;
}

static void send_frame(struct miniport *m, size_t length)
{
	g_assert_cmpint(shim_send(m->adapter, &m->frame, &length, 1, NULL, NULL), ==, 0);
	g_assert_nonnull(m->packet);
}

static void start_packet(struct way *w, unsigned char *buffer, size_t length, bool to_device)
{
	struct miniport *m = w->state;

	send_frame(m, length);
	NdisQueryPacket(m->packet, NULL, NULL, &m->buffer, NULL);
	map(w, to_device);
}

static void complete_packet(struct way *w)
{
	struct miniport *m = w->state;

	NdisMCompleteBufferPhysicalMapping(m->handle, m->buffer, 0);
	NdisMSendComplete(m->handle, m->packet, NDIS_STATUS_SUCCESS);
	m->packet = NULL;
}

static void start_list(struct way *w, unsigned char *buffer, size_t length, bool to_device)
{
	struct miniport *m = w->state;
	PSCATTER_GATHER_LIST list;
	ULONG i;

	send_frame(m, length);
	list = NDIS_PER_PACKET_INFO_FROM_PACKET(m->packet, ScatterGatherListPacketInfo);
	g_assert_nonnull(list);
	w->count = list->NumberOfElements;
	g_assert_cmpuint(w->count, <=, WAY_RUNS);
	for (i = 0; i < w->count; i++)
		w->runs[i] = (struct dma_run){{(uint64_t)list->Elements[i].Address.QuadPart},
					      list->Elements[i].Length};
}

static void complete_list(struct way *w)
{
	struct miniport *m = w->state;

	NdisMSendComplete(m->handle, m->packet, NDIS_STATUS_SUCCESS);
	m->packet = NULL;
}

const struct way_ops way_ndis_buffer = {
	.name = "ndis-buffer",
	.open = open_registers,
	.start = start_buffer,
	.complete = complete_buffer,
	.close = close_miniport,
};

const struct way_ops way_ndis_packet = {
	.name = "ndis-packet",
	.sends = true,
	.open = open_registers,
	.prepare = prepare_frame,
	.start = start_packet,
	.complete = complete_packet,
	.close = close_miniport,
};

const struct way_ops way_ndis_list = {
	.name = "ndis-list",
	.sends = true,
	.open = open_lists,
	.prepare = prepare_frame,
	.start = start_list,
	.complete = complete_list,
	.close = close_miniport,
};
