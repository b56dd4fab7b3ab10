/* SPDX-License-Identifier: MIT */
/*
 * ndis_fixture.c - see ndis_fixture.h
 */
#include <stdlib.h>
#include <string.h>

#include "ndis_fixture.h"

struct ndis_fixture *fixture_current;

/* ---- the miniport ------------------------------------------------------------------------- */

static NDIS_STATUS mini_initialize(PNDIS_STATUS open_error, PUINT medium, PNDIS_MEDIUM media,
				   UINT count, NDIS_HANDLE handle, NDIS_HANDLE configuration)
{
	struct ndis_fixture *f = fixture_current;

	g_assert_cmpuint(count, ==, 1);
	g_assert_cmpint(media[0], ==, NdisMedium802_3);
	g_assert_cmpint(*open_error, ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	*medium = f->medium;
	f->handle = handle;
	if (!f->without_attributes)
		NdisMSetAttributesEx(handle, f, f->hang_seconds, f->attributes, NdisInterfacePci);
	return f->hooks.initialize ? f->hooks.initialize(f, configuration) : NDIS_STATUS_SUCCESS;
}

static VOID mini_halt(NDIS_HANDLE context)
{
	struct ndis_fixture *f = fixture_current;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	f->halts++;
	if (f->hooks.halt)
		f->hooks.halt(f);
}

static NDIS_STATUS mini_reset(PBOOLEAN addressing, NDIS_HANDLE context)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	return f->hooks.reset ? f->hooks.reset(f, addressing) : NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS mini_query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			      PULONG written, PULONG needed)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	return f->hooks.query ? f->hooks.query(f, oid, buffer, length, written, needed)
			      : NDIS_STATUS_NOT_SUPPORTED;
}

static NDIS_STATUS mini_set(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			    PULONG used, PULONG needed)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	if (f->hooks.set)
		return f->hooks.set(f, oid, buffer, length, used, needed);
	*used = length;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS mini_send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	return f->hooks.send ? f->hooks.send(f, packet) : NDIS_STATUS_SUCCESS;
}

static VOID mini_send_packets(NDIS_HANDLE context, PPNDIS_PACKET packets, UINT count)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	g_assert_cmpuint(count, >, 0);
	if (f->hooks.send_packets) {
		f->hooks.send_packets(f, packets, count);
		return;
	}
	for (UINT i = 0; i < count; i++)
		NdisMSendComplete(f->handle, packets[i], NDIS_STATUS_SUCCESS);
}

static VOID mini_return_packet(NDIS_HANDLE context, PNDIS_PACKET packet)
{
	struct ndis_fixture *f = context;

	if (f->hooks.return_packet)
		f->hooks.return_packet(f, packet);
}

static NDIS_STATUS mini_transfer_data(PNDIS_PACKET packet, PUINT transferred, NDIS_HANDLE context,
				      NDIS_HANDLE receive_context, UINT offset, UINT length)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	return f->hooks.transfer_data ? f->hooks.transfer_data(f, packet, transferred,
							       receive_context, offset, length)
				      : NDIS_STATUS_FAILURE;
}

static VOID mini_allocate_complete(NDIS_HANDLE context, PVOID va, PNDIS_PHYSICAL_ADDRESS logical,
				   ULONG length, PVOID request)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	if (f->hooks.allocate_complete)
		f->hooks.allocate_complete(f, va, logical, length, request);
}

static VOID mini_isr(PBOOLEAN recognized, PBOOLEAN queue, NDIS_HANDLE context)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), >, DISPATCH_LEVEL);
	*recognized = TRUE;
	*queue = TRUE;
	if (f->hooks.isr)
		f->hooks.isr(f, recognized, queue);
}

static VOID mini_handle_interrupt(NDIS_HANDLE context)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	if (f->hooks.handle_interrupt)
		f->hooks.handle_interrupt(f);
}

static VOID mini_enable_interrupt(NDIS_HANDLE context)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), >, DISPATCH_LEVEL);
	if (f->hooks.enable_interrupt)
		f->hooks.enable_interrupt(f);
}

static VOID mini_disable_interrupt(NDIS_HANDLE context)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), >, DISPATCH_LEVEL);
	if (f->hooks.disable_interrupt)
		f->hooks.disable_interrupt(f);
}

static BOOLEAN mini_check_for_hang(NDIS_HANDLE context)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	return f->hooks.check_for_hang ? f->hooks.check_for_hang(f) : FALSE;
}

static VOID mini_unload(PDRIVER_OBJECT object)
{
	fixture_current->unloads++;
}

