/* SPDX-License-Identifier: MIT */
/* Receiving in both styles, and link changes. */
#include <string.h>

#include "ndis_fixture.h"

static NDIS_HANDLE packet_pool, buffer_pool;
static unsigned char memory[4][4096];
static PNDIS_PACKET packets[4];
static PNDIS_PACKET returned[8];
static unsigned int returned_count;

static void make_packets(struct ndis_fixture *f)
{
	NDIS_STATUS status;

	returned_count = 0;
	NdisAllocatePacketPool(&status, &packet_pool, 4, PROTOCOL_RESERVED_SIZE_IN_PACKET);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	NdisAllocateBufferPool(&status, &buffer_pool, 8);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	for (unsigned int i = 0; i < 4; i++) {
		PNDIS_BUFFER buffer;

		NdisAllocatePacket(&status, &packets[i], packet_pool);
		g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
		NdisAllocateBuffer(&status, &buffer, buffer_pool, memory[i], sizeof(memory[i]));
		g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
		NdisChainBufferAtFront(packets[i], buffer);
		NDIS_SET_PACKET_HEADER_SIZE(packets[i], 14);
	}
}

static void free_packets(struct ndis_fixture *f)
{
	for (unsigned int i = 0; i < 4; i++) {
		PNDIS_BUFFER buffer;

		for (;;) {
			NdisUnchainBufferAtFront(packets[i], &buffer);
			if (!buffer)
				break;
			NdisFreeBuffer(buffer);
		}
		NdisFreePacket(packets[i]);
	}
	NdisFreeBufferPool(buffer_pool);
	NdisFreePacketPool(packet_pool);
}

static void on_return(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	returned[returned_count++] = packet;
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	f->hooks.return_packet = on_return;
	if (data)
		f->attributes |= NDIS_ATTRIBUTE_DESERIALIZE;
	g_assert_cmpint(fixture_start(f), ==, 0);
	make_packets(f);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	free_packets(f);
	fixture_tear_down(f);
}

static void put(unsigned int index, size_t length, unsigned int seed, NDIS_STATUS status)
{
	fill(memory[index], length, seed);
	NdisAdjustBufferLength(packets[index]->Private.Head, (UINT)length);
	NdisRecalculatePacketCounts(packets[index]);
	NDIS_SET_PACKET_STATUS(packets[index], status);
}

static void expect_received(struct ndis_fixture *f, unsigned int count, size_t length,
			    unsigned int seed)
{
	g_autofree unsigned char *expected = g_malloc(length + 1);

	g_assert_cmpuint(f->frames_received, ==, count);
	fill(expected, length, seed);
	g_assert_cmpmem(f->received->data, (int)f->received->len, expected, (int)length);
}

static void indicate(struct ndis_fixture *f, UINT count)
{
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	NdisMIndicateReceivePacket(f->handle, packets, count);
	KeLowerIrql(irql);
}

static void test_packets(struct ndis_fixture *f, gconstpointer data)
{
	put(0, 60, 1, NDIS_STATUS_SUCCESS);
	put(1, 1514, 2, NDIS_STATUS_RESOURCES);
	put(2, 4096, 3, NDIS_STATUS_SUCCESS);
	indicate(f, 3);
	expect_received(f, 3, 4096, 3);
	g_assert_cmpuint(f->receive_done, ==, 1);
	g_assert_cmpuint(fixture_statistics(f).frames_received, ==, 3);
	g_assert_cmpuint(fixture_statistics(f).bytes_received, ==, 60 + 1514 + 4096);
	if (data) {
		g_assert_cmpuint(returned_count, ==, 2);
		g_assert_true(returned[0] == packets[0]);
		g_assert_true(returned[1] == packets[2]);
	} else {
		/* A serialised miniport reads from the status that the packet is its own again. */
		g_assert_cmpuint(returned_count, ==, 0);
		g_assert_cmpint(NDIS_GET_PACKET_STATUS(packets[0]), ==, NDIS_STATUS_SUCCESS);
		g_assert_cmpint(NDIS_GET_PACKET_STATUS(packets[1]), ==, NDIS_STATUS_RESOURCES);
	}
}

