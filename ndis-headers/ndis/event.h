/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_EVENT_H
#define NDIS_HEADERS_NDIS_EVENT_H

/*
 * Events: how code that may wait learns that something has happened.
 *
 * An event is set or reset. Setting it releases all who wait, and it stays set until it is reset.
 */

#include "status.h"

/*
 * An event in memory of the driver; its contents are the library's. Nothing has to be undone
 * before the memory is freed, provided nobody waits. 128 bytes.
 */
typedef struct _NDIS_EVENT {
	ULONG_PTR Reserved[16];
} NDIS_EVENT, *PNDIS_EVENT;

EXTERN_C_START

/*
 * Makes `Event` an event that is not set; must precede every other use. IRQL: any.
 */
NDISAPI VOID NTAPI NdisInitializeEvent(OUT PNDIS_EVENT Event);

/*
 * Sets the event and releases all who wait for it. IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisSetEvent(IN OUT PNDIS_EVENT Event);

/*
 * Resets the event. IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisResetEvent(IN OUT PNDIS_EVENT Event);

/*
 * Waits until the event is set.
 *
 * Event          the event.
 * MsToWait       most milliseconds to wait; 0 means without end.
 *
 * Returns TRUE if the event is set, FALSE if the time was over first. IRQL: =PASSIVE.
 */
NDISAPI BOOLEAN NTAPI NdisWaitEvent(IN PNDIS_EVENT Event, IN UINT MsToWait);

EXTERN_C_END

#endif
