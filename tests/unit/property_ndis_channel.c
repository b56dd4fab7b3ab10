/* SPDX-License-Identifier: MIT */
/*
 * property_ndis_channel.c - the slave DMA functions of NDIS; see property_ndis.h
 */
#include "property_ndis.h"

#include <string.h>

void ndis_model_set_up_channel(struct ndis_model *m)
{
	static const unsigned int channels[] = {2, 3, 7};
	NDIS_DMA_DESCRIPTION description = {.DmaSpeed = Compatible};
	NDIS_HANDLE handle = m;
	bool wrong = property_one_in(4);

	m->channel = channels[property_below(G_N_ELEMENTS(channels))];
	m->maximum = 2 + 2 * property_below(4000);
	description.DemandMode = (BOOLEAN)property_below(2);
	description.DmaChannel = wrong ? 4 : m->channel;
	description.DmaWidth = m->channel > 3 ? Width16Bits : Width8Bits;
	if (wrong)
		ndis_model_violation(m);
	/* The channel in the argument list does not count. */
	g_assert_cmphex(
		NdisMRegisterDmaChannel(&handle, m->f.handle, 4, FALSE, &description, m->maximum),
		==, wrong ? NDIS_STATUS_FAILURE : NDIS_STATUS_SUCCESS);
	if (wrong) {
		g_assert_true(handle == m);
		return;
	}
	m->kind = NDIS_MODEL_CHANNEL;
	m->channel_handle = handle;
}

static void finish(struct ndis_model *m)
{
	slave_end(&m->slave);
	NdisFreeBuffer(m->slave_buffer);
	m->slave_buffer = NULL;
}

static bool set_up(struct ndis_model *m)
{
	struct slave_transfer *t = &m->slave;
	NDIS_STATUS status = 77;
	bool wrong;

	if (!slave_choose(&m->memory, t))
		return false;
	m->slave_buffer = fixture_buffer(t->buffer.va, t->buffer.length);
	if (property_one_in(12))
		t->length += (unsigned int)t->buffer.length;
	wrong = t->length > m->maximum || t->length > t->buffer.length - t->offset ||
		(m->channel > 3 && t->length & 1);
	if (wrong)
		ndis_model_violation(m);
	NdisMSetupDmaTransfer(&status, m->channel_handle, m->slave_buffer, t->offset, t->length,
			      t->to_device);
	g_assert_cmphex(status, ==, wrong ? NDIS_STATUS_RESOURCES : NDIS_STATUS_SUCCESS);
	m->done.slave_transfers += !wrong;
	if (wrong)
		finish(m);
	return true;
}

static void complete(struct ndis_model *m, bool wrong)
{
	struct slave_transfer *t = &m->slave;
	NDIS_STATUS status = 77;

	if (wrong)
		ndis_model_violation(m);
	NdisMCompleteDmaTransfer(&status, m->channel_handle, m->slave_buffer, t->offset,
				 t->length + wrong, t->to_device);
	/* It is over all the same. */
	g_assert_cmphex(status, ==, wrong ? NDIS_STATUS_RESOURCES : NDIS_STATUS_SUCCESS);
	g_assert_true(m->controller.channel[m->channel].masked);
	finish(m);
}

static void misuse(struct ndis_model *m)
{
	NDIS_STATUS status = 77;

	ndis_model_violation(m);
	if (!m->slave.length) {
		NdisMCompleteDmaTransfer(&status, m->channel_handle, m->slave_buffer, 0, 1, TRUE);
	} else if (property_below(2)) {
		NdisMSetupDmaTransfer(&status, m->channel_handle, m->slave_buffer, 0, 1, TRUE);
	} else {
		NdisFreeBuffer(m->slave_buffer);
		return;
	}
	g_assert_cmphex(status, ==, NDIS_STATUS_RESOURCES);
}

bool ndis_model_step_channel(struct ndis_model *m)
{
	unsigned int which = property_below(8);

	if (m->kind != NDIS_MODEL_CHANNEL)
		return false;
	if (which == 0)
		misuse(m);
	else if (!m->slave.length)
		return set_up(m);
	else if (which < 5)
		slave_move(&m->controller, m->channel, &m->slave);
	else if (which == 5)
		g_assert_cmpuint(NdisMReadDmaCounter(m->channel_handle), ==,
				 m->slave.length - m->slave.moved);
	else
		complete(m, property_one_in(8));
	return true;
}

void ndis_model_end_channel(struct ndis_model *m)
{
	if (m->slave.length)
		complete(m, false);
	NdisMDeregisterDmaChannel(m->channel_handle);
	for (unsigned int i = 0; i < 8; i++)
		g_assert_true(m->controller.channel[i].masked);
}
