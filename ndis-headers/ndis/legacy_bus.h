/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_LEGACY_BUS_H
#define NDIS_HEADERS_NDIS_LEGACY_BUS_H

/*
 * Configuration of EISA, Micro Channel and PCMCIA adapters.
 *
 * No platform of this library has such a bus. The functions fail as they do for an adapter that is
 * not in such a slot, and each says so once in the log.
 */

#include "../ddk/legacy_bus.h"
#include "status.h"

typedef CM_MCA_POS_DATA NDIS_MCA_POS_DATA, *PNDIS_MCA_POS_DATA;
typedef CM_EISA_SLOT_INFORMATION NDIS_EISA_SLOT_INFORMATION, *PNDIS_EISA_SLOT_INFORMATION;
typedef CM_EISA_FUNCTION_INFORMATION NDIS_EISA_FUNCTION_INFORMATION,
	*PNDIS_EISA_FUNCTION_INFORMATION;

EXTERN_C_START

/*
 * Read what the configuration memory of an EISA slot holds: the first function, or all.
 *
 * Status                        OUT. NDIS_STATUS_FAILURE.
 * WrapperConfigurationContext   as MiniportInitialize got it.
 * SlotNumber                    OUT. 0.
 * EisaData                      OUT. Left alone by the first, NULL from the second.
 * NumberOfFunctions             OUT. 0.
 *
 * IRQL: =PASSIVE; from MiniportInitialize.
 */
NDISAPI VOID NTAPI NdisReadEisaSlotInformation(OUT PNDIS_STATUS Status,
					       IN NDIS_HANDLE WrapperConfigurationContext,
					       OUT PUINT SlotNumber,
					       OUT PNDIS_EISA_FUNCTION_INFORMATION EisaData);
NDISAPI VOID NTAPI NdisReadEisaSlotInformationEx(OUT PNDIS_STATUS Status,
						 IN NDIS_HANDLE WrapperConfigurationContext,
						 OUT PUINT SlotNumber,
						 OUT PNDIS_EISA_FUNCTION_INFORMATION *EisaData,
						 OUT PUINT NumberOfFunctions);

/*
 * Reads the option registers of a Micro Channel slot.
 *
 * Status                        OUT. NDIS_STATUS_FAILURE.
 * WrapperConfigurationContext   as MiniportInitialize got it.
 * ChannelNumber                 IN OUT. Left alone.
 * McaData                       OUT. Left alone.
 *
 * IRQL: =PASSIVE; from MiniportInitialize.
 */
NDISAPI VOID NTAPI NdisReadMcaPosInformation(OUT PNDIS_STATUS Status,
					     IN NDIS_HANDLE WrapperConfigurationContext,
					     IN OUT PUINT ChannelNumber,
					     OUT PNDIS_MCA_POS_DATA McaData);

/*
 * Read and write the attribute memory of a PCMCIA card.
 *
 * NdisAdapterHandle   the adapter, or WrapperConfigurationContext.
 * Offset              of the first byte.
 * Buffer              the bytes; left alone.
 * Length              how many.
 *
 * Return how many bytes were transferred: 0. IRQL: <=DISPATCH.
 */
NDISAPI ULONG NTAPI NdisReadPcmciaAttributeMemory(IN NDIS_HANDLE NdisAdapterHandle,
						  IN ULONG Offset, OUT PVOID Buffer,
						  IN ULONG Length);
NDISAPI ULONG NTAPI NdisWritePcmciaAttributeMemory(IN NDIS_HANDLE NdisAdapterHandle,
						   IN ULONG Offset, IN PVOID Buffer,
						   IN ULONG Length);

EXTERN_C_END

#endif
