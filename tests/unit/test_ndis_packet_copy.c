/* SPDX-License-Identifier: MIT */
/* NdisCopyFromPacketToPacket(Safe), and what else packets say of themselves. */
#include <string.h>

#include "ndis_fixture.h"

#define SOURCE_BUFFERS 4u
#define TARGET_BUFFERS 3u
#define LENGTH	       60u

static const UINT source_lengths[SOURCE_BUFFERS] = {7, 0, 33, 20};
static const UINT target_lengths[TARGET_BUFFERS] = {21, 1, 38};

/* A packet of buffers that lie apart from each other in memory. */
struct chain {
	PNDIS_PACKET packet;
	PNDIS_BUFFER buffers[SOURCE_BUFFERS];
	unsigned char bytes[SOURCE_BUFFERS][64];
	const UINT *lengths;
	UINT count;
};

static NDIS_HANDLE pool;
static struct chain source, target;

static void make(struct chain *chain, const UINT *lengths, UINT count)
{
	NDIS_STATUS status;

	NdisAllocatePacket(&status, &chain->packet, pool);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	chain->lengths = lengths;
	chain->count = count;
	for (UINT i = 0; i < count; i++) {
		chain->buffers[i] = fixture_buffer(chain->bytes[i], lengths[i]);
		NdisChainBufferAtBack(chain->packet, chain->buffers[i]);
	}
}

static void drop(struct chain *chain)
{
	for (UINT i = 0; i < chain->count; i++) {
		chain->buffers[i]->Next = NULL;
		NdisFreeBuffer(chain->buffers[i]);
	}
	NdisFreePacket(chain->packet);
}

/* The byte of a packet, found independently of the library's walk. */
static unsigned char *byte_of(struct chain *chain, UINT index)
{
	UINT i = 0;

	while (index >= chain->lengths[i])
		index -= chain->lengths[i++];
	return &chain->bytes[i][index];
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_STATUS status;

	fixture_set_up(f);
	g_assert_cmpint(fixture_start(f), ==, 0);
	NdisAllocatePacketPool(&status, &pool, 2, 0);
	make(&source, source_lengths, SOURCE_BUFFERS);
	make(&target, target_lengths, TARGET_BUFFERS);
	for (UINT i = 0; i < LENGTH; i++)
		*byte_of(&source, i) = (unsigned char)(i + 1);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	drop(&source);
	drop(&target);
	NdisFreePacketPool(pool);
	fixture_tear_down(f);
}

/* Exactly the bytes asked for arrive, and those around them stay: every offset, many lengths. */
static void test_ranges(struct ndis_fixture *f, gconstpointer data)
{
	for (UINT to = 0; to <= LENGTH + 1; to++) {
		for (UINT from = 0; from <= LENGTH + 1; from++) {
			for (UINT length = 0; length <= LENGTH + 10; length += 7) {
				UINT room = to < LENGTH ? LENGTH - to : 0;
				UINT rest = from < LENGTH ? LENGTH - from : 0;
				UINT expected = MIN(length, MIN(room, rest)), copied = 999;

				memset(target.bytes, 0xEE, sizeof(target.bytes));
				NdisCopyFromPacketToPacket(target.packet, to, length, source.packet,
							   from, &copied);
				g_assert_cmpuint(copied, ==, expected);
				for (UINT i = 0; i < LENGTH; i++)
					g_assert_cmpuint(*byte_of(&target, i), ==,
							 i - to < expected && i >= to
								 ? from + i - to + 1
								 : 0xEE);
				for (UINT i = 0; i < TARGET_BUFFERS; i++)
					g_assert_cmpuint(target.bytes[i][target_lengths[i]], ==,
							 0xEE);
			}
		}
	}
}

/* Bytes up to a buffer without an address: no more are copied. */
static void test_unmapped(struct ndis_fixture *f, gconstpointer data)
{
	struct chain *const unmapped[] = {&source, &target};
	static const UINT expected[] = {7, 22};

	for (unsigned int i = 0; i < 2; i++) {
		PNDIS_BUFFER buffer = unmapped[i]->buffers[2];
		CSHORT flags = buffer->MdlFlags;
		PVOID va = buffer->MappedSystemVa;
		UINT copied = 999;

		buffer->MdlFlags = 0;
		buffer->MappedSystemVa = NULL;
		NdisCopyFromPacketToPacketSafe(target.packet, 0, LENGTH, source.packet, 0, &copied,
					       LowPagePriority);
		g_assert_cmpuint(copied, ==, expected[i]);
		buffer->MdlFlags = flags;
		buffer->MappedSystemVa = va;
	}
	g_assert_cmpuint(*byte_of(&target, 21), ==, 22);
}

