/* SPDX-License-Identifier: MIT */
/*
 * life_cycle.c - from MiniportInitialize to MiniportHalt
 *
 * Source: ndis-hal-dma.md section 10.
 */
#include <errno.h>
#include <stdlib.h>

#include "hal/device.h"
#include "ke/bug_check.h"
#include "ndis/configuration.h"
#include "ndis/dma.h"
#include "ndis/dma_channel.h"
#include "ndis/interrupt.h"
#include "ndis/io.h"
#include "ndis/memory.h"
#include "ndis/miniport_call.h"
#include "ndis/receive.h"
#include "ndis/removal.h"
#include "ndis/request.h"
#include "ndis/send.h"
#include "ndis/timer.h"
#include "ndis/verify.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

static const char shutdown_name[] = "shutdown handler";

#define STOP_TIMEOUT_NS 1000000000ll
#define FRAMES_LIMIT	65536u
#define DEFAULT_BATCH	32u

VOID NTAPI NdisMSetAttributesEx(NDIS_HANDLE MiniportAdapterHandle,
				NDIS_HANDLE MiniportAdapterContext, UINT CheckForHangTimeInSeconds,
				ULONG AttributeFlags, NDIS_INTERFACE_TYPE AdapterType)
{
	static const char call[] = "NdisMSetAttributesEx";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);

	TRACE(call, "adapter %p, context %p, hang time %u s, attributes 0x%x, bus %d)",
	      (void *)adapter, MiniportAdapterContext, CheckForHangTimeInSeconds, AttributeFlags,
	      AdapterType);
	if (!adapter)
		return;
	ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL);
	if (adapter->state != ADAPTER_INITIALIZING || adapter->attributes_set) {
		ndis_violation(adapter, call,
			       "one NdisMSetAttributes(Ex) is called, and from MiniportInitialize",
			       "%s",
			       adapter->attributes_set ? "the attributes are set already"
						       : "called after MiniportInitialize");
		return;
	}
	if (AttributeFlags & NDIS_ATTRIBUTE_INTERMEDIATE_DRIVER)
		ndis_violation(adapter, call, "an adapter on a device is no intermediate driver",
			       "NDIS_ATTRIBUTE_INTERMEDIATE_DRIVER is set in 0x%x", AttributeFlags);
	adapter->context = MiniportAdapterContext;
	adapter->hang_seconds = CheckForHangTimeInSeconds;
	adapter->attributes = AttributeFlags;
	adapter->bus = AdapterType;
	adapter->attributes_set = true;
}

VOID NTAPI NdisMRegisterAdapterShutdownHandler(NDIS_HANDLE MiniportAdapterHandle,
					       PVOID ShutdownContext,
					       ADAPTER_SHUTDOWN_HANDLER ShutdownHandler)
{
	static const char call[] = "NdisMRegisterAdapterShutdownHandler";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);

	TRACE(call, "adapter %p, context %p)", (void *)adapter, ShutdownContext);
	if (!adapter || !ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL))
		return;
	adapter->shutdown = ShutdownHandler;
	adapter->shutdown_context = ShutdownContext;
	ndis_verify_gone(adapter, shutdown_name, &adapter->shutdown, call, NULL);
	ndis_verify_made(adapter, shutdown_name, &adapter->shutdown, call,
			 __builtin_return_address(0));
}

VOID NTAPI NdisMDeregisterAdapterShutdownHandler(NDIS_HANDLE MiniportAdapterHandle)
{
	static const char call[] = "NdisMDeregisterAdapterShutdownHandler";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);

	TRACE(call, "adapter %p)", (void *)adapter);
	if (!adapter || !ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL))
		return;
	adapter->shutdown = NULL;
	adapter->shutdown_context = NULL;
	ndis_verify_gone(adapter, shutdown_name, &adapter->shutdown, call,
			 __builtin_return_address(0));
}

/* The machine ends: each device is silenced by its driver, as far as it can. */
static void shut_down_adapters(void)
{
	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		ADAPTER_SHUTDOWN_HANDLER handler = adapter->shutdown;
		PVOID context = adapter->shutdown_context;

		if (!handler) {
			handler = adapter->driver->functions.AdapterShutdownHandler;
			context = adapter->context;
		}
		if (!handler || adapter->state == ADAPTER_HALTED)
			continue;
		ndis_set_current_owner(adapter);
		TRACE_ENTER("MiniportShutdown", "context %p)", context);
		adapter->shutting_down = true;
		handler(context);
		adapter->shutting_down = false;
		TRACE_LEAVE("MiniportShutdown", ")");
	}
}

