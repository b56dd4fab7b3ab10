/* SPDX-License-Identifier: MIT */
/*
 * isa_hal_test.c - slave DMA by the functions of the HAL, with a device behind the controller
 *
 * The test is a driver without NDIS.  One IoMapTransfer of all that a channel can move at once
 * serves many frames, since the device asks for as many units as a frame has: address and count are
 * those of the controller.
 */
#include <string.h>
#include <sys/socket.h>

#include "../../../qemu-device/isa_dma_nic_regs.h"
#include "fixture.h"
#include "include/shim_device.h"

#include <wdm.h>

#define PORT	  0x300
#define FRAME	  1024u
#define FIRST_64  (64u << 10)
#define WAIT_USEC (30 * G_USEC_PER_SEC)

struct driver {
	struct fixture *f;
	struct shim_device *device;
	PDEVICE_OBJECT object;
	PDMA_ADAPTER adapter;
	PVOID base;
	unsigned int channel;
	ULONG length;
	unsigned char *memory;
	unsigned char *buffer;
	PMDL mdl;
};

/* ---- the device and the controller, by their ports ------------------------------------------ */

static uint16_t get(struct driver *d, uint16_t port)
{
	uint16_t value;

	g_assert_cmpint(platform_port_read(d->f->platform, PORT + port, &value, 2), ==, 0);
	return value;
}

static void set(struct driver *d, uint16_t port, uint16_t value)
{
	g_assert_cmpint(platform_port_write(d->f->platform, PORT + port, &value, 2), ==, 0);
}

static void wait_for_idle(struct driver *d)
{
	gint64 until = g_get_monotonic_time() + WAIT_USEC;

	while (ISA_DMA_NIC_STATUS_TRANSFER(get(d, ISA_DMA_NIC_STATUS)) != ISA_DMA_NIC_TRANSFER_IDLE)
		g_assert_cmpint(g_get_monotonic_time(), <, until);
}

static void wait_for_frame(struct driver *d)
{
	gint64 until = g_get_monotonic_time() + WAIT_USEC;

	while (!get(d, ISA_DMA_NIC_RX_LENGTH))
		g_assert_cmpint(g_get_monotonic_time(), <, until);
	g_assert_cmpuint(get(d, ISA_DMA_NIC_RX_LENGTH), ==, FRAME);
}

static unsigned int controller_byte(struct driver *d, uint16_t port)
{
	uint8_t value;

	g_assert_cmpint(platform_port_read(d->f->platform, port, &value, 1), ==, 0);
	return value;
}

/* Physical address that the channel would use next. */
static uint32_t controller_address(struct driver *d)
{
	static const uint16_t page_ports[] = {0x87, 0x83, 0x81, 0x82, 0, 0x8b, 0x89, 0x8a};
	bool words = d->channel > 3;
	uint16_t port = (uint16_t)(words ? 0xc0 + 4 * (d->channel & 3) : 2 * d->channel);
	uint8_t any = 0;
	uint32_t address;

	g_assert_cmpint(platform_port_write(d->f->platform, words ? 0xd8 : 0x0c, &any, 1), ==, 0);
	address = controller_byte(d, port);
	address |= controller_byte(d, port) << 8;
	address <<= words;
	return address | (controller_byte(d, page_ports[d->channel]) & (words ? 0xfeu : 0xffu))
				 << 16;
}

/* ---- the driver --------------------------------------------------------------------------- */

static IO_ALLOCATION_ACTION own(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	((struct driver *)context)->base = base;
	return KeepObject;
}

static void take_channel(struct driver *d, bool demand)
{
	DEVICE_DESCRIPTION description = {
		.Version = DEVICE_DESCRIPTION_VERSION1,
		.DemandMode = demand,
		.DmaChannel = d->channel,
		.InterfaceType = Isa,
		.DmaWidth = d->channel > 3 ? Width16Bits : Width8Bits,
		.MaximumLength = d->length,
	};
	ULONG registers = 0;
	KIRQL old;

	d->adapter = IoGetDmaAdapter(d->object, &description, &registers);
	g_assert_nonnull(d->adapter);
	g_assert_cmpuint(registers, ==, d->length / PLATFORM_PAGE_SIZE + 1);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	g_assert_cmpint(IoAllocateAdapterChannel(d->adapter, d->object, registers, own, d), ==,
			STATUS_SUCCESS);
	KeLowerIrql(old);
	g_assert_nonnull(d->base);
}

