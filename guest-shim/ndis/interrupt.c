/* SPDX-License-Identifier: MIT */
/*
 * interrupt.c - MiniportISR at the device's level, MiniportHandleInterrupt after it
 *
 * The miniport believes that it has a line interrupt, whatever the platform uses.
 * A line stays masked by the platform from its delivery until it is rearmed, and is
 * rearmed when the miniport is through with it: after the DPC, or after an ISR that
 * wants no DPC.  An interrupt that arrives in between is not lost because the line
 * stays asserted, and one that nobody clears cannot storm.
 */
#include <errno.h>
#include <string.h>

#include "ndis/interrupt.h"
#include "ndis/memory.h"
#include "ndis/miniport_call.h"
#include "ndis/send.h"
#include "ndis/verify.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

static const char interrupt_name[] = "interrupt";
static const char latency_span[] = "interrupt to DPC";

/* Register of the configuration space, what it has for no line, and a line for devices without. */
#define INTERRUPT_LINE 0x3Cu
#define LINE_UNKNOWN 0xFFu
#define OTHER_LINE 0x30u

/* So many interrupts in a row that nobody claims mean that nobody ever will. */
#define UNCLAIMED_LIMIT 10000u

/** struct interrupt_state - the library's part of NDIS_MINIPORT_INTERRUPT */
struct interrupt_state {
	struct ke_dpc dpc;
	uint32_t unclaimed;
	bool disabled; /* given up: too many unclaimed */
} MAY_ALIAS;

C_ASSERT(sizeof(struct interrupt_state) <=
	 sizeof(NDIS_MINIPORT_INTERRUPT) - offsetof(NDIS_MINIPORT_INTERRUPT, Reserved));

static struct interrupt_state *state_of(PNDIS_MINIPORT_INTERRUPT interrupt)
{
	return (struct interrupt_state *)(void *)interrupt->Reserved;
}

static UCHAR interrupt_line(const struct shim_adapter *adapter)
{
	UCHAR line;

	return platform_config_read(adapter->platform, INTERRUPT_LINE, &line, sizeof(line)) ==
			       sizeof(line) ?
		       line :
		       LINE_UNKNOWN;
}

struct interrupt_resource ndis_interrupt_resource(const struct shim_adapter *adapter)
{
	const struct platform_isa *isa = platform_isa(adapter->platform);
	UCHAR line;

	if (isa)
		return (struct interrupt_resource){isa->irq, NdisInterruptLatched};
	line = interrupt_line(adapter);
	return (struct interrupt_resource){line && line != LINE_UNKNOWN ? line : OTHER_LINE,
					   NdisInterruptLevelSensitive};
}

/* Calls one of the handlers that switch the device's interrupt, at the device's level. */
static void call_switch(struct shim_adapter *adapter, const char *name,
			W_ENABLE_INTERRUPT_HANDLER handler)
{
	const void *owner;
	unsigned int irql;

	if (!handler)
		return;
	irql = ke_raise_irql(KE_DEVICE_LEVEL);
	owner = ndis_set_current_owner(adapter);
	TRACE_ENTER(name, "context %p)", adapter->context);
	handler(adapter->context);
	TRACE_LEAVE(name, ")");
	ndis_set_current_owner(owner);
	ke_lower_irql(irql);
}

static void handle_interrupt(void *context)
{
	static const char name[] = "MiniportHandleInterrupt";
	struct shim_adapter *adapter = context;
	PNDIS_MINIPORT_INTERRUPT interrupt = adapter->interrupt;
	struct miniport_call call;

	TRACE_END(latency_span, interrupt);
	adapter->statistics.dpcs++;
	interrupt->DpcCount++;
	ndis_enter_miniport(adapter, name, KE_DISPATCH_LEVEL, &call);
	TRACE_ENTER(name, "context %p)", adapter->context);
	interrupt->MiniportDpc(adapter->context);
	TRACE_LEAVE(name, ")");
	/* The handler may have disconnected the interrupt, against the rules. */
	if (adapter->interrupt == interrupt) {
		call_switch(adapter, "MiniportEnableInterrupt",
			    adapter->driver->functions.EnableInterruptHandler);
		platform_interrupt_rearm(adapter->platform);
	}
	ndis_send_unblock_idle(adapter);
	ndis_leave_miniport(adapter, &call);
}

