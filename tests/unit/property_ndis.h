/* SPDX-License-Identifier: MIT */
/*
 * property_ndis.h - a miniport that calls at random, and a model of what must come of it
 *
 * One life after the other: MiniportInitialize sets up map registers, scatter/gather DMA, a slave
 * channel or nothing, and shared memory; buffers are mapped and frames sent while the adapter runs;
 * MiniportHalt gives everything back.  Also everything in the wrong order, with wrong arguments, at
 * a wrong IRQL.
 */
#ifndef PROPERTY_NDIS_H
#define PROPERTY_NDIS_H

#include "ndis_fixture.h"
#include "property.h"
#include "property_slave.h"
#include "support/compiler.h"

#define NDIS_REGISTERS 64u
#define NDIS_MEMORY    8u
#define NDIS_FRAMES    16u
#define NDIS_PENDING   4u

enum ndis_model_kind {
	NDIS_MODEL_NOTHING,
	NDIS_MODEL_REGISTERS,
	NDIS_MODEL_LISTS,
	NDIS_MODEL_CHANNEL,
};

/** struct ndis_model_register - a base map register; @buffer NULL: idle; @frame: it maps one of
 * this frame's */
struct ndis_model_register {
	PNDIS_BUFFER buffer;
	struct property_buffer memory;
	struct ndis_model_frame *frame;
	struct property_transfer transfer;
	size_t mapped_pages;
};

/** struct ndis_model_memory - shared memory; @va NULL: none */
struct ndis_model_memory {
	unsigned char *va;
	NDIS_PHYSICAL_ADDRESS logical;
	ULONG length;
	BOOLEAN cached;
};

/** struct ndis_model_request - NdisMAllocateSharedMemoryAsync; @length 0: none */
struct ndis_model_request {
	ULONG length;
	BOOLEAN cached;
	unsigned int number;
};

/** struct ndis_model_frame - with the miniport */
struct ndis_model_frame {
	PNDIS_PACKET packet;
	unsigned char bytes[1536];
	size_t length;
	struct property_transfer list; /* run_count 0: no list */
	size_t mapped_pages;
};

struct ndis_model {
	struct ndis_fixture f;
	struct property_variant variant;
	struct property_memory memory;
	enum ndis_model_kind kind;
	unsigned int register_count;
	unsigned int pages; /* of each register */
	ULONG maximum;
	struct ndis_model_register registers[NDIS_REGISTERS];
	struct ndis_model_memory shared[NDIS_MEMORY];
	struct ndis_model_request pending[NDIS_PENDING];
	unsigned int asked;
	unsigned int answered;
	bool answer_fails; /* the next answer tells of a failure */
	struct ndis_model_frame frames[NDIS_FRAMES];
	struct ndis_model_frame *sending; /* to the miniport, next */
	size_t fixed_pages;
	struct dma_controller_model controller;
	unsigned int channel;
	NDIS_HANDLE channel_handle;
	PNDIS_BUFFER slave_buffer;
	struct slave_transfer slave;
	struct {
		unsigned int lives;
		unsigned int transfers;
		unsigned int lists;
		unsigned int frames;
		unsigned int shared_memories;
		unsigned int slave_transfers;
	} done;
};

/** ndis_model_open() - platform and driver, and the first life begins. */
void ndis_model_open(struct ndis_model *m, const struct property_variant *variant);

/** ndis_model_step() - one call, or one access by the device, or the next life; then all but
 * violations is compared. */
void ndis_model_step(struct ndis_model *m);

/** ndis_model_close() - the last life ends; nothing is left. */
void ndis_model_close(struct ndis_model *m);

/* ---- between the files of the model ---- */

/** ndis_model_violation() - the call that was, or is about to be, made breaks one rule. */
static inline void ndis_model_violation(struct ndis_model *m)
{
	m->f.violations++;
}

/* property_ndis_memory.c */
bool ndis_model_allocate(struct ndis_model *m, bool allowed);
bool ndis_model_allocate_later(struct ndis_model *m);
void ndis_model_allocated(struct ndis_fixture *f, PVOID va, PNDIS_PHYSICAL_ADDRESS logical,
			  ULONG length, PVOID context);
bool ndis_model_step_memory(struct ndis_model *m);
void ndis_model_settle(struct ndis_model *m);
void ndis_model_free_all(struct ndis_model *m);

/* property_ndis_mapping.c */
bool ndis_model_step_start(struct ndis_model *m);
bool ndis_model_step_complete(struct ndis_model *m);
void ndis_model_complete(struct ndis_model *m, unsigned int index);
bool ndis_model_step_device(struct ndis_model *m);
bool ndis_model_step_send(struct ndis_model *m);
void ndis_model_send_packets(struct ndis_fixture *f, PPNDIS_PACKET packets, UINT count);
bool ndis_model_step_send_complete(struct ndis_model *m);
void ndis_model_complete_frame(struct ndis_model *m, struct ndis_model_frame *frame);

/* property_ndis_channel.c */
void ndis_model_set_up_channel(struct ndis_model *m);
bool ndis_model_step_channel(struct ndis_model *m);
void ndis_model_end_channel(struct ndis_model *m);

#endif /* PROPERTY_NDIS_H */
