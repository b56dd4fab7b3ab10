/* SPDX-License-Identifier: MIT */
/*
 * property_hal.h - bus masters that use the HAL: a driver that calls at random, and a model of what
 * must come of it
 *
 * Adapter objects with few map registers, so that requests wait for each other; devices that ask
 * for adapter channels; transfers over one or several MDLs, in pieces of any length; scatter/gather
 * lists; common buffers; and the misuse of all of it.
 */
#ifndef PROPERTY_HAL_H
#define PROPERTY_HAL_H

#include "hal_fixture.h"
#include "property.h"

#define HAL_ADAPTERS  3u
#define HAL_DEVICES   4u
#define HAL_BASES     12u
#define HAL_LISTS     12u
#define HAL_COMMON    6u
#define HAL_JOBS      3u /* MDLs of one base */
#define HAL_PIECES    6u /* calls of IoMapTransfer for one MDL */
#define HAL_REGISTERS 24u

/** struct hal_model_piece - one IoMapTransfer */
struct hal_model_piece {
	size_t offset;
	struct property_transfer transfer;
	bool flushed;
};

/** struct hal_model_job - one MDL, mapped from its start on */
struct hal_model_job {
	PMDL mdl;
	struct property_buffer buffer;
	size_t mapped;
	struct hal_model_piece pieces[HAL_PIECES];
	unsigned int piece_count;
};

enum hal_model_kind {
	HAL_MODEL_CHANNEL,
	HAL_MODEL_LIST,
};

/** struct hal_model_base - a request for an adapter channel, then the registers that came of it */
struct hal_model_base {
	enum hal_model_kind kind;
	bool used;
	struct hal_model *model;
	unsigned int adapter;
	unsigned int device;
	bool waiting;
	bool kept; /* IoFreeMapRegisters gives it back */
	unsigned int count;
	unsigned int first;
	PVOID handle;
	bool to_device;
	unsigned int registers; /* that its mappings take */
	unsigned int live;
	size_t mapped_pages; /* of the platform, beyond bounce pages */
	struct hal_model_job jobs[HAL_JOBS];
	unsigned int job_count;
	/* Lists only. */
	PSCATTER_GATHER_LIST list;
	void *list_buffer;
	struct property_transfer transfer;
};

struct hal_model_adapter {
	PDMA_ADAPTER handle;
	unsigned int bits;
	bool scatter_gather;
	unsigned int granted;
	bool taken[HAL_REGISTERS];
	struct hal_model_base *holder;
	GQueue queue; /* of struct hal_model_base */
};

struct hal_model_common {
	unsigned int adapter;
	unsigned char *va;
	PHYSICAL_ADDRESS logical;
	ULONG length;
	BOOLEAN cached;
};

struct hal_model {
	struct hal_fixture f;
	struct property_variant variant;
	struct property_memory memory;
	struct shim_device *more_devices[HAL_DEVICES - 1];
	PDEVICE_OBJECT devices[HAL_DEVICES];
	unsigned int channels[HAL_DEVICES]; /* kept by KeepObject */
	struct hal_model_base *asked[HAL_DEVICES];
	struct hal_model_adapter adapters[HAL_ADAPTERS];
	struct hal_model_base bases[HAL_BASES + HAL_LISTS];
	struct hal_model_common common[HAL_COMMON];
	size_t fixed_pages; /* mapped when nothing is */
	PDMA_ADAPTER released;
	struct {
		unsigned int requests;
		unsigned int waits; /* sum of the lengths of the lines after each step */
		unsigned int transfers;
		unsigned int lists;
		unsigned int common_buffers;
	} done;
};

/** hal_model_open() - platform, devices, adapters. */
void hal_model_open(struct hal_model *m, const struct property_variant *variant);

/** hal_model_step() - one call, or one access by a device; then all but violations is compared. */
void hal_model_step(struct hal_model *m);

/** hal_model_close() - end what is under way, in order; nothing is left. */
void hal_model_close(struct hal_model *m);

/* ---- between the files of the model ---- */

/** hal_model_violation() - the call that was, or is about to be, made breaks one rule. */
static inline void hal_model_violation(struct hal_model *m)
{
	m->f.violations++;
}

/** hal_model_random_base() - a base of the kind that owns registers, or NULL. */
struct hal_model_base *hal_model_random_base(struct hal_model *m, enum hal_model_kind kind);

/** hal_model_new_base() - an unused one, or NULL. */
struct hal_model_base *hal_model_new_base(struct hal_model *m, enum hal_model_kind kind);

/** hal_model_fits() - there are so many adjacent registers; *@first of them. */
bool hal_model_fits(const struct hal_model_adapter *a, unsigned int count, unsigned int *first);

/** hal_model_wait() - @base stands in line. */
void hal_model_wait(struct hal_model *m, struct hal_model_base *base);

/** hal_model_turn() - it is the turn of @base, and it may have its registers. */
void hal_model_turn(struct hal_model *m, struct hal_model_base *base);

/** hal_model_mdl() - an MDL for the buffer, or for what IoBuildPartialMdl cuts off at its end. */
PMDL hal_model_mdl(struct property_buffer *buffer);

/** hal_model_forget_base() - the registers are back; the MDLs are freed and the bytes compared. */
void hal_model_forget_base(struct hal_model *m, struct hal_model_base *base);

/** hal_model_mapped() - pages that a mapping of [@va, @va + @length) takes of the IOMMU. */
size_t hal_model_mapped(enum dma_policy mechanism, const void *va, size_t length);

/** hal_model_end() - the model's side of hal_unmap(): the mappings of a base are over. */
void hal_model_end(struct hal_model *m, struct hal_model_base *base);

/** hal_model_check_over() - after it: what the device reaches of it. */
void hal_model_check_over(struct hal_model *m, const struct hal_model_base *base);

/* property_hal_transfer.c */
bool hal_model_step_map(struct hal_model *m, struct hal_model_base *base);
bool hal_model_step_flush(struct hal_model *m, struct hal_model_base *base);
void hal_model_flush_all(struct hal_model *m, struct hal_model_base *base);
bool hal_model_step_device(struct hal_model *m);

/* property_hal_list.c */
bool hal_model_step_list(struct hal_model *m);
bool hal_model_step_put(struct hal_model *m);
bool hal_model_step_size(struct hal_model *m);
void hal_model_put(struct hal_model *m, struct hal_model_base *base);

/* property_hal_common.c */
bool hal_model_step_common(struct hal_model *m);
bool hal_model_step_cache(struct hal_model *m);
bool hal_model_step_adapter(struct hal_model *m);
void hal_model_free_common(struct hal_model *m);
bool hal_model_step_misuse(struct hal_model *m);

#endif /* PROPERTY_HAL_H */