static void start(struct driver *d, unsigned int channel, bool demand)
{
	const struct platform_isa isa = {PORT, ISA_DMA_NIC_PORTS, 5, channel};
	const struct shim_device_options options = {.isa = true};
	unsigned int i;

	memset(d, 0, sizeof(*d));
	d->f = fixture_open_isa(&isa, &isa);
	d->channel = channel;
	d->length = channel > 3 ? 2 * FIRST_64 : FIRST_64;
	g_assert_cmpint(shim_device_create(d->f->platform, &options, &d->device), ==, 0);
	d->object = shim_device_object(d->device);
	/* Neither page aligned nor even. */
	d->memory = g_malloc(d->length + 4);
	d->buffer = d->memory + 3;
	for (i = 0; i < d->length; i++)
		d->buffer[i] = (unsigned char)(i * 7 + (i >> 8) * 13);
	d->mdl = IoAllocateMdl(d->buffer, d->length, FALSE, FALSE, NULL);
	g_assert_nonnull(d->mdl);
	MmBuildMdlForNonPagedPool(d->mdl);
	take_channel(d, demand);
	set(d, ISA_DMA_NIC_COMMAND, ISA_DMA_NIC_COMMAND_RESET);
}

static void stop(struct driver *d)
{
	struct shim_device_statistics statistics;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoFreeAdapterChannel(d->adapter);
	KeLowerIrql(old);
	d->adapter->DmaOperations->PutDmaAdapter(d->adapter);
	IoFreeMdl(d->mdl);
	shim_device_statistics(d->device, &statistics);
	g_assert_cmpuint(statistics.violations, ==, 0);
	g_assert_cmpuint(shim_device_destroy(d->device), ==, 0);
	g_free(d->memory);
	fixture_close(d->f);
}

static void map(struct driver *d, bool to_device)
{
	ULONG boundary = d->channel > 3 ? 2 * FIRST_64 : FIRST_64;
	ULONG length = d->length;
	uint32_t physical;

	KeFlushIoBuffers(d->mdl, !to_device, TRUE);
	IoMapTransfer(d->adapter, d->mdl, d->base, MmGetMdlVirtualAddress(d->mdl), &length,
		      to_device);
	g_assert_cmpuint(length, ==, d->length);
	/* What the controller really has: below 16 MiB, and inside of what it can count through. */
	physical = controller_address(d);
	g_assert_cmpuint(physical % boundary + length, <=, boundary);
	g_assert_cmpuint(physical + length, <=, 16u << 20);
}

static void flush(struct driver *d, bool to_device)
{
	g_assert_true(IoFlushAdapterBuffers(d->adapter, d->mdl, d->base,
					    MmGetMdlVirtualAddress(d->mdl), d->length, to_device));
}

static void transmit(struct driver *d)
{
	unsigned char *physical = g_malloc(d->length);
	ULONG done;

	map(d, true);
	g_assert_cmpint(
		qtest_platform_physical(d->f->platform, controller_address(d), physical, d->length),
		==, 0);
	fixture_same(physical, d->buffer, d->length);
	for (done = 0; done < d->length; done += FRAME) {
		set(d, ISA_DMA_NIC_TX_LENGTH, FRAME);
		set(d, ISA_DMA_NIC_COMMAND, ISA_DMA_NIC_COMMAND_TX_START);
		fixture_sent(d->f, d->buffer + done, FRAME);
		wait_for_idle(d);
		g_assert_cmpuint(HalReadDmaCounter(d->adapter), ==, d->length - done - FRAME);
	}
	flush(d, true);
	g_free(physical);
}

/* Half of what is mapped: the rest of the buffer stays as it was. */
static void receive(struct driver *d)
{
	unsigned char *expected = g_memdup2(d->buffer, d->length);
	ULONG half = d->length / 2;
	ULONG done;

	set(d, ISA_DMA_NIC_INDEX, ISA_DMA_NIC_RECEIVE_FILTER);
	set(d, ISA_DMA_NIC_DATA, ISA_DMA_NIC_FILTER_BROADCAST);
	map(d, false);
	for (done = 0; done < half; done += FRAME) {
		fixture_frame(expected + done, FRAME, done);
		g_assert_cmpint(send(d->f->wire, expected + done, FRAME, 0), ==, FRAME);
		wait_for_frame(d);
		set(d, ISA_DMA_NIC_COMMAND, ISA_DMA_NIC_COMMAND_RX_START);
		wait_for_idle(d);
		g_assert_cmpuint(HalReadDmaCounter(d->adapter), ==, d->length - done - FRAME);
	}
	flush(d, false);
	fixture_same(d->buffer, expected, d->length);
	g_free(expected);
}

static void test_channel(gconstpointer data)
{
	unsigned int channel = GPOINTER_TO_UINT(data) & 7;
	struct driver d;

	start(&d, channel, GPOINTER_TO_UINT(data) & 8);
	transmit(&d);
	receive(&d);
	stop(&d);
}

int main(int argc, char **argv)
{
	static const unsigned int channels[] = {1, 3, 5, 7};
	int status;
	size_t i;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < 2 * G_N_ELEMENTS(channels); i++) {
		unsigned int channel = channels[i / 2];
		bool demand = i & 1;
		char *path = g_strdup_printf("/qtest-platform/isa-hal/channel-%u/%s", channel,
					     demand ? "demand" : "single");

		g_test_add_data_func(path, GUINT_TO_POINTER(channel | (demand ? 8 : 0)),
				     test_channel);
		g_free(path);
	}
	return g_test_run();
}