static void test_bad_packets(struct ndis_fixture *f, gconstpointer data)
{
	UINT copied = 999;
	KIRQL irql;

	source.buffers[3]->Next = source.buffers[0];
	NdisCopyFromPacketToPacket(target.packet, 0, 8, source.packet, 0, &copied);
	fixture_expect_violation(f, "leads back into itself");
	g_assert_cmpuint(copied, ==, 0);
	source.buffers[3]->Next = NULL;
	NdisCopyFromPacketToPacket(NULL, 0, 8, source.packet, 0, &copied);
	fixture_expect_violation(f, "Destination is NULL");
	NdisCopyFromPacketToPacket(target.packet, 0, 8, NULL, 0, &copied);
	fixture_expect_violation(f, "Source is NULL");
	NdisCopyFromPacketToPacketSafe(target.packet, 0, 8, source.packet, 0, NULL,
				       LowPagePriority);
	fixture_expect_violation(f, "NdisCopyFromPacketToPacketSafe: BytesCopied is NULL");
	KeRaiseIrql(HIGH_LEVEL, &irql);
	NdisCopyFromPacketToPacket(target.packet, 0, 8, source.packet, 0, &copied);
	KeLowerIrql(irql);
	fixture_expect_violation(f, "NdisCopyFromPacketToPacket: called at IRQL 15");
}

/* A packet may be both: the bytes move, as memmove moves them. */
static void test_same_packet(struct ndis_fixture *f, gconstpointer data)
{
	UINT copied;

	NdisCopyFromPacketToPacket(source.packet, 41, 15, source.packet, 40, &copied);
	g_assert_cmpuint(copied, ==, 15);
	g_assert_cmpuint(*byte_of(&source, 40), ==, 41);
	for (UINT i = 41; i < 56; i++)
		g_assert_cmpuint(*byte_of(&source, i), ==, i);
	g_assert_cmpuint(*byte_of(&source, 56), ==, 57);
}

static void test_packets(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PACKET none = {0};
	PNDIS_PACKET more;
	NDIS_STATUS status;
	KIRQL irql;

	g_assert_true(NdisGetPoolFromPacket(source.packet) == pool);
	g_assert_null(NdisGetPoolFromPacket(&none));
	fixture_expect_violation(f, "is no packet pool");
	g_assert_null(NdisGetPoolFromPacket(NULL));
	fixture_expect_violation(f, "Packet is NULL");
	NdisFreePacket(target.packet);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	NdisDprAllocatePacketNonInterlocked(&status, &more, pool);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	NdisDprFreePacketNonInterlocked(more);
	KeLowerIrql(irql);
	NdisAllocatePacket(&status, &target.packet, pool);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(NdisPacketSize(0), >=,
			 source.packet->Private.NdisPacketOobOffset + sizeof(NDIS_PACKET_OOB_DATA));
	g_assert_cmpuint(NdisPacketSize(1024) - NdisPacketSize(512), ==, 512);
	g_assert_true(NDIS_PACKET_FIRST_NDIS_BUFFER(source.packet) == source.buffers[0]);
	g_assert_true(NDIS_PACKET_LAST_NDIS_BUFFER(source.packet) == source.buffers[3]);
	g_assert_false(NDIS_PACKET_VALID_COUNTS(source.packet));
	NdisQueryPacket(source.packet, NULL, NULL, NULL, NULL);
	g_assert_true(NDIS_PACKET_VALID_COUNTS(source.packet));
}

#define ADD(name, test)                                                                            \
	g_test_add("/ndis-packet-copy/" name, struct ndis_fixture, NULL, set_up, test, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("ranges", test_ranges);
	ADD("unmapped", test_unmapped);
	ADD("bad-packets", test_bad_packets);
	ADD("same-packet", test_same_packet);
	ADD("packets", test_packets);
	return g_test_run();
}
