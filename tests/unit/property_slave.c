/* SPDX-License-Identifier: MIT */
/*
 * property_slave.c - see property_slave.h
 */
#include "property_slave.h"

#include <string.h>

#define MAXIMUM 8000u

bool slave_choose(struct property_memory *memory, struct slave_transfer *t)
{
	*t = (struct slave_transfer){0};
	if (!property_buffer_take(memory, 2 * MAXIMUM, &t->buffer))
		return false;
	t->offset = property_below((unsigned int)t->buffer.length);
	t->length = 1 + property_below((unsigned int)t->buffer.length - t->offset);
	t->to_device = property_below(2);
	return true;
}

void slave_move(struct dma_controller_model *controller, unsigned int channel,
		struct slave_transfer *t)
{
	unsigned char *shadow = property_shadow(&t->buffer, t->buffer.va + t->offset) + t->moved;
	unsigned int unit = channel > 3 ? 2 : 1;
	unsigned int left = t->length - t->moved;
	unsigned int some = 1 + property_below(64);
	unsigned int wanted = property_one_in(4) || some > left ? left : some;
	unsigned char bytes[2 * MAXIMUM];

	wanted -= wanted % unit;
	if (!t->to_device) {
		for (unsigned int i = 0; i < wanted; i++)
			bytes[i] = (unsigned char)property_below(256);
		memcpy(shadow, bytes, wanted);
	}
	g_assert_cmpuint(model_transfer(controller, channel, bytes, wanted, t->to_device), ==,
			 wanted);
	if (t->to_device)
		g_assert_true(!memcmp(bytes, shadow, wanted));
	t->moved += wanted;
	if (t->moved < t->length)
		return;
	/* At the end the channel is masked. */
	g_assert_cmpuint(model_transfer(controller, channel, bytes, unit, t->to_device), ==, 0);
}

void slave_end(struct slave_transfer *t)
{
	if (t->buffer.area)
		property_buffer_give(&t->buffer);
	*t = (struct slave_transfer){0};
}

/* ---- the HAL's way ------------------------------------------------------------------------- */

void slave_model_open(struct slave_model *m, struct hal_model *hal)
{
	static const unsigned int channels[] = {0, 1, 5, 6};
	DEVICE_DESCRIPTION description = {
		.Version = DEVICE_DESCRIPTION_VERSION1,
		.InterfaceType = Isa,
		.DmaSpeed = Compatible,
	};
	ULONG registers;

	memset(m, 0, sizeof(*m));
	m->hal = hal;
	model_attach(&m->controller, hal->f.platform);
	m->channel = channels[property_below(G_N_ELEMENTS(channels))];
	m->maximum = 2 + 2 * property_below(MAXIMUM / 2);
	description.DemandMode = (BOOLEAN)property_below(2);
	description.DmaChannel = m->channel;
	description.DmaWidth = m->channel > 3 ? Width16Bits : Width8Bits;
	description.MaximumLength = m->maximum;
	m->adapter = hal_get(&hal->f, &description, &registers);
	g_assert_cmpuint(registers, ==, BYTES_TO_PAGES(m->maximum) + 1);
}

static IO_ALLOCATION_ACTION NTAPI keep(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	struct slave_model *m = context;

	g_assert_nonnull(base);
	g_assert_false(m->held);
	m->base = base;
	m->held = true;
	return KeepObject;
}

/* The device of the last master may be waiting; a second request of it would be refused. */
static bool allocate(struct slave_model *m)
{
	struct hal_model *hal = m->hal;
	unsigned int device = HAL_DEVICES - 1;
	KIRQL old;

	if (hal->asked[device])
		return false;
	if (hal->channels[device])
		hal_model_violation(hal);
	hal->channels[device]++;
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	g_assert_cmphex(IoAllocateAdapterChannel(m->adapter, hal->devices[device],
						 BYTES_TO_PAGES(m->maximum) + 1, keep, m),
			==, STATUS_SUCCESS);
	KeLowerIrql(old);
	g_assert_true(m->held);
	return true;
}

static void end(struct slave_model *m)
{
	slave_end(&m->transfer);
	IoFreeMdl(m->mdl);
	m->mdl = NULL;
}

static void release(struct slave_model *m)
{
	KIRQL old;

	/* A transfer that was not flushed is ended, and reported. */
	if (m->transfer.length)
		hal_model_violation(m->hal);
	m->hal->channels[HAL_DEVICES - 1]--;
	m->held = false;
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoFreeAdapterChannel(m->adapter);
	KeLowerIrql(old);
	if (m->transfer.length)
		end(m);
}

static bool map(struct slave_model *m)
{
	struct slave_transfer *t = &m->transfer;
	unsigned char *va;
	ULONG length;
	bool wrong;

	if (!slave_choose(&m->hal->memory, t))
		return false;
	m->mdl = hal_mdl(t->buffer.va, t->buffer.length);
	va = t->buffer.va + t->offset;
	length = t->length;
	wrong = length > m->maximum || (m->channel > 3 && length & 1);
	if (wrong)
		hal_model_violation(m->hal);
	IoMapTransfer(m->adapter, m->mdl, m->base, va, &length, t->to_device);
	g_assert_cmpuint(length, ==, t->length);
	m->transfers += !wrong;
	if (wrong)
		end(m);
	return true;
}

static void flush(struct slave_model *m)
{
	struct slave_transfer *t = &m->transfer;

	g_assert_true(IoFlushAdapterBuffers(m->adapter, m->mdl, m->base, t->buffer.va + t->offset,
					    t->length, t->to_device));
	g_assert_true(m->controller.channel[m->channel].masked);
	end(m);
}

bool slave_model_step(struct slave_model *m)
{
	if (!m->held)
		return allocate(m);
	if (!m->transfer.length) {
		if (!property_one_in(8))
			return map(m);
		release(m);
		return true;
	}
	switch (property_below(8)) {
	case 0 ... 4:
		slave_move(&m->controller, m->channel, &m->transfer);
		break;
	case 5:
		g_assert_cmpuint(HalReadDmaCounter(m->adapter), ==,
				 m->transfer.length - m->transfer.moved);
		break;
	case 6:
		if (property_one_in(8))
			release(m);
		break;
	default:
		flush(m);
		break;
	}
	return true;
}

void slave_model_close(struct slave_model *m)
{
	if (m->held)
		release(m);
	m->adapter->DmaOperations->PutDmaAdapter(m->adapter);
	for (unsigned int i = 0; i < 8; i++)
		g_assert_true(m->controller.channel[i].masked);
}
