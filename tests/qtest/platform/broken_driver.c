/* SPDX-License-Identifier: MIT */
/*
 * broken_driver.c - a driver for sgnic that ends badly, in the way that the keyword Break says
 *
 * For broken_driver_test.py.  Its functions are static: reports name them all the same.
 */
#include <ndis.h>

#include "sgnic_regs.h"

#define DELAY_MILLISECONDS 20

struct broken {
	NDIS_HANDLE adapter;
	PVOID registers;
	ULONG length;
	NDIS_MINIPORT_INTERRUPT interrupt;
	NDIS_MINIPORT_TIMER timer;
	ULONG how;
};

/* Values of Break. */
enum {
	BREAK_NOTHING,
	BREAK_POINTER,	  /* in MiniportInitialize */
	BREAK_DIVISION,	  /* in a timer */
	BREAK_ASSERTION,  /* in a timer */
	BREAK_BUG_CHECK,  /* in a timer */
	BREAK_IRQL,	  /* in a timer */
	BREAK_LEVEL,	  /* calls PASSIVE_LEVEL functions in a timer, and goes on */
	BREAK_INITIALIZE, /* the others do not return from the function */
	BREAK_ISR,
	BREAK_DPC,
	BREAK_TIMER,
	BREAK_HALT,
	BREAK_RAISE, /* as BREAK_DPC, with the IRQL left raised on return */
	BREAK_WAIT,  /* MiniportHalt waits for what does not happen */
};

DECLSPEC_EXPORT NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path);

static volatile ULONG zero;

static __attribute__((noipa)) VOID follow_wild_pointer(volatile ULONG *pointer)
{
	*pointer = 1;
}

static __attribute__((noipa)) ULONG divide(ULONG by)
{
	return 1000 / by;
}

/* What a driver that waits for a bit that never comes does. */
static __attribute__((noipa)) VOID wait_for_ever(struct broken *broken)
{
	ULONG value;

	do
		NdisReadRegisterUlong((PULONG)((PUCHAR)broken->registers + SGNIC_INTERRUPT_MASK),
				      &value);
	while (value != 0x12345678);
}

/* Takes no turn through the library. */
static __attribute__((noipa)) VOID spin(VOID)
{
	while (!zero)
		;
}

static VOID NTAPI on_timer(PVOID unused1, PVOID context, PVOID unused2, PVOID unused3)
{
	struct broken *broken = context;
	NDIS_PHYSICAL_ADDRESS logical;
	PVOID memory;
	KIRQL irql;

	(void)unused1;
	(void)unused2;
	(void)unused3;
	switch (broken->how) {
	case BREAK_DIVISION:
		zero = divide(zero);
		break;
	case BREAK_ASSERTION:
		RtlAssert("broken->how == 0", __FILE__, __LINE__, NULL);
		break;
	case BREAK_BUG_CHECK:
		KeBugCheckEx(0xD1, 0x11, 0x22, 0x33, 0x44);
		break;
	case BREAK_IRQL:
		KeRaiseIrql(PASSIVE_LEVEL, &irql);
		break;
	case BREAK_LEVEL:
		NdisMSleep(1000);
		NdisMAllocateSharedMemory(broken->adapter, 4096, FALSE, &memory, &logical);
		break;
	case BREAK_TIMER:
		DbgPrint("broken: in the timer\n");
		spin();
		break;
	default:
		break;
	}
	/* So that no call before becomes a jump, which would hide this function. */
	zero = 0;
}

static ULONG read_how(NDIS_HANDLE configuration)
{
	NDIS_STRING keyword = NDIS_STRING_CONST("Break");
	PNDIS_CONFIGURATION_PARAMETER parameter;
	NDIS_HANDLE handle;
	NDIS_STATUS status;
	ULONG how = 0;

	NdisOpenConfiguration(&status, &handle, configuration);
	if (status != NDIS_STATUS_SUCCESS)
		return 0;
	NdisReadConfiguration(&status, &parameter, handle, &keyword, NdisParameterInteger);
	if (status == NDIS_STATUS_SUCCESS)
		how = parameter->ParameterData.IntegerData;
	NdisCloseConfiguration(handle);
	return how;
}

static VOID write_register(struct broken *broken, ULONG offset, ULONG value)
{
	NdisWriteRegisterUlong((PULONG)((PUCHAR)broken->registers + offset), value);
}

static NDIS_STATUS claim(struct broken *broken, NDIS_HANDLE configuration)
{
	UCHAR space[512];
	PNDIS_RESOURCE_LIST list = (PNDIS_RESOURCE_LIST)(PVOID)space;
	UINT size = sizeof(space);
	NDIS_STATUS status;
	ULONG vector = 0, level = 0;
	ULONG i;

	NdisMQueryAdapterResources(&status, configuration, list, &size);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	for (i = 0; i < list->Count; i++) {
		PCM_PARTIAL_RESOURCE_DESCRIPTOR part = &list->PartialDescriptors[i];

		if (part->Type == CmResourceTypeMemory && !broken->registers) {
			broken->length = part->u.Memory.Length;
			status = NdisMMapIoSpace(&broken->registers, broken->adapter,
						 part->u.Memory.Start, broken->length);
		}
		if (part->Type == CmResourceTypeInterrupt) {
			vector = part->u.Interrupt.Vector;
			level = part->u.Interrupt.Level;
		}
	}
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	return NdisMRegisterInterrupt(&broken->interrupt, broken->adapter, vector, level, TRUE,
				      TRUE, NdisInterruptLevelSensitive);
}

