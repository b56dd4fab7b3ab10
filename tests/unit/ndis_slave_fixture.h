/* SPDX-License-Identifier: MIT */
/*
 * ndis_slave_fixture.h - an adapter with a DMA channel, and a model of the system DMA controller
 */
#ifndef NDIS_SLAVE_FIXTURE_H
#define NDIS_SLAVE_FIXTURE_H

#include "dma_controller_model.h"
#include "ndis_fixture.h"

/** SLAVE_UNTOUCHED - a handle that no function may leave behind when it fails. */
#define SLAVE_UNTOUCHED ((NDIS_HANDLE)0x77)

#define IS(status, expected) g_assert_cmphex((uint32_t)(status), ==, (uint32_t)(expected))

/** struct slave_plan - what the MiniportInitialize of a test does; its results. */
struct slave_plan {
	NDIS_INTERFACE_TYPE bus;
	ULONG attributes;
	NDIS_DMA_DESCRIPTION description;
	ULONG maximum;
	void (*more)(struct ndis_fixture *f);
	void (*halt)(struct ndis_fixture *f);
	NDIS_STATUS status;
	NDIS_HANDLE channel;
};

extern struct slave_plan slave_plan;
extern struct dma_controller_model slave_model;

/** slave_set_up(), slave_tear_down() - of a test; the plan is then that of a common driver. */
void slave_set_up(struct ndis_fixture *f, gconstpointer data);
void slave_tear_down(struct ndis_fixture *f, gconstpointer data);

/** slave_claim() - NdisMRegisterDmaChannel as the plan says, which takes the results. */
NDIS_STATUS slave_claim(struct ndis_fixture *f);

/** slave_start() - start the adapter; the channel must have been granted. */
void slave_start(struct ndis_fixture *f);

/** slave_setup(), slave_complete() - NdisMSetupDmaTransfer, NdisMCompleteDmaTransfer. */
NDIS_STATUS slave_setup(PNDIS_BUFFER buffer, ULONG offset, ULONG length, BOOLEAN to_device);
NDIS_STATUS slave_complete(PNDIS_BUFFER buffer, ULONG offset, ULONG length, BOOLEAN to_device);

#endif /* NDIS_SLAVE_FIXTURE_H */
