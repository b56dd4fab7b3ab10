/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_INTERRUPT_H
#define NDIS_HEADERS_NDIS_INTERRUPT_H

/*
 * The NIC's interrupt.
 *
 * NDIS 5 knows one interrupt per adapter, whatever the NIC has: the library delivers a line
 * interrupt, an MSI or an MSI-X message all alike. MiniportISR runs at once, at the device's
 * level; MiniportHandleInterrupt does the work afterwards at DISPATCH_LEVEL.
 */

#include "miniport_handlers.h"

/* How the interrupt is signalled: by a level that stays until acknowledged, or by an edge. */
typedef enum _KINTERRUPT_MODE {
	LevelSensitive = 0,
	Latched = 1
} KINTERRUPT_MODE;

typedef KINTERRUPT_MODE NDIS_INTERRUPT_MODE, *PNDIS_INTERRUPT_MODE;

#define NdisInterruptLevelSensitive LevelSensitive
#define NdisInterruptLatched Latched

/*
 * The interrupt in memory of the driver, which lives from NdisMRegisterInterrupt to
 * NdisMDeregisterInterrupt. All members are the library's; drivers write none of them and read at
 * most InterruptObject, which is not NULL as long as the interrupt is connected. 160 bytes.
 */
typedef struct _NDIS_MINIPORT_INTERRUPT {
	NDIS_HANDLE Miniport;
	W_ISR_HANDLER MiniportIsr;
	W_HANDLE_INTERRUPT_HANDLER MiniportDpc;
	PVOID InterruptObject;
	BOOLEAN SharedInterrupt;
	BOOLEAN IsrRequested;
	ULONG DpcCount;
	ULONG_PTR Reserved[15];
} NDIS_MINIPORT_INTERRUPT, *PNDIS_MINIPORT_INTERRUPT;

/*
 * A function to be run while MiniportISR cannot run. It returns what
 * NdisMSynchronizeWithInterrupt is to return, and obeys the rules of MiniportISR: registers only,
 * no NDIS function.
 */
typedef BOOLEAN (NTAPI *MINIPORT_SYNCHRONIZE_INTERRUPT_HANDLER)(IN PVOID SynchronizeContext);

EXTERN_C_START

/*
 * Connects the driver to the NIC's interrupt.
 *
 * Interrupt               OUT. Memory of the driver for the interrupt, zeroed.
 * MiniportAdapterHandle   the adapter, after NdisMSetAttributes(Ex).
 * InterruptVector         u.Interrupt.Vector of the resource.
 * InterruptLevel          u.Interrupt.Level of the resource, which is the same number: drivers
 *                         give either for both. Those that read the Interrupt Line register of
 *                         their configuration space instead pass its value for both.
 * RequestIsr              TRUE to have MiniportISR called for every interrupt.
 * SharedInterrupt         TRUE if the line may be shared; MiniportISR is called for every interrupt
 *                         then, too. TRUE for PCI line interrupts.
 * InterruptMode           NdisInterruptLevelSensitive or NdisInterruptLatched, as the resource
 *                         says.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_RESOURCE_CONFLICT if vector or level are not those of
 * the adapter; NDIS_STATUS_RESOURCES; NDIS_STATUS_FAILURE if the interrupt cannot be enabled or
 * the characteristics lack a handler it needs.
 *
 * IRQL: =PASSIVE; from MiniportInitialize. Interrupts may arrive before the function returns, so
 * the context must be ready and the NIC silent.
 */
NDISAPI NDIS_STATUS NTAPI NdisMRegisterInterrupt(OUT PNDIS_MINIPORT_INTERRUPT Interrupt,
						 IN NDIS_HANDLE MiniportAdapterHandle,
						 IN UINT InterruptVector, IN UINT InterruptLevel,
						 IN BOOLEAN RequestIsr, IN BOOLEAN SharedInterrupt,
						 IN NDIS_INTERRUPT_MODE InterruptMode);

/*
 * Disconnects the driver from the interrupt. When the function returns neither MiniportISR nor
 * MiniportHandleInterrupt runs or will run. The driver silences the NIC before. IRQL: =PASSIVE;
 * from MiniportHalt or a failing MiniportInitialize.
 */
NDISAPI VOID NTAPI NdisMDeregisterInterrupt(IN OUT PNDIS_MINIPORT_INTERRUPT Interrupt);

/*
 * Runs a function while MiniportISR cannot run, at the device's level.
 *
 * Interrupt             the interrupt, registered.
 * SynchronizeFunction   a MINIPORT_SYNCHRONIZE_INTERRUPT_HANDLER. The parameter is a PVOID because
 *                       drivers declare such functions with parameters of their own types.
 * SynchronizeContext    what it gets.
 *
 * Returns what the function returned. IRQL: <= the device's.
 */
NDISAPI BOOLEAN NTAPI NdisMSynchronizeWithInterrupt(IN PNDIS_MINIPORT_INTERRUPT Interrupt,
						    IN PVOID SynchronizeFunction,
						    IN PVOID SynchronizeContext);

EXTERN_C_END

#endif