static void call_isr(struct shim_adapter *adapter, BOOLEAN *recognized, BOOLEAN *queue)
{
	static const char name[] = "MiniportISR";
	unsigned int irql = ke_raise_irql(KE_DEVICE_LEVEL);
	const void *owner = ndis_set_current_owner(adapter);

	*recognized = FALSE;
	*queue = FALSE;
	TRACE_ENTER(name, "context %p)", adapter->context);
	adapter->interrupt->MiniportIsr(recognized, queue, adapter->context);
	TRACE_LEAVE(name, "recognized %u, queue %u)", *recognized, *queue);
	ndis_set_current_owner(owner);
	if (unlikely(ke_current_irql() != KE_DEVICE_LEVEL)) {
		ndis_violation(
			adapter, name, "MiniportISR returns at the level at which it was called",
			"called at IRQL %u, returned at %u", KE_DEVICE_LEVEL, ke_current_irql());
		if (ke_current_irql() < irql)
			ke_raise_irql(irql);
	}
	ke_lower_irql(irql);
}

/* Return: whether the line may be opened again. */
static bool account_unclaimed(struct shim_adapter *adapter, struct interrupt_state *state)
{
	if (adapter->platform->capabilities.polls_interrupt)
		return false;
	adapter->statistics.interrupts_foreign++;
	if (++state->unclaimed < UNCLAIMED_LIMIT)
		return true;
	if (!state->disabled)
		ndis_violation(
			adapter, "MiniportISR",
			"an interrupt that the device asserts is claimed and silenced",
			"%u interrupts in a row were not claimed; the interrupt stays masked",
			UNCLAIMED_LIMIT);
	state->disabled = true;
	return false;
}

/* Called by the platform, from the event loop. */
static void on_interrupt(void *context)
{
	struct shim_adapter *adapter = context;
	PNDIS_MINIPORT_INTERRUPT interrupt = adapter->interrupt;
	struct interrupt_state *state;
	BOOLEAN recognized = TRUE;
	BOOLEAN queue = TRUE;
	unsigned int irql;

	if (!interrupt)
		return;
	state = state_of(interrupt);
	irql = ke_current_irql();
	if (irql < KE_DISPATCH_LEVEL)
		ke_raise_irql(KE_DISPATCH_LEVEL);
	if (interrupt->IsrRequested || interrupt->SharedInterrupt ||
	    (adapter->state != ADAPTER_RUNNING && interrupt->MiniportIsr))
		call_isr(adapter, &recognized, &queue);
	else
		call_switch(adapter, "MiniportDisableInterrupt",
			    adapter->driver->functions.DisableInterruptHandler);
	if (recognized) {
		adapter->statistics.interrupts++;
		state->unclaimed = 0;
	}
	if (recognized && queue && interrupt->MiniportDpc) {
		if (ke_dpc_queue(&state->dpc, handle_interrupt, adapter))
			TRACE_BEGIN(latency_span, interrupt, "adapter %p)", (void *)adapter);
	} else if (recognized || account_unclaimed(adapter, state)) {
		platform_interrupt_rearm(adapter->platform);
	}
	/* Leaving the level runs the DPC. */
	ke_lower_irql(irql);
}

static bool handlers_exist(struct shim_adapter *adapter, const char *call, bool isr_needed)
{
	const NDIS51_MINIPORT_CHARACTERISTICS *functions = &adapter->driver->functions;

	if (!functions->HandleInterruptHandler || (isr_needed && !functions->ISRHandler)) {
		ndis_violation(
			adapter, call,
			"the driver must have registered HandleInterruptHandler and, for a shared "
			"or requested interrupt, ISRHandler",
			"%s is NULL",
			functions->HandleInterruptHandler ? "ISRHandler"
							  : "HandleInterruptHandler");
		return false;
	}
	if (!isr_needed && !functions->DisableInterruptHandler) {
		ndis_violation(adapter, call,
			       "without MiniportISR the library silences the device with "
			       "DisableInterruptHandler",
			       "DisableInterruptHandler is NULL");
		return false;
	}
	return true;
}