static void test_pieces(struct ndis_fixture *f, gconstpointer data)
{
	unsigned char tail[100];
	NDIS_STATUS status;
	PNDIS_BUFFER buffer;

	fill(tail, sizeof(tail), 10 + 200);
	put(0, 200, 10, NDIS_STATUS_SUCCESS);
	NdisAllocateBuffer(&status, &buffer, buffer_pool, tail, sizeof(tail));
	NdisChainBufferAtBack(packets[0], buffer);
	indicate(f, 1);
	g_assert_cmpuint(f->received->len, ==, 300);
	g_assert_cmpmem(f->received->data + 200, 100, tail, 100);
}

static void test_packet_misuse(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_PACKET none = NULL;
	KIRQL irql;

	put(0, 0, 0, NDIS_STATUS_SUCCESS);
	indicate(f, 1);
	fixture_expect_violation(f, "is empty");
	NdisMIndicateReceivePacket(f->handle, &none, 1);
	fixture_expect_violation(f, "received packets come from NdisAllocatePacket");
	put(0, 60, 0, NDIS_STATUS_SUCCESS);
	KeRaiseIrql(HIGH_LEVEL, &irql);
	NdisMIndicateReceivePacket(f->handle, packets, 1);
	KeLowerIrql(irql);
	fixture_expect_violation(f, "called at IRQL 15");
	g_assert_cmpuint(f->frames_received, ==, 0);
}

static void test_no_return_handler(void)
{
	struct ndis_fixture fixture, *f = &fixture;

	fixture_set_up(f);
	f->without_return_packet = true;
	g_assert_cmpint(fixture_start(f), ==, 0);
	make_packets(f);
	put(0, 60, 0, NDIS_STATUS_SUCCESS);
	indicate(f, 1);
	fixture_expect_violation(f, "ReturnPacketHandler is NULL");
	free_packets(f);
	fixture_tear_down(f);
}

static NDIS_STATUS initialize_early(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NdisMIndicateReceivePacket(f->handle, packets, 1);
	fixture_expect_violation(f, "indicated during MiniportInitialize");
	NdisMIndicateStatus(f->handle, NDIS_STATUS_MEDIA_CONNECT, NULL, 0);
	NdisMIndicateStatusComplete(f->handle);
	return NDIS_STATUS_SUCCESS;
}

/* Nobody listens when the adapter is started and halted, and nothing is wrong with it. */
static void halt_with_status(struct ndis_fixture *f)
{
	NdisMIndicateStatus(f->handle, NDIS_STATUS_MEDIA_DISCONNECT, NULL, 0);
	NdisMIndicateStatusComplete(f->handle);
}

static void test_early(void)
{
	struct ndis_fixture fixture, *f = &fixture;

	fixture_set_up(f);
	f->hooks.initialize = initialize_early;
	f->hooks.halt = halt_with_status;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	g_assert_cmpuint(f->link_changes, ==, 0);
	fixture_tear_down(f);
}

/* ---- header and lookahead -------------------------------------------------------------------- */

static unsigned char frame[9014];
static PNDIS_PACKET transfer_packet;
static NDIS_STATUS transfer_status;

static NDIS_STATUS transfer(struct ndis_fixture *f, PNDIS_PACKET packet, PUINT transferred,
			    NDIS_HANDLE context, UINT offset, UINT length)
{
	PNDIS_BUFFER buffer;
	UINT room;
	PVOID va;

	g_assert_true(context == (NDIS_HANDLE)0x77);
	NdisQueryPacket(packet, NULL, NULL, &buffer, &room);
	g_assert_cmpuint(room, ==, length);
	NdisQueryBuffer(buffer, &va, &room);
	memcpy(va, frame + 14 + offset, length);
	*transferred = length;
	transfer_packet = packet;
	return transfer_status;
}

static void show(struct ndis_fixture *f, UINT length, UINT lookahead)
{
	KIRQL irql;

	fill(frame, length, 4);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	NdisMEthIndicateReceive(f->handle, (NDIS_HANDLE)0x77, frame, 14, frame + 14, lookahead,
				length - 14);
	NdisMEthIndicateReceiveComplete(f->handle);
	KeLowerIrql(irql);
}

