/* SPDX-License-Identifier: MIT */
/*
 * random_test.c - a driver that does anything at all (device specification, section 8)
 *
 * Random registers, random memory behind the rings, random frames, random configuration
 * writes. Nothing is promised about the result but this: QEMU lives, answers, ends
 * cleanly, and after RESET the device works. Each case is one fixed sequence.
 */
#include "ip_packet.h"
#include "sgnic_queue.h"

enum { STEPS = 1500, ARENA = 0x200000, ARENA_SIZE = 0x10000 };

struct generator {
	uint64_t state;
};

static uint32_t next(struct generator *generator)
{
	generator->state = generator->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(generator->state >> 33);
}

static uint32_t below(struct generator *generator, uint32_t limit)
{
	return next(generator) % limit;
}

/* Mostly values a register may accept, so that the queues get to run. */
static uint32_t plausible(struct generator *generator)
{
	switch (below(generator, 8)) {
	case 0:
		return next(generator) << 1 ^ next(generator);
	case 1:
		return 1u << below(generator, 32);
	case 2:
		return 0;
	case 3:
	case 4:
		return 1;
	default:
		return ARENA + (below(generator, ARENA_SIZE) & ~63u);
	}
}

static uint32_t any_register(const struct nic *nic, struct generator *generator)
{
	uint32_t queue = below(generator, nic->queues);

	switch (below(generator, 9)) {
	case 0:
		return below(generator, SGNIC_REGISTER_BAR_SIZE) & ~3u;
	case 1:
		return below(generator, 0xc8) & ~3u;
	case 2:
		return SGNIC_TX_DOORBELL(queue) + 4 * below(generator, 2);
	case 3:
	case 4:
		return SGNIC_RX_QUEUE(queue) + 4 * below(generator, 19);
	case 5:
		return SGNIC_RSS_TABLE(below(generator, SGNIC_RSS_TABLE_WORDS));
	default:
		return SGNIC_TX_QUEUE(queue) + 4 * below(generator, 19);
	}
}

/* A descriptor, a producer index or a single byte somewhere in the arena. */
static void scribble(struct nic *nic, struct generator *generator)
{
	uint64_t address = ARENA + (below(generator, ARENA_SIZE - 64) & ~15u);
	uint32_t *words = nic_pointer(nic, address, 16);

	switch (below(generator, 4)) {
	case 0:
		words[0] = below(generator, 64);
		break;
	case 1:
		words[0] = below(generator, 4)
				   ? ARENA + below(generator, ARENA_SIZE)
				   : NIC_REGISTERS + below(generator, SGNIC_REGISTER_BAR_SIZE);
		words[1] = 0;
		words[2] = below(generator, 800);
		words[3] = below(generator, 8) ? below(generator, 2) : next(generator);
		break;
	case 2:
		words[below(generator, 4)] = next(generator);
		break;
	default:
		*(uint8_t *)nic_pointer(nic, ARENA + below(generator, ARENA_SIZE), 1) =
			(uint8_t)next(generator);
		break;
	}
}

static void configure(struct nic *nic, struct generator *generator)
{
	switch (below(generator, 6)) {
	case 0:
		pci_command(&nic->pci, 0, PCI_COMMAND_MASTER);
		break;
	case 1:
		pci_msix_enable(&nic->pci, below(generator, 2));
		break;
	case 2:
		pci_msix_vector(&nic->pci, NIC_MSIX_TABLE, below(generator, 3),
				below(generator, 2) ? ARENA + (below(generator, ARENA_SIZE) & ~3u)
						    : NIC_REGISTERS + any_register(nic, generator),
				plausible(generator));
		break;
	case 3:
		qtest_qmp_ok(nic->qemu,
			     "{\"execute\": \"set_link\", \"arguments\": "
			     "{\"name\": \"wire\", \"up\": %s}}",
			     below(generator, 3) ? "true" : "false");
		break;
	default:
		pci_command(&nic->pci, PCI_COMMAND_MASTER, 0);
		break;
	}
}

/* IP, as it should be or with some bytes changed, or cut */
static void corrupt_packet(struct generator *generator, struct frame *frame)
{
	bool ip6 = below(generator, 2);
	struct ip_packet packet = {
		.source = ip6 ? "2001:db8::1" : "192.0.2.1",
		.protocol = below(generator, 2) ? PACKET_TCP : PACKET_UDP,
		.ports = {(uint16_t)next(generator), (uint16_t)next(generator)},
		.tags = below(generator, 4),
		.ip_options = ip6 ? 0 : 4 * below(generator, 11),
		.extensions = below(generator, 11),
		.fragment = below(generator, 4) == 0,
		.fragment_offset = (uint16_t)(below(generator, 2) * below(generator, 8192)),
		.more = below(generator, 2),
		.data = below(generator, 40),
	};
	uint32_t damage = below(generator, 4);

	packet.destination = packet.source;
	ip_packet_build(&packet, frame, address_nic);
	while (damage--)
		frame->bytes[12 + below(generator, (uint32_t)frame->length - 12)] =
			(uint8_t)next(generator);
	if (below(generator, 4) == 0)
		frame->length = 1 + below(generator, (uint32_t)frame->length);
}

