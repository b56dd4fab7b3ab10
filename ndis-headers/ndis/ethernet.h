/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_ETHERNET_H
#define NDIS_HEADERS_NDIS_ETHERNET_H

/*
 * Ethernet addresses.
 *
 * An address is six bytes in the order of transmission; the lowest bit of the first byte marks a
 * group address. All functions take pointers to six bytes of any alignment. Any IRQL.
 */

#include "../ntdef.h"

/* Bytes of an address. */
#define ETH_LENGTH_OF_ADDRESS 6

/*
 * TRUE for a group address, that is a multicast address; the broadcast address is one too.
 */
NT_INLINE BOOLEAN NdisEthIsGroup(IN PCVOID Address)
{
	return ((PCUCHAR)Address)[0] & 1;
}

/*
 * TRUE for the broadcast address, FF-FF-FF-FF-FF-FF.
 */
NT_INLINE BOOLEAN NdisEthIsBroadcast(IN PCVOID Address)
{
	PCUCHAR A = (PCUCHAR)Address;

	return (A[0] & A[1] & A[2] & A[3] & A[4] & A[5]) == 0xFF;
}

/*
 * TRUE for 00-00-00-00-00-00, which no station may have: a driver that finds it in the NIC's
 * memory knows that the memory was never written.
 */
NT_INLINE BOOLEAN NdisEthIsEmpty(IN PCVOID Address)
{
	PCUCHAR A = (PCUCHAR)Address;

	return (A[0] | A[1] | A[2] | A[3] | A[4] | A[5]) == 0;
}

/*
 * Order of two addresses: 0 if they are equal, 1 if the first is greater, -1 if it is less,
 * comparing byte by byte from the first.
 */
NT_INLINE INT NdisEthCompare(IN PCVOID First, IN PCVOID Second)
{
	INT Difference = __builtin_memcmp(First, Second, ETH_LENGTH_OF_ADDRESS);

	return (Difference > 0) - (Difference < 0);
}

/*
 * The names that drivers use. A driver that counts frames by kind asks ETH_IS_BROADCAST first,
 * because ETH_IS_MULTICAST is true for broadcasts as well.
 */
#define ETH_IS_MULTICAST(Address) NdisEthIsGroup(Address)
#define ETH_IS_BROADCAST(Address) NdisEthIsBroadcast(Address)

/*
 * Comparisons that store their result, an integer, in `*(Result)`: the order as above, or 0 for
 * equal and 1 for different. These and the copy below are blocks, not expressions: published drivers
 * write them without a semicolon.
 */
#define ETH_COMPARE_NETWORK_ADDRESSES(First, Second, Result) \
	{ \
		*(Result) = NdisEthCompare((First), (Second)); \
	}
#define ETH_COMPARE_NETWORK_ADDRESSES_EQ(First, Second, Result) \
	{ \
		*(Result) = NdisEthCompare((First), (Second)) != 0; \
	}

/*
 * Copies the address at `Source` to `Destination`, which do not overlap.
 */
#define ETH_COPY_NETWORK_ADDRESS(Destination, Source) \
	{ \
		__builtin_memcpy((Destination), (Source), ETH_LENGTH_OF_ADDRESS); \
	}

#endif