static void test_lookahead(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.transfer_data = transfer;
	transfer_status = NDIS_STATUS_SUCCESS;
	show(f, 1514, 1500);
	expect_received(f, 1, 1514, 4);
	g_assert_cmpuint(f->receive_done, ==, 1);
	/* More lookahead than frame. */
	show(f, 60, 256);
	expect_received(f, 2, 60, 4);
	show(f, 1514, 256);
	expect_received(f, 3, 1514, 4);
	show(f, 9014, 0);
	expect_received(f, 4, 9014, 4);
	transfer_status = NDIS_STATUS_FAILURE;
	show(f, 1514, 256);
	g_assert_cmpuint(f->frames_received, ==, 4);
}

static void test_pending_transfer(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_PACKET first;

	f->hooks.transfer_data = transfer;
	transfer_status = NDIS_STATUS_PENDING;
	show(f, 1000, 100);
	first = transfer_packet;
	show(f, 900, 100);
	g_assert_true(first != transfer_packet);
	g_assert_cmpuint(f->frames_received, ==, 0);
	NdisMTransferDataComplete(f->handle, transfer_packet, NDIS_STATUS_SUCCESS, 786);
	expect_received(f, 1, 900, 4);
	NdisMTransferDataComplete(f->handle, first, NDIS_STATUS_SUCCESS, 887);
	fixture_expect_violation(f, "887 bytes in packet");
	NdisMTransferDataComplete(f->handle, first, NDIS_STATUS_SUCCESS, 886);
	expect_received(f, 2, 1000, 4);
	NdisMTransferDataComplete(f->handle, first, NDIS_STATUS_SUCCESS, 886);
	fixture_expect_violation(f, "completed once");
}

static void test_no_transfer_handler(void)
{
	struct ndis_fixture fixture, *f = &fixture;

	fixture_set_up(f);
	f->without_transfer_data = true;
	g_assert_cmpint(fixture_start(f), ==, 0);
	show(f, 1000, 100);
	fixture_expect_violation(f, "100 of 986 bytes shown");
	fixture_tear_down(f);
}

static void test_link(struct ndis_fixture *f, gconstpointer data)
{
	uint32_t changes = 0;

	NdisMIndicateStatus(f->handle, NDIS_STATUS_MEDIA_CONNECT, NULL, 0);
	NdisMIndicateStatusComplete(f->handle);
	g_assert_true(f->link_up);
	NdisMIndicateStatus(f->handle, NDIS_STATUS_MEDIA_DISCONNECT, NULL, 0);
	NdisMIndicateStatusComplete(f->handle);
	g_assert_false(f->link_up);
	g_assert_cmpuint(f->link_changes, ==, 2);
	g_assert_cmpint(shim_query(f->adapter, OID_GEN_MEDIA_SENSE_COUNTS, &changes, 4), ==, 4);
	g_assert_cmpuint(changes, ==, 2);
	NdisMIndicateStatus(f->handle, NDIS_STATUS_LINK_SPEED_CHANGE, &changes, 4);
	fixture_expect_log(f, "status NDIS_STATUS_LINK_SPEED_CHANGE");
	NdisMIndicateStatus(f->handle, NDIS_STATUS_MEDIA_SPECIFIC_INDICATION, &changes, 4);
	fixture_expect_log(f, "status NDIS_STATUS_MEDIA_SPECIFIC_INDICATION");
	NdisMIndicateStatus(f->handle, NDIS_STATUS_INVALID_DEVICE_REQUEST, NULL, 0);
	fixture_expect_log(f, "status NDIS_STATUS_INVALID_DEVICE_REQUEST");
}

#define ADD(name, function, data)                                                                  \
	g_test_add("/ndis/receive/" name, struct ndis_fixture, data, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("packets/serialised", test_packets, NULL);
	ADD("packets/deserialised", test_packets, "deserialised");
	ADD("pieces", test_pieces, NULL);
	ADD("packet-misuse", test_packet_misuse, NULL);
	g_test_add_func("/ndis/receive/no-return-handler", test_no_return_handler);
	g_test_add_func("/ndis/receive/early", test_early);
	ADD("lookahead", test_lookahead, NULL);
	ADD("pending-transfer", test_pending_transfer, NULL);
	g_test_add_func("/ndis/receive/no-transfer-handler", test_no_transfer_handler);
	ADD("link", test_link, NULL);
	return g_test_run();
}
