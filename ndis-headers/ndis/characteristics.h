/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_CHARACTERISTICS_H
#define NDIS_HEADERS_NDIS_CHARACTERISTICS_H

/*
 * The table of functions that a miniport registers.
 *
 * Each NDIS version appends members to the structure of the version before. A driver declares an
 * NDIS_MINIPORT_CHARACTERISTICS, which is the structure of the version it asked for (see
 * ndis/version.h), zeroes it, stores its version in MajorNdisVersion and MinorNdisVersion, fills
 * in the functions it has, and passes the structure with its size to NdisMRegisterMiniport. The
 * functions are described in ndis/miniport_handlers.h.
 *
 *   version   MajorNdisVersion, MinorNdisVersion   structure                        bytes
 *   3.x       3, 0 (or 3, 10)                      NDIS30_MINIPORT_CHARACTERISTICS   112
 *   4.0       4, 0                                 NDIS40_MINIPORT_CHARACTERISTICS   136
 *   5.0       5, 0                                 NDIS50_MINIPORT_CHARACTERISTICS   184
 *   5.1       5, 1                                 NDIS51_MINIPORT_CHARACTERISTICS   240
 *
 * Required: InitializeHandler, HaltHandler, ResetHandler, QueryInformationHandler,
 * SetInformationHandler, one of SendHandler and SendPacketsHandler; with an interrupt
 * HandleInterruptHandler and, if the interrupt is shared or requested, ISRHandler; with
 * NdisMIndicateReceivePacket ReturnPacketHandler; with NdisMEthIndicateReceive
 * TransferDataHandler; with NdisMAllocateSharedMemoryAsync AllocateCompleteHandler, which is why
 * an NDIS 3 miniport cannot use that function. Source: ndis-hal-dma.md section 4.1.
 */

#include "miniport_handlers.h"
#include "version.h"

/*
 * Members of NDIS 3.
 *
 * MajorNdisVersion,           the version whose structure this is: decides which members the
 *                             library
 * MinorNdisVersion            reads, whatever CharacteristicsLength allows.
 * Reserved                    0.
 * CheckForHangHandler         optional; without it the library judges by sends and requests alone.
 * DisableInterruptHandler,    optional, for drivers whose MiniportISR does not mask the NIC.
 * EnableInterruptHandler
 * HaltHandler                 required.
 * HandleInterruptHandler      required with an interrupt.
 * InitializeHandler           required.
 * ISRHandler                  required with a shared or requested interrupt.
 * QueryInformationHandler     required.
 * ReconfigureHandler          NULL.
 * ResetHandler                required.
 * SendHandler                 required unless SendPacketsHandler is there.
 * SetInformationHandler       required.
 * TransferDataHandler         required with NdisMEthIndicateReceive.
 */
#define NDIS30_MINIPORT_MEMBERS \
	UCHAR MajorNdisVersion; \
	UCHAR MinorNdisVersion; \
	UINT Reserved; \
	W_CHECK_FOR_HANG_HANDLER CheckForHangHandler; \
	W_DISABLE_INTERRUPT_HANDLER DisableInterruptHandler; \
	W_ENABLE_INTERRUPT_HANDLER EnableInterruptHandler; \
	W_HALT_HANDLER HaltHandler; \
	W_HANDLE_INTERRUPT_HANDLER HandleInterruptHandler; \
	W_INITIALIZE_HANDLER InitializeHandler; \
	W_ISR_HANDLER ISRHandler; \
	W_QUERY_INFORMATION_HANDLER QueryInformationHandler; \
	W_RECONFIGURE_HANDLER ReconfigureHandler; \
	W_RESET_HANDLER ResetHandler; \
	W_SEND_HANDLER SendHandler; \
	W_SET_INFORMATION_HANDLER SetInformationHandler; \
	W_TRANSFER_DATA_HANDLER TransferDataHandler;

/*
 * Members that NDIS 4 appends.
 *
 * ReturnPacketHandler         required with NdisMIndicateReceivePacket.
 * SendPacketsHandler          takes several packets at once; used instead of SendHandler.
 * AllocateCompleteHandler     required with NdisMAllocateSharedMemoryAsync.
 */