/* ---- start ------------------------------------------------------------------------------------
 */

static int check_options(const struct shim_adapter_options *options,
			 const struct shim_client *client)
{
	unsigned int bits = options->max_address_bits;

	if (bits && bits != 24 && bits != 32 && bits != 64) {
		log_error("max_address_bits is %u: it is 0, 24, 32 or 64", bits);
		return -EINVAL;
	}
	if ((unsigned int)options->verify > SHIM_VERIFY_STOP) {
		log_error("verify is %u: it is SHIM_VERIFY_OFF (0), _REPORT (1) or _STOP (2)",
			  (unsigned int)options->verify);
		return -EINVAL;
	}
	if (options->single_element && options->dma.fragment != DMA_FRAGMENT_NONE) {
		log_error("single_element is set, and fragment is page: pieces that never cross a "
			  "page cannot be one element");
		return -EINVAL;
	}
	if (options->frames > FRAMES_LIMIT) {
		log_error("frames is %u: at most %u", options->frames, FRAMES_LIMIT);
		return -EINVAL;
	}
	if (options->header_bytes >= FRAME_STRIDE) {
		log_error("header_bytes is %u: less than %u, the capacity of a frame",
			  options->header_bytes, FRAME_STRIDE);
		return -EINVAL;
	}
	if (!client->receive) {
		log_error("the client has no function for received frames");
		return -EINVAL;
	}
	return 0;
}

static unsigned int free_number(void)
{
	unsigned int number = 0;

	for (struct shim_adapter *adapter = ndis_adapters; adapter;) {
		bool taken = adapter->number == number;

		number += taken;
		adapter = taken ? ndis_adapters : adapter->next;
	}
	return number;
}

static int create(struct shim_driver *driver, struct platform *platform,
		  const struct shim_adapter_options *options, const struct shim_client *client,
		  struct shim_adapter **adapter)
{
	const struct shim_device_options device_options = {
		.dma = options->dma,
		.verify = options->verify,
	};
	struct shim_adapter *created = calloc(1, sizeof(*created));
	int result;

	if (!created)
		return -ENOMEM;
	result = hal_device_create(platform, &device_options, driver->name, &created->device);
	if (result) {
		free(created);
		return result;
	}
	created->driver = driver;
	created->platform = platform;
	created->options = *options;
	created->verifier = hal_device_verifier(created->device);
	created->client = *client;
	created->state = ADAPTER_INITIALIZING;
	created->number = free_number();
	ke_on_bug_check(shut_down_adapters);
	created->next = ndis_adapters;
	ndis_adapters = created;
	driver->adapters++;
	*adapter = created;
	return 0;
}

static void destroy(struct shim_adapter *adapter)
{
	struct shim_adapter **link = &ndis_adapters;

	while (*link != adapter)
		link = &(*link)->next;
	*link = adapter->next;
	adapter->driver->adapters--;
	ndis_removal_ignore(adapter);
	ndis_bundle_leave(adapter);
	free(adapter->io.resources);
	ke_detach_event_loop();
	shim_device_destroy(adapter->device);
	free(adapter);
}

static NDIS_STATUS call_initialize(struct shim_adapter *adapter, UINT *medium)
{
	static const char name[] = "MiniportInitialize";
	NDIS_MEDIUM media[] = {NdisMedium802_3};
	NDIS_STATUS open_error = NDIS_STATUS_SUCCESS;
	struct miniport_call call;
	NDIS_STATUS status;

	ndis_enter_miniport(adapter, name, KE_PASSIVE_LEVEL, &call);
	TRACE_ENTER(name, "adapter %p, configuration %p)", (void *)adapter,
		    (void *)&adapter->configuration);
	status = adapter->driver->functions.InitializeHandler(
		&open_error, medium, media, ARRAYSIZE(media), adapter, &adapter->configuration);
	TRACE_LEAVE(name, "medium %u) -> %s", *medium, ndis_status_text(status));
	ndis_leave_miniport(adapter, &call);
	if (status != NDIS_STATUS_SUCCESS)
		log_error("%s: MiniportInitialize failed: %s (open error %s)",
			  adapter->driver->name, ndis_status_text(status),
			  ndis_status_text(open_error));
	return status;
}