static struct broken the_adapter;

static NDIS_STATUS NTAPI initialize(PNDIS_STATUS open_error, PUINT medium, PNDIS_MEDIUM media,
				    UINT media_count, NDIS_HANDLE adapter, NDIS_HANDLE configuration)
{
	struct broken *broken = &the_adapter;
	NDIS_STATUS status;

	(void)open_error;
	(void)media;
	(void)media_count;
	*medium = 0;
	broken->adapter = adapter;
	broken->how = read_how(configuration);
	DbgPrint("broken: initialize");
	NdisMSetAttributesEx(adapter, broken, 0, NDIS_ATTRIBUTE_BUS_MASTER, NdisInterfacePci);
	status = claim(broken, configuration);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	NdisMInitializeTimer(&broken->timer, adapter, on_timer, broken);
	NdisMSetTimer(&broken->timer, DELAY_MILLISECONDS);
	if (broken->how == BREAK_POINTER)
		follow_wild_pointer((volatile ULONG *)0x123456780);
	if (broken->how == BREAK_INITIALIZE)
		wait_for_ever(broken);
	write_register(broken, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_SOFTWARE);
	write_register(broken, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_SOFTWARE);
	return NDIS_STATUS_SUCCESS;
}

static VOID NTAPI isr(PBOOLEAN recognized, PBOOLEAN queue, NDIS_HANDLE context)
{
	struct broken *broken = context;
	ULONG cause;

	if (broken->how == BREAK_ISR)
		wait_for_ever(broken);
	NdisReadRegisterUlong((PULONG)((PUCHAR)broken->registers + SGNIC_INTERRUPT_CAUSE), &cause);
	*recognized = *queue = cause != 0;
}

static VOID NTAPI handle_interrupt(NDIS_HANDLE context)
{
	struct broken *broken = context;

	if (broken->how == BREAK_DPC)
		spin();
	if (broken->how == BREAK_RAISE) {
		KIRQL old;

		KeRaiseIrql(HIGH_LEVEL, &old);
	}
}

static __attribute__((noipa)) VOID wait_for_nothing(VOID)
{
	NDIS_EVENT event;

	NdisInitializeEvent(&event);
	while (!NdisWaitEvent(&event, 100))
		;
}

static VOID NTAPI halt(NDIS_HANDLE context)
{
	struct broken *broken = context;
	BOOLEAN cancelled;

	if (broken->how == BREAK_HALT)
		wait_for_ever(broken);
	if (broken->how == BREAK_WAIT)
		wait_for_nothing();
	NdisMCancelTimer(&broken->timer, &cancelled);
	NdisMDeregisterInterrupt(&broken->interrupt);
	NdisMUnmapIoSpace(broken->adapter, broken->registers, broken->length);
}

static NDIS_STATUS NTAPI query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			       PULONG written, PULONG needed)
{
	static const UCHAR address[6] = {0x52, 0x54, 0, 1, 2, 3};
	const ULONG size = 1500;
	const VOID *answer = oid == OID_802_3_CURRENT_ADDRESS ? (const VOID *)address : &size;

	(void)context;
	*written = 0;
	*needed = oid == OID_802_3_CURRENT_ADDRESS ? sizeof(address) : sizeof(size);
	if (oid != OID_802_3_CURRENT_ADDRESS && oid != OID_GEN_MAXIMUM_FRAME_SIZE)
		return NDIS_STATUS_NOT_SUPPORTED;
	if (length < *needed)
		return NDIS_STATUS_INVALID_LENGTH;
	NdisMoveMemory(buffer, answer, *needed);
	*written = *needed;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI set(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			     PULONG read, PULONG needed)
{
	(void)context;
	(void)oid;
	(void)buffer;
	*read = length;
	*needed = 0;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI reset(PBOOLEAN addressing_reset, NDIS_HANDLE context)
{
	(void)context;
	*addressing_reset = FALSE;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags)
{
	(void)context;
	(void)packet;
	(void)flags;
	return NDIS_STATUS_FAILURE;
}

DECLSPEC_EXPORT NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
	NDIS_MINIPORT_CHARACTERISTICS characteristics;
	NDIS_HANDLE wrapper;

	NdisMInitializeWrapper(&wrapper, driver, registry_path, NULL);
	NdisZeroMemory(&characteristics, sizeof(characteristics));
	characteristics.MajorNdisVersion = NDIS_MINIPORT_MAJOR_VERSION;
	characteristics.MinorNdisVersion = NDIS_MINIPORT_MINOR_VERSION;
	characteristics.InitializeHandler = initialize;
	characteristics.HaltHandler = halt;
	characteristics.ISRHandler = isr;
	characteristics.HandleInterruptHandler = handle_interrupt;
	characteristics.QueryInformationHandler = query;
	characteristics.SetInformationHandler = set;
	characteristics.ResetHandler = reset;
	characteristics.SendHandler = send;
	return NdisMRegisterMiniport(wrapper, &characteristics, sizeof(characteristics));
}