static UINT characteristics_length(UCHAR major, UCHAR minor)
{
	if (major == 3)
		return sizeof(NDIS30_MINIPORT_CHARACTERISTICS);
	if (major == 4)
		return sizeof(NDIS40_MINIPORT_CHARACTERISTICS);
	return minor ? sizeof(NDIS51_MINIPORT_CHARACTERISTICS)
		     : sizeof(NDIS50_MINIPORT_CHARACTERISTICS);
}

static int32_t driver_entry(void *object, void *path)
{
	struct ndis_fixture *f = fixture_current;
	NDIS51_MINIPORT_CHARACTERISTICS functions = {
		.MajorNdisVersion = f->major,
		.MinorNdisVersion = f->minor,
		.CheckForHangHandler = mini_check_for_hang,
		.DisableInterruptHandler = mini_disable_interrupt,
		.EnableInterruptHandler = mini_enable_interrupt,
		.HaltHandler = mini_halt,
		.HandleInterruptHandler = mini_handle_interrupt,
		.InitializeHandler = mini_initialize,
		.ISRHandler = f->without_isr ? NULL : mini_isr,
		.QueryInformationHandler = mini_query,
		.ResetHandler = mini_reset,
		.SendHandler = mini_send,
		.SetInformationHandler = mini_set,
		.TransferDataHandler = f->without_transfer_data ? NULL : mini_transfer_data,
		.ReturnPacketHandler = f->without_return_packet ? NULL : mini_return_packet,
		.SendPacketsHandler = f->without_send_packets ? NULL : mini_send_packets,
		.AllocateCompleteHandler =
			f->without_allocate_complete ? NULL : mini_allocate_complete,
	};
	NDIS_HANDLE wrapper;
	NDIS_STATUS status;

	if (f->edit)
		f->edit(&functions);
	NdisMInitializeWrapper(&wrapper, object, path, NULL);
	status = NdisMRegisterMiniport(wrapper, &functions,
				       characteristics_length(f->major, f->minor));
	if (status == NDIS_STATUS_SUCCESS)
		NdisMRegisterUnloadHandler(wrapper, mini_unload);
	else
		NdisTerminateWrapper(wrapper, NULL);
	return status;
}

/* ---- the host program ---------------------------------------------------------------------- */

static void on_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	g_byte_array_set_size(f->received, 0);
	for (unsigned int i = 0; i < count; i++)
		g_byte_array_append(f->received, pieces[i].va, (guint)pieces[i].length);
	f->frames_received++;
}

static void on_receive_done(void *context)
{
	((struct ndis_fixture *)context)->receive_done++;
}

static void on_link(void *context, bool up)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	f->link_changes++;
	f->link_up = up;
}

static void on_removed(void *context)
{
	((struct ndis_fixture *)context)->removed++;
}

static void on_asked_back(void *context, bool gone)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	f->asked_back++;
	f->gone = gone;
}

static void on_sent(void *context, int32_t status)
{
	struct ndis_fixture *f = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	g_array_append_val(f->sent, status);
}

void fixture_set_up(struct ndis_fixture *f)
{
	memset(f, 0, sizeof(*f));
	fixture_current = f;
	f->loop = event_loop_create();
	f->platform = fake_platform_create(f->loop, NULL, true);
	f->attributes = NDIS_ATTRIBUTE_BUS_MASTER;
	f->major = 5;
	f->minor = 1;
	f->options.dma.copybreak = DMA_DEFAULT_COPYBREAK;
	f->options.frames = 16;
	f->received = g_byte_array_new();
	f->sent = g_array_new(FALSE, FALSE, sizeof(int32_t));
	f->log_stream = open_memstream(&f->log, &f->log_length);
	shim_log_to(f->log_stream);
}

int fixture_start_driver(struct ndis_fixture *f)
{
	return shim_driver_start(driver_entry, "mini", &f->driver);
}

int fixture_start(struct ndis_fixture *f)
{
	const struct shim_client client = {
		.receive = on_receive,
		.receive_done = on_receive_done,
		.link = on_link,
		.removed = on_removed,
		.asked_back = on_asked_back,
		.context = f,
	};
	int result;

	if (!f->driver)
		g_assert_cmpint(fixture_start_driver(f), ==, 0);
	result = shim_adapter_start(f->driver, f->platform, &f->options, &client, &f->adapter);
	if (result)
		f->adapter = NULL;
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	return result;
}

unsigned int fixture_stop(struct ndis_fixture *f)
{
	unsigned int leaks = shim_adapter_stop(f->adapter);

	f->adapter = NULL;
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	return leaks;
}