#define NDIS40_MINIPORT_MEMBERS \
	W_RETURN_PACKET_HANDLER ReturnPacketHandler; \
	W_SEND_PACKETS_HANDLER SendPacketsHandler; \
	W_ALLOCATE_COMPLETE_HANDLER AllocateCompleteHandler;

/* Members that NDIS 5.0 appends; all NULL for an Ethernet miniport. */
#define NDIS50_MINIPORT_MEMBERS \
	W_CO_CREATE_VC_HANDLER CoCreateVcHandler; \
	W_CO_DELETE_VC_HANDLER CoDeleteVcHandler; \
	W_CO_ACTIVATE_VC_HANDLER CoActivateVcHandler; \
	W_CO_DEACTIVATE_VC_HANDLER CoDeactivateVcHandler; \
	W_CO_SEND_PACKETS_HANDLER CoSendPacketsHandler; \
	W_CO_REQUEST_HANDLER CoRequestHandler;

/*
 * Members that NDIS 5.1 appends.
 *
 * CancelSendPacketsHandler    optional; for drivers that queue packets themselves.
 * PnPEventNotifyHandler       optional.
 * AdapterShutdownHandler      called at shutdown with MiniportAdapterContext, unless the driver
 *                             registered another with NdisMRegisterAdapterShutdownHandler.
 * Reserved1 .. Reserved4      NULL.
 */
#define NDIS51_MINIPORT_MEMBERS \
	W_CANCEL_SEND_PACKETS_HANDLER CancelSendPacketsHandler; \
	W_PNP_EVENT_NOTIFY_HANDLER PnPEventNotifyHandler; \
	W_MINIPORT_SHUTDOWN_HANDLER AdapterShutdownHandler; \
	PVOID Reserved1; \
	PVOID Reserved2; \
	PVOID Reserved3; \
	PVOID Reserved4;

typedef struct _NDIS30_MINIPORT_CHARACTERISTICS {
	NDIS30_MINIPORT_MEMBERS
} NDIS30_MINIPORT_CHARACTERISTICS, *PSNDIS30_MINIPORT_CHARACTERISTICS;

typedef struct _NDIS40_MINIPORT_CHARACTERISTICS {
	NDIS30_MINIPORT_MEMBERS
	NDIS40_MINIPORT_MEMBERS
} NDIS40_MINIPORT_CHARACTERISTICS, *PSNDIS40_MINIPORT_CHARACTERISTICS,
	*PNDIS40_MINIPORT_CHARACTERISTICS;

typedef struct _NDIS50_MINIPORT_CHARACTERISTICS {
	NDIS30_MINIPORT_MEMBERS
	NDIS40_MINIPORT_MEMBERS
	NDIS50_MINIPORT_MEMBERS
} NDIS50_MINIPORT_CHARACTERISTICS, *PSNDIS50_MINIPORT_CHARACTERISTICS;

typedef struct _NDIS51_MINIPORT_CHARACTERISTICS {
	NDIS30_MINIPORT_MEMBERS
	NDIS40_MINIPORT_MEMBERS
	NDIS50_MINIPORT_MEMBERS
	NDIS51_MINIPORT_MEMBERS
} NDIS51_MINIPORT_CHARACTERISTICS, *PSNDIS51_MINIPORT_CHARACTERISTICS;

/*
 * The structure of the version that the source asked for. The tag differs per version, so that
 * sources for different versions can be linked into one program.
 */
#if NDIS_MINIPORT_MAJOR_VERSION == 5 && NDIS_MINIPORT_MINOR_VERSION == 1
typedef NDIS51_MINIPORT_CHARACTERISTICS NDIS_MINIPORT_CHARACTERISTICS;
#elif NDIS_MINIPORT_MAJOR_VERSION == 5
typedef NDIS50_MINIPORT_CHARACTERISTICS NDIS_MINIPORT_CHARACTERISTICS;
#elif NDIS_MINIPORT_MAJOR_VERSION == 4
typedef NDIS40_MINIPORT_CHARACTERISTICS NDIS_MINIPORT_CHARACTERISTICS;
#else
typedef NDIS30_MINIPORT_CHARACTERISTICS NDIS_MINIPORT_CHARACTERISTICS;
#endif
typedef NDIS_MINIPORT_CHARACTERISTICS *PNDIS_MINIPORT_CHARACTERISTICS;

#endif