/*
 * Level and vector are one number, and drivers give either for both.  Those from before the
 * configuration manager take it from their configuration space, whatever that has.
 */
static bool is_interrupt(const struct shim_adapter *adapter, UINT vector, UINT level)
{
	return vector == level &&
	       (vector == ndis_interrupt_resource(adapter).line ||
		(!platform_isa(adapter->platform) && vector == interrupt_line(adapter)));
}

/*
 * A driver of NDIS 5 knows lines.  One message does as well; but a device with several may want to
 * be told which to send for what, and such a driver tells it nothing: MSI-X comes last.
 */
static int enable(struct shim_adapter *adapter)
{
	static const enum platform_interrupt order[] = {
		PLATFORM_INTERRUPT_MSI,
		PLATFORM_INTERRUPT_INTX,
		PLATFORM_INTERRUPT_MSIX,
	};
	int result = -ENODEV;

	if (adapter->options.interrupt != PLATFORM_INTERRUPT_AUTO)
		return platform_interrupt_enable(adapter->platform, adapter->options.interrupt,
						 on_interrupt, adapter);
	for (unsigned int i = 0; i < sizeof(order) / sizeof(order[0]) && result; i++)
		result = platform_interrupt_enable(adapter->platform, order[i], on_interrupt,
						   adapter);
	return result;
}

static NDIS_STATUS connect(struct shim_adapter *adapter, const char *call,
			   PNDIS_MINIPORT_INTERRUPT interrupt, UINT vector, UINT level)
{
	int result;

	if (!ndis_may_claim_hardware(adapter, call))
		return NDIS_STATUS_FAILURE;
	if (adapter->interrupt) {
		ndis_violation(adapter, call, "an adapter has one interrupt",
			       "the interrupt is registered already");
		return NDIS_STATUS_RESOURCE_CONFLICT;
	}
	if (!is_interrupt(adapter, vector, level)) {
		ndis_violation(
			adapter, call,
			"InterruptVector and InterruptLevel are those of the adapter's resources, "
			"or both its Interrupt Line register",
			"vector %u and level %u given, the resources have %u for both", vector,
			level, ndis_interrupt_resource(adapter).line);
		return NDIS_STATUS_RESOURCE_CONFLICT;
	}
	if (!handlers_exist(adapter, call, interrupt->IsrRequested || interrupt->SharedInterrupt))
		return NDIS_STATUS_FAILURE;
	adapter->interrupt = interrupt;
	result = enable(adapter);
	if (!result) {
		/* Drivers ask here whether they have an interrupt to disconnect. */
		interrupt->InterruptObject = adapter;
		return NDIS_STATUS_SUCCESS;
	}
	log_error("%s: the interrupt cannot be enabled: %s", call,
		  result == -ENODEV ? "the device has none of the kind that is asked for"
				    : strerror(-result));
	adapter->interrupt = NULL;
	return result == -ENOMEM ? NDIS_STATUS_RESOURCES : NDIS_STATUS_FAILURE;
}

NDIS_STATUS NTAPI NdisMRegisterInterrupt(PNDIS_MINIPORT_INTERRUPT Interrupt,
					 NDIS_HANDLE MiniportAdapterHandle, UINT InterruptVector,
					 UINT InterruptLevel, BOOLEAN RequestIsr,
					 BOOLEAN SharedInterrupt, NDIS_INTERRUPT_MODE InterruptMode)
{
	static const char call[] = "NdisMRegisterInterrupt";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	NDIS_STATUS status = NDIS_STATUS_FAILURE;

	if (adapter && ndis_is_given(call, "Interrupt", Interrupt)) {
		memset(Interrupt, 0, sizeof(*Interrupt));
		Interrupt->Miniport = adapter;
		Interrupt->MiniportIsr = adapter->driver->functions.ISRHandler;
		Interrupt->MiniportDpc = adapter->driver->functions.HandleInterruptHandler;
		Interrupt->SharedInterrupt = SharedInterrupt;
		Interrupt->IsrRequested = RequestIsr;
		status = connect(adapter, call, Interrupt, InterruptVector, InterruptLevel);
	}
	if (status == NDIS_STATUS_SUCCESS)
		ndis_verify_made(adapter, interrupt_name, Interrupt, call,
				 __builtin_return_address(0));
	TRACE(call, "adapter %p, vector %u, level %u, isr %u, shared %u, mode %d) -> %s",
	      (void *)adapter, InterruptVector, InterruptLevel, RequestIsr, SharedInterrupt,
	      InterruptMode, ndis_status_text(status));
	return status;
}