/* How many packets MiniportSendPackets may get at once. */
static void choose_batch(struct shim_adapter *adapter)
{
	uint32_t limit = 0;

	adapter->send.batch = DEFAULT_BATCH;
	if (!adapter->driver->functions.SendPacketsHandler)
		return;
	if (ndis_query(adapter, OID_GEN_MAXIMUM_SEND_PACKETS, &limit, sizeof(limit)) !=
	    sizeof(limit))
		limit = ndis_is_serialised(adapter) ? 1 : DEFAULT_BATCH;
	if (limit && limit < DEFAULT_BATCH)
		adapter->send.batch = limit;
}

/* MiniportInitialize succeeded: what remains until frames can flow. */
static int make_ready(struct shim_adapter *adapter, UINT medium)
{
	int result;

	if (!adapter->attributes_set) {
		ndis_violation(adapter, "MiniportInitialize",
			       "MiniportInitialize calls NdisMSetAttributes(Ex)", "it did not");
		return -EIO;
	}
	if (medium != 0) {
		ndis_violation(adapter, "MiniportInitialize",
			       "SelectedMediumIndex is an index into MediumArray",
			       "SelectedMediumIndex is %u, the array has 1 element", medium);
		return -EIO;
	}
	ndis_configuration_check_closed(adapter);
	result = ndis_frames_create(adapter);
	if (result) {
		log_error("%s: no memory for transmit frames: %s", adapter->driver->name,
			  dma_error_text(adapter->dma.adapter, result));
		return result;
	}
	adapter->state = ADAPTER_RUNNING;
	choose_batch(adapter);
	ndis_supervision_start(adapter);
	return 0;
}

/* Reports and frees what the miniport left behind.  Return: how much that was. */
static unsigned int clean_up(struct shim_adapter *adapter, const char *call)
{
	unsigned int leaks = 0;

	verifier_hold(adapter->verifier);
	adapter->state = ADAPTER_HALTED;
	leaks += ndis_interrupt_release(adapter, call);
	if (adapter->shutdown) {
		ndis_violation_code(adapter,
				    VERIFIER_DETAIL(VERIFIER_NONE, .object = &adapter->shutdown),
				    call,
				    "NdisMDeregisterAdapterShutdownHandler undoes its counterpart",
				    "a shutdown handler is still registered");
		leaks++;
	}
	leaks += ndis_io_release(adapter, call);
	leaks += ndis_dma_release(adapter, call);
	leaks += ndis_dma_channel_release(adapter, call);
	leaks += ndis_timer_release(adapter, call, adapter);
	leaks += ndis_kernel_timer_release(adapter, call, adapter);
	leaks += ndis_work_item_release(adapter, call, adapter);
	if (adapter->verifier)
		ndis_verify_spin_locks(adapter, call, NULL, SIZE_MAX);
	leaks += ndis_release_memory(adapter, call, adapter);
	adapter->log = NULL;
	ndis_configuration_release(adapter);
	ndis_request_release(adapter);
	ndis_receive_release(adapter);
	ndis_frames_destroy(adapter);
	if (adapter->dma.adapter)
		dma_adapter_destroy(adapter->dma.adapter);
	leaks += hal_device_discard(adapter->device, call);
	verifier_let_go(adapter->verifier);
	return leaks;
}

static void call_halt(struct shim_adapter *adapter)
{
	static const char name[] = "MiniportHalt";
	struct miniport_call call;

	adapter->state = ADAPTER_HALTING;
	ndis_enter_miniport(adapter, name, KE_PASSIVE_LEVEL, &call);
	TRACE_ENTER(name, "context %p)", adapter->context);
	adapter->driver->functions.HaltHandler(adapter->context);
	TRACE_LEAVE(name, ")");
	ndis_leave_miniport(adapter, &call);
}

