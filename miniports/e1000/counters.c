/* SPDX-License-Identifier: MIT */
/*
 * counters.c - the chip's counters and the OIDs that are made of them
 *
 * A counter has 32 bits and is cleared by reading it or by a reset, so the driver reads all of them
 * often enough (from MiniportCheckForHang) and adds them up.
 */
#include "e1000.h"

static const ULONG e1000_registers[E1000_COUNTERS] = {
	[E1000_COUNT_CRC_ERRORS] = E1000_CRCERRS,
	[E1000_COUNT_ALIGNMENT_ERRORS] = E1000_ALGNERRC,
	[E1000_COUNT_DATA_ERRORS] = E1000_RXERRC,
	[E1000_COUNT_LENGTH_ERRORS] = E1000_RLEC,
	[E1000_COUNT_UNDERSIZE] = E1000_RUC,
	[E1000_COUNT_OVERSIZE] = E1000_ROC,
	[E1000_COUNT_MISSED] = E1000_MPC,
	[E1000_COUNT_ONE_COLLISION] = E1000_SCC,
	[E1000_COUNT_MORE_COLLISIONS] = E1000_MCC,
	[E1000_COUNT_EXCESS_COLLISIONS] = E1000_ECOL,
	[E1000_COUNT_LATE_COLLISIONS] = E1000_LATECOL,
	[E1000_COUNT_RECEIVED] = E1000_GPRC,
	[E1000_COUNT_RECEIVED_BROADCAST] = E1000_BPRC,
	[E1000_COUNT_RECEIVED_MULTICAST] = E1000_MPRC,
	[E1000_COUNT_SENT] = E1000_GPTC,
	[E1000_COUNT_SENT_BROADCAST] = E1000_BPTC,
	[E1000_COUNT_SENT_MULTICAST] = E1000_MPTC,
};

VOID e1000_collect_counters(struct e1000_adapter *adapter)
{
	ULONG value;
	ULONG i;

	NdisAcquireSpinLock(&adapter->lock);
	for (i = 0; i < E1000_COUNTERS; i++) {
		value = e1000_read(adapter, e1000_registers[i]);
		if (value == E1000_ALL_ONES)
			break;	/* there is no device any more */
		adapter->counters[i] += value;
	}
	NdisReleaseSpinLock(&adapter->lock);
}

static ULONG64 e1000_receive_errors(const struct e1000_adapter *adapter)
{
	const ULONG64 *n = adapter->counters;

	return n[E1000_COUNT_CRC_ERRORS] + n[E1000_COUNT_ALIGNMENT_ERRORS] +
	       n[E1000_COUNT_DATA_ERRORS] + n[E1000_COUNT_LENGTH_ERRORS] +
	       n[E1000_COUNT_UNDERSIZE] + n[E1000_COUNT_OVERSIZE] + adapter->receive.bad_frames;
}

/* FALSE: not a counter. */
BOOLEAN e1000_query_counter(struct e1000_adapter *adapter, NDIS_OID oid, ULONG64 *value)
{
	const ULONG64 *n = adapter->counters;

	e1000_collect_counters(adapter);
	switch (oid) {
	case OID_GEN_XMIT_OK:
		*value = n[E1000_COUNT_SENT];
		return TRUE;
	case OID_GEN_RCV_OK:
		*value = n[E1000_COUNT_RECEIVED];
		return TRUE;
	case OID_GEN_XMIT_ERROR:
		*value = n[E1000_COUNT_EXCESS_COLLISIONS] + n[E1000_COUNT_LATE_COLLISIONS];
		return TRUE;
	case OID_GEN_RCV_ERROR:
		*value = e1000_receive_errors(adapter);
		return TRUE;
	case OID_GEN_RCV_NO_BUFFER:
		*value = n[E1000_COUNT_MISSED];
		return TRUE;
	case OID_GEN_DIRECTED_FRAMES_XMIT:
		*value = n[E1000_COUNT_SENT] - n[E1000_COUNT_SENT_BROADCAST] -
			 n[E1000_COUNT_SENT_MULTICAST];
		return TRUE;
	case OID_GEN_MULTICAST_FRAMES_XMIT:
		*value = n[E1000_COUNT_SENT_MULTICAST];
		return TRUE;
	case OID_GEN_BROADCAST_FRAMES_XMIT:
		*value = n[E1000_COUNT_SENT_BROADCAST];
		return TRUE;
	case OID_GEN_DIRECTED_FRAMES_RCV:
		*value = n[E1000_COUNT_RECEIVED] - n[E1000_COUNT_RECEIVED_BROADCAST] -
			 n[E1000_COUNT_RECEIVED_MULTICAST];
		return TRUE;
	case OID_GEN_MULTICAST_FRAMES_RCV:
		*value = n[E1000_COUNT_RECEIVED_MULTICAST];
		return TRUE;
	case OID_GEN_BROADCAST_FRAMES_RCV:
		*value = n[E1000_COUNT_RECEIVED_BROADCAST];
		return TRUE;
	case OID_GEN_RCV_CRC_ERROR:
		*value = n[E1000_COUNT_CRC_ERRORS];
		return TRUE;
	case OID_802_3_RCV_ERROR_ALIGNMENT:
		*value = n[E1000_COUNT_ALIGNMENT_ERRORS];
		return TRUE;
	case OID_802_3_XMIT_ONE_COLLISION:
		*value = n[E1000_COUNT_ONE_COLLISION];
		return TRUE;
	case OID_802_3_XMIT_MORE_COLLISIONS:
		*value = n[E1000_COUNT_MORE_COLLISIONS];
		return TRUE;
	default:
		return FALSE;
	}
}