void fixture_tear_down(struct ndis_fixture *f)
{
	if (f->adapter) {
		g_assert_cmpuint(fixture_statistics(f).violations, ==, f->violations);
		g_assert_cmpuint(fixture_stop(f), ==, 0);
	}
	if (f->driver)
		shim_driver_stop(f->driver);
	if (strstr(fixture_log(f), "rule:"))
		g_error("unexpected violation: %s", f->log);
	g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, 0);
	g_assert_cmpuint(fake_counts(f->platform)->memory_allocations, ==, 0);
	platform_close(f->platform);
	event_loop_destroy(f->loop);
	shim_log_to(NULL);
	fclose(f->log_stream);
	free(f->log);
	g_byte_array_unref(f->received);
	g_array_unref(f->sent);
}

const char *fixture_log(struct ndis_fixture *f)
{
	fflush(f->log_stream);
	return f->log;
}

void fixture_expect_log(struct ndis_fixture *f, const char *text)
{
	if (!strstr(fixture_log(f), text))
		g_error("\"%s\" is not in the log: %s", text, f->log);
	fclose(f->log_stream);
	free(f->log);
	f->log_stream = open_memstream(&f->log, &f->log_length);
	shim_log_to(f->log_stream);
}

void fixture_expect_violations(struct ndis_fixture *f, unsigned int count, const char *text)
{
	unsigned int found = 0;

	for (const char *at = fixture_log(f); (at = strstr(at, "; rule: ")); at++)
		found++;
	if (found != count)
		g_error("%u violations instead of %u: %s", found, count, f->log);
	fixture_expect_log(f, text);
	f->violations += count;
}

void fixture_expect_violation(struct ndis_fixture *f, const char *text)
{
	fixture_expect_violations(f, 1, text);
}

void fixture_settle(struct ndis_fixture *f)
{
	while (shim_run_once(0) > 0)
		;
}

void fixture_run(struct ndis_fixture *f, unsigned int milliseconds)
{
	uint64_t end = event_loop_now() + milliseconds * 1000000ull;
	uint64_t now;

	while ((now = event_loop_now()) < end)
		shim_run_once((int64_t)(end - now));
	/* On a busy machine the end comes before what was due. */
	fixture_settle(f);
}

void fixture_send(struct ndis_fixture *f, size_t length, unsigned int seed)
{
	struct shim_frame *frame;
	size_t capacity;
	void *data;

	frame = shim_frame_allocate(f->adapter, &data, &capacity);
	g_assert_nonnull(frame);
	g_assert_cmpuint(capacity, >=, 1536);
	fill(data, length, seed);
	g_assert_cmpint(shim_send(f->adapter, &frame, &length, 1, on_sent, f), ==, 0);
}

void fixture_expect_sent(struct ndis_fixture *f, unsigned int count, NDIS_STATUS status)
{
	g_assert_cmpuint(f->sent->len, ==, count);
	for (unsigned int i = 0; i < count; i++)
		g_assert_cmphex((uint32_t)g_array_index(f->sent, int32_t, i), ==, (uint32_t)status);
	g_array_set_size(f->sent, 0);
}

struct shim_statistics fixture_statistics(struct ndis_fixture *f)
{
	struct shim_statistics statistics;

	shim_adapter_statistics(f->adapter, &statistics);
	return statistics;
}

PNDIS_BUFFER fixture_buffer(void *va, size_t length)
{
	PNDIS_BUFFER buffer;
	NDIS_STATUS status;

	NdisAllocateBuffer(&status, &buffer, NULL, va, (UINT)length);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	return buffer;
}

void fill(void *va, size_t length, unsigned int seed)
{
	unsigned char *bytes = va;

	for (size_t i = 0; i < length; i++)
		bytes[i] = (unsigned char)(seed + i + (i >> 8));
}

void read_runs(struct ndis_fixture *f, const NDIS_PHYSICAL_ADDRESS_UNIT *runs, UINT count,
	       void *bytes, size_t length)
{
	unsigned char *to = bytes;
	size_t total = 0;

	for (UINT i = 0; i < count; i++) {
		g_assert_cmpuint(total + runs[i].Length, <=, length);
		g_assert_cmpint(
			fake_device_read(f->platform,
					 (logical_t){(uint64_t)runs[i].PhysicalAddress.QuadPart},
					 to + total, runs[i].Length),
			==, 0);
		total += runs[i].Length;
	}
	g_assert_cmpuint(total, ==, length);
}
