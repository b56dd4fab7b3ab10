/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "ndis_send_fixture.h"

PNDIS_PACKET held[64];
unsigned int held_count;
unsigned int calls;
unsigned int capacity;

void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	held_count = 0;
	calls = 0;
	capacity = G_MAXUINT;
}

void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

void expect_bytes(PNDIS_PACKET packet, size_t length, unsigned int seed)
{
	unsigned char expected[2000], found[2000];
	UINT pages, buffers, total;
	PNDIS_BUFFER buffer;
	size_t done = 0;
	UINT count = 0;

	NdisQueryPacket(packet, &pages, &buffers, &buffer, &total);
	g_assert_cmpuint(total, ==, length);
	while (buffer) {
		UINT bytes;
		PVOID va;

		NdisQueryBufferSafe(buffer, &va, &bytes, NormalPagePriority);
		memcpy(found + done, va, bytes);
		done += bytes;
		count++;
		NdisGetNextBuffer(buffer, &buffer);
	}
	g_assert_cmpuint(count, ==, buffers);
	g_assert_cmpuint(pages, >=, buffers);
	fill(expected, length, seed);
	g_assert_cmpmem(found, (int)done, expected, (int)length);
}

NDIS_STATUS hold(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	calls++;
	if (held_count >= capacity)
		return NDIS_STATUS_RESOURCES;
	held[held_count++] = packet;
	return NDIS_STATUS_PENDING;
}

void complete(struct ndis_fixture *f, unsigned int index, NDIS_STATUS status)
{
	PNDIS_PACKET packet = held[index];

	held_count--;
	memmove(held + index, held + index + 1, (held_count - index) * sizeof(held[0]));
	NdisMSendComplete(f->handle, packet, status);
}