SHIM_EXPORT int shim_adapter_start(struct shim_driver *driver, struct platform *platform,
				   const struct shim_adapter_options *options,
				   const struct shim_client *client, struct shim_adapter **adapter)
{
	uint64_t begin = event_loop_now();
	struct shim_adapter *created;
	UINT medium = 0;
	int result = check_options(options, client);

	if (result)
		return result;
	if (ke_current_irql() != KE_PASSIVE_LEVEL)
		return -EDEADLK;
	result = ke_attach_event_loop(platform->loop);
	if (result) {
		log_error("the adapters of one thread share one event loop");
		return result;
	}
	result = create(driver, platform, options, client, &created);
	if (result) {
		ke_detach_event_loop();
		return result;
	}
	result = ndis_configuration_create(created);
	if (!result && call_initialize(created, &medium) != NDIS_STATUS_SUCCESS)
		result = -EIO;
	if (!result) {
		result = make_ready(created, medium);
		if (result)
			call_halt(created);
	}
	if (result) {
		clean_up(created, "a failing MiniportInitialize");
		destroy(created);
		return result;
	}
	created->start_milliseconds = (uint32_t)((event_loop_now() - begin) / 1000000u);
	ndis_removal_watch(created);
	*adapter = created;
	return 0;
}

/* ---- stop -------------------------------------------------------------------------------------
 */

static bool is_quiet(void *context)
{
	const struct shim_adapter *adapter = context;

	return !adapter->send.pending && !adapter->dma.requests && !adapter->request.active &&
	       !(adapter->reset.active && !adapter->reset.done) && ndis_receive_is_idle(adapter);
}

/* No new work, and what is under way ends. */
static void drain(struct shim_adapter *adapter)
{
	unsigned int irql;
	uint32_t no_filter = 0;

	if (!adapter->removed)
		ndis_set(adapter, OID_GEN_CURRENT_PACKET_FILTER, &no_filter, sizeof(no_filter));
	irql = ke_raise_irql(KE_DISPATCH_LEVEL);
	adapter->state = ADAPTER_STOPPING;
	ndis_supervision_stop(adapter);
	ndis_send_abort_queued(adapter, NDIS_STATUS_REQUEST_ABORTED);
	ke_lower_irql(irql);
	if (!ke_wait(is_quiet, adapter, STOP_TIMEOUT_NS))
		log_warning("%s: %u sends and %s request are still pending after 1 second",
			    adapter->driver->name, adapter->send.pending,
			    adapter->request.active ? "a" : "no");
	ndis_shared_memory_finish(adapter);
	ke_run_work_items();
}

SHIM_EXPORT unsigned int shim_adapter_stop(struct shim_adapter *adapter)
{
	unsigned int leaks = 0;
	unsigned int pending;

	if (ke_current_irql() != KE_PASSIVE_LEVEL) {
		log_error("shim_adapter_stop: called at IRQL %u, not at PASSIVE_LEVEL",
			  ke_current_irql());
		return 0;
	}
	ndis_removal_begin(adapter);
	drain(adapter);
	ndis_removal_finish(adapter);
	call_halt(adapter);
	pending = adapter->send.pending;
	if (pending) {
		ndis_violation_code(
			adapter,
			VERIFIER_DETAIL(adapter->dma.scatter_gather ? VERIFIER_LIST_LEFT : VERIFIER_NONE,
				  .parameters = {(uintptr_t)adapter, pending}),
			"MiniportHalt",
			"MiniportHalt completes the packets that the miniport still has",
			"%u packets are not complete", pending);
		ndis_send_abort_pending(adapter, NDIS_STATUS_REQUEST_ABORTED);
		leaks += pending;
	}
	leaks += clean_up(adapter, "MiniportHalt");
	destroy(adapter);
	return leaks;
}

SHIM_EXPORT void shim_adapter_statistics(struct shim_adapter *adapter,
					 struct shim_statistics *statistics)
{
	struct shim_device_statistics device;

	shim_device_statistics(adapter->device, &device);
	*statistics = adapter->statistics;
	statistics->violations += device.violations;
	statistics->verify = device.verify;
	statistics->dma = device.dma;
	statistics->sends_pending = adapter->send.pending;
	if (adapter->dma.adapter)
		dma_statistics_add(&statistics->dma, dma_adapter_statistics(adapter->dma.adapter));
}

SHIM_EXPORT void shim_adapter_fault(struct shim_adapter *adapter, const struct platform_fault *fault)
{
	shim_device_fault(adapter->device, fault);
}

SHIM_EXPORT int shim_run_once(int64_t timeout)
{
	return ke_run_once(timeout);
}
