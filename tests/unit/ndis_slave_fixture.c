/* SPDX-License-Identifier: MIT */
/*
 * ndis_slave_fixture.c - see ndis_slave_fixture.h
 */
#include "ndis_slave_fixture.h"

struct dma_controller_model slave_model;
struct slave_plan slave_plan;

NDIS_STATUS slave_claim(struct ndis_fixture *f)
{
	slave_plan.channel = SLAVE_UNTOUCHED;
	/* The channel in the argument list is ignored. */
	slave_plan.status = NdisMRegisterDmaChannel(&slave_plan.channel, f->handle, 77, FALSE,
						    &slave_plan.description, slave_plan.maximum);
	if (slave_plan.status != NDIS_STATUS_SUCCESS)
		g_assert_true(slave_plan.channel == SLAVE_UNTOUCHED);
	return slave_plan.status;
}

static NDIS_STATUS initialize(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NdisMSetAttributesEx(f->handle, f, 0, slave_plan.attributes, slave_plan.bus);
	slave_claim(f);
	if (slave_plan.more)
		slave_plan.more(f);
	return NDIS_STATUS_SUCCESS;
}

static void halt(struct ndis_fixture *f)
{
	if (slave_plan.halt)
		slave_plan.halt(f);
	if (slave_plan.status == NDIS_STATUS_SUCCESS)
		NdisMDeregisterDmaChannel(slave_plan.channel);
}

void slave_set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	model_attach(&slave_model, f->platform);
	f->without_attributes = true;
	f->hooks.initialize = initialize;
	f->hooks.halt = halt;
	/* As nscirda does it. */
	slave_plan = (struct slave_plan){
		.bus = NdisInterfaceIsa,
		.description = {.DemandMode = TRUE,
				.DmaWidth = Width8Bits,
				.DmaSpeed = Compatible,
				.DmaChannel = 1},
		.maximum = 4 * PAGE,
	};
}

void slave_tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
	for (unsigned int i = 0; i < 8; i++)
		g_assert_true(slave_model.channel[i].masked);
}

void slave_start(struct ndis_fixture *f)
{
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(slave_plan.status, ==, NDIS_STATUS_SUCCESS);
}

NDIS_STATUS slave_setup(PNDIS_BUFFER buffer, ULONG offset, ULONG length, BOOLEAN to_device)
{
	NDIS_STATUS status = 1;

	NdisMSetupDmaTransfer(&status, slave_plan.channel, buffer, offset, length, to_device);
	return status;
}

NDIS_STATUS slave_complete(PNDIS_BUFFER buffer, ULONG offset, ULONG length, BOOLEAN to_device)
{
	NDIS_STATUS status = 1;

	NdisMCompleteDmaTransfer(&status, slave_plan.channel, buffer, offset, length, to_device);
	return status;
}