static void disconnect(struct shim_adapter *adapter, const char *call, const void *caller)
{
	ndis_verify_gone(adapter, interrupt_name, adapter->interrupt, call, caller);
	platform_interrupt_disable(adapter->platform);
	if (ke_dpc_cancel(&state_of(adapter->interrupt)->dpc))
		TRACE_END(latency_span, adapter->interrupt);
	adapter->interrupt->InterruptObject = NULL;
	adapter->interrupt = NULL;
}

/* The adapter whose interrupt this is, or NULL after a report. */
static struct shim_adapter *find_owner(const char *call, PNDIS_MINIPORT_INTERRUPT interrupt)
{
	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		if (interrupt && adapter->interrupt == interrupt)
			return adapter;
	}
	ndis_violation(NULL, call, "the interrupt is registered with NdisMRegisterInterrupt",
		       "%p is not", (void *)interrupt);
	return NULL;
}

VOID NTAPI NdisMDeregisterInterrupt(PNDIS_MINIPORT_INTERRUPT Interrupt)
{
	static const char call[] = "NdisMDeregisterInterrupt";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = find_owner(call, Interrupt);

	TRACE(call, "%p)", (void *)Interrupt);
	if (adapter && ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL))
		disconnect(adapter, call, __builtin_return_address(0));
}

BOOLEAN NTAPI NdisMSynchronizeWithInterrupt(PNDIS_MINIPORT_INTERRUPT Interrupt,
					    PVOID SynchronizeFunction, PVOID SynchronizeContext)
{
	static const char call[] = "NdisMSynchronizeWithInterrupt";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = find_owner(call, Interrupt);
	MINIPORT_SYNCHRONIZE_INTERRUPT_HANDLER function;
	unsigned int irql;
	BOOLEAN result;

	if (!adapter || !ndis_irql_at_most(adapter, call, KE_DEVICE_LEVEL) ||
	    !ndis_is_given(call, "SynchronizeFunction", SynchronizeFunction))
		return FALSE;
	memcpy(&function, &SynchronizeFunction, sizeof(function));
	irql = ke_raise_irql(KE_DEVICE_LEVEL);
	result = function(SynchronizeContext);
	TRACE(call, "%p, context %p) -> %u", (void *)Interrupt, SynchronizeContext, result);
	ke_lower_irql(irql);
	return result;
}

unsigned int ndis_interrupt_release(struct shim_adapter *adapter, const char *call)
{
	if (!adapter->interrupt)
		return 0;
	ndis_violation_code(adapter, VERIFIER_DETAIL(VERIFIER_NONE, .object = adapter->interrupt),
			    call, "NdisMDeregisterInterrupt undoes NdisMRegisterInterrupt",
			    "the interrupt is still registered");
	disconnect(adapter, call, NULL);
	return 1;
}

void ndis_interrupt_forget(const void *va, size_t length)
{
	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		if ((uintptr_t)adapter->interrupt - (uintptr_t)va >= length)
			continue;
		ndis_violation(adapter, "NdisFreeMemory",
			       "NdisMDeregisterInterrupt comes before the memory of the interrupt "
			       "is freed",
			       "the interrupt at %p is still registered",
			       (void *)adapter->interrupt);
		disconnect(adapter, "NdisFreeMemory", NULL);
	}
}