static void step(struct nic *nic, struct generator *generator, struct frame *frame)
{
	static const unsigned int sizes[] = {4, 4, 4, 4, 8, 8, 1, 2};
	uint32_t offset = any_register(nic, generator);
	unsigned int size = sizes[below(generator, G_N_ELEMENTS(sizes))];

	/* an access must not run over the end of the BAR */
	if (offset > SGNIC_REGISTER_BAR_SIZE - 8)
		size = 4;
	switch (below(generator, 10)) {
	case 0:
		qtest_read(nic->qemu, NIC_REGISTERS + offset, size);
		break;
	case 1:
		frame_fill(frame, below(generator, 2) ? address_nic : address_group,
			   1 + below(generator, 1700), next(generator));
		if (below(generator, 2))
			corrupt_packet(generator, frame);
		wire_send(nic, frame);
		nic_settle(nic);
		break;
	case 2:
		if (below(generator, 8) == 0)
			configure(nic, generator);
		else
			qtest_clock_step(nic->qemu, below(generator, 1000000));
		break;
	case 3:
	case 4:
	case 5:
		scribble(nic, generator);
		break;
	default:
		if (offset != SGNIC_RESET || below(generator, 4) == 0)
			qtest_write(nic->qemu, NIC_REGISTERS + offset, size,
				    plausible(generator) | (uint64_t)plausible(generator) << 32);
		break;
	}
}

/* The rings of a sane driver, in the arena, so that the noise meets running queues. */
static void start_queues(struct nic *nic)
{
	struct nic_queue queue = {.nic = nic, .size = 16};
	uint32_t i;

	for (i = 0; i < 2 * nic->queues; i++) {
		queue.receive = i & 1;
		queue.index = i / 2;
		queue.descriptors = ARENA + 0x1000 * i;
		queue.completions = queue.descriptors + 0x400;
		queue.record = queue.descriptors + 0x800;
		nic_set(nic, queue_register(&queue, SGNIC_QUEUE_CONTROL), 0);
		queue_program(&queue);
		nic_set(nic, queue_register(&queue, SGNIC_QUEUE_CONTROL), SGNIC_QUEUE_ENABLE);
		queue_memory(&queue)->producer = GUINT32_TO_LE(16);
		queue_ring(&queue);
	}
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_PROMISCUOUS);
	nic_set(nic, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_TX(0) | SGNIC_CAUSE_RX(0));
}

static void test_sequence(gconstpointer data)
{
	struct generator generator = {.state = GPOINTER_TO_UINT(data)};
	/* one pair, or more than one; doorbells of both kinds */
	const char *properties =
		(const char *[]){NULL, "queues=8,ioeventfd=on", "queues=3", "ioeventfd=on"}
			[GPOINTER_TO_UINT(data) % 4];
	struct nic *nic = nic_start(&(struct nic_options){.properties = properties});
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	int i;

	nic_set(nic, SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_RSS);
	nic_set(nic, SGNIC_RSS_TYPES, SGNIC_RSS_TYPES_MASK);
	nic_set(nic, SGNIC_RSS_TABLE_LOG2, SGNIC_RSS_TABLE_LOG2_MAX);

	for (i = 0; i < STEPS; i++) {
		if (i % 150 == 0) {
			pci_command(&nic->pci, PCI_COMMAND_MASTER, 0);
			start_queues(nic);
		}
		step(nic, &generator, frame);
		/* frames the device does not take must not fill the socket */
		if (i % 50 == 49) {
			pci_command(&nic->pci, PCI_COMMAND_MASTER, 0);
			nic_set(nic, SGNIC_RECEIVE_FILTER, 0);
			nic_set(nic, SGNIC_RX_QUEUE(0) + SGNIC_QUEUE_CONTROL, 0);
			start_queues(nic);
			wire_drain(nic);
		}
	}

	pci_msix_enable(&nic->pci, false);
	pci_command(&nic->pci, PCI_COMMAND_MASTER, 0);
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				"{\"name\": \"wire\", \"up\": true}}");
	nic_set(nic, SGNIC_RESET, SGNIC_RESET_NOW);
	wire_drain(nic);
	nic_ignore_log(nic);
	g_assert_cmphex(nic_get(nic, SGNIC_ID), ==, SGNIC_ID_VALUE);
	queue_open(&tx, nic, false, 16);
	queue_expect_transmits(&tx);
	nic_expect_no_error(nic);
	nic_stop(nic);
	g_free(frame);
}

int main(int argc, char **argv)
{
	unsigned int seed;
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (seed = 1; seed <= 8; seed++)
		qtest_add(test_sequence, GUINT_TO_POINTER(seed), "/random/sequence/%u", seed);
	return g_test_run();
}
