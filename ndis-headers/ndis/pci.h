/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_PCI_H
#define NDIS_HEADERS_NDIS_PCI_H

/*
 * The adapter's place on the PCI bus: its configuration space and the resources it was given.
 */

#include "../ddk/pci.h"
#include "../ddk/resources.h"
#include "status.h"

/* The resources of an adapter. */
typedef CM_PARTIAL_RESOURCE_LIST NDIS_RESOURCE_LIST, *PNDIS_RESOURCE_LIST;

EXTERN_C_START

/*
 * Yields the resources that were assigned to the adapter.
 *
 * Status                        OUT. NDIS_STATUS_SUCCESS; NDIS_STATUS_RESOURCES if the list is
 *                               longer than the room, and `*BufferSize` says what is needed;
 *                               NDIS_STATUS_FAILURE.
 * WrapperConfigurationContext   as MiniportInitialize got it.
 * ResourceList                  OUT. Memory of the driver for the list. May be NULL if
 *                               `*BufferSize` is 0, to ask for the size alone.
 * BufferSize                    IN OUT. Bytes of room; bytes of the list on return.
 *
 * The list has one descriptor for each base address register that is in use, in their order:
 * CmResourceTypeMemory or CmResourceTypePort with start and length; and one of
 * CmResourceTypeInterrupt. IRQL: =PASSIVE; from MiniportInitialize, before NdisMSetAttributes(Ex)
 * or after.
 */
NDISAPI VOID NTAPI NdisMQueryAdapterResources(OUT PNDIS_STATUS Status,
					      IN NDIS_HANDLE WrapperConfigurationContext,
					      OUT PNDIS_RESOURCE_LIST ResourceList,
					      IN OUT PUINT BufferSize);

/*
 * Reads the adapter's configuration space.
 *
 * MiniportAdapterHandle   the adapter.
 * SlotNumber              without meaning since NDIS 5: the space is the adapter's own. Drivers
 *                         pass 0.
 * Offset                  first byte, 0..4095.
 * Buffer                  OUT. The bytes.
 * Length                  how many.
 *
 * Returns the bytes read: fewer than Length, or 0, at the end of the space. IRQL: <=DISPATCH.
 */
NDISAPI ULONG NTAPI NdisReadPciSlotInformation(IN NDIS_HANDLE MiniportAdapterHandle,
					       IN ULONG SlotNumber, IN ULONG Offset,
					       OUT PVOID Buffer, IN ULONG Length);

/*
 * Writes the adapter's configuration space; parameters and result as NdisReadPciSlotInformation,
 * with Buffer holding the bytes to be written. What the platform keeps to itself (base addresses,
 * interrupt set-up) is not changed by it. IRQL: <=DISPATCH.
 */
NDISAPI ULONG NTAPI NdisWritePciSlotInformation(IN NDIS_HANDLE MiniportAdapterHandle,
						IN ULONG SlotNumber, IN ULONG Offset,
						IN PVOID Buffer, IN ULONG Length);

/*
 * Read and write the configuration space before NdisMSetAttributes(Ex), by the handle that
 * MiniportInitialize got for its configuration; otherwise as the two above. IRQL: =PASSIVE.
 */
NDISAPI ULONG NTAPI NdisImmediateReadPciSlotInformation(IN NDIS_HANDLE WrapperConfigurationContext,
							IN ULONG SlotNumber, IN ULONG Offset,
							OUT PVOID Buffer, IN ULONG Length);
NDISAPI ULONG NTAPI NdisImmediateWritePciSlotInformation(IN NDIS_HANDLE WrapperConfigurationContext,
							 IN ULONG SlotNumber, IN ULONG Offset,
							 IN PVOID Buffer, IN ULONG Length);

/*
 * Yields the resources of the adapter, as NT 4 assigned them.
 *
 * MiniportHandle      the adapter.
 * SlotNumber          without meaning.
 * AssignedResources   OUT. The list, as of NdisMQueryAdapterResources; the library's, valid until
 *                     MiniportHalt returns; NULL on failure.
 *
 * Returns NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES, or NDIS_STATUS_FAILURE. IRQL: =PASSIVE; from
 * MiniportInitialize.
 */
NDISAPI NDIS_STATUS NTAPI NdisMPciAssignResources(IN NDIS_HANDLE MiniportHandle,
						  IN ULONG SlotNumber,
						  OUT PNDIS_RESOURCE_LIST *AssignedResources);

EXTERN_C_END

#endif
