/* SPDX-License-Identifier: MIT */
/*
 * verifier.h - the checking mode
 *
 * Every rule that a driver breaks, in ndis/ or hal/, goes through verifier_report().  Without a
 * verifier that is one line in the log.  With one, the library also keeps a record of what
 * drivers create and map, and the report tells who made the object and who ended it; in mode
 * STOP a bug check follows.  The numbers are those of Windows' DMA verification
 * (ndis-hal-dma.md section 12, docs/verifier.md).
 *
 * A verifier belongs to one platform, of which an adapter of ndis/ may be the only user, and to its
 * thread.  NULL stands for "off": callers test that with one branch, and every function here
 * accepts it.  Any IRQL.
 */
#ifndef VERIFIER_VERIFIER_H
#define VERIFIER_VERIFIER_H

#include <stdbool.h>

#include "dma/dma.h"
#include "include/shim_verify.h"
#include "platform/platform.h"
#include "verifier/event.h"

struct verifier;

/** enum verifier_code - parameter 1 of bug check 0xE6; NONE for rules without a number */
enum verifier_code {
	VERIFIER_NONE = -1,
	VERIFIER_MISCELLANEOUS = 0x00,
	VERIFIER_COMMON_BUFFER_FREED_TWICE = 0x03,
	VERIFIER_CHANNEL_FREED_TWICE = 0x04,
	VERIFIER_REGISTERS_FREED_TWICE = 0x05,
	VERIFIER_LIST_FREED_TWICE = 0x06,
	VERIFIER_COMMON_BUFFER_LEFT = 0x07,
	VERIFIER_CHANNEL_LEFT = 0x08,
	VERIFIER_REGISTERS_LEFT = 0x09,
	VERIFIER_LIST_LEFT = 0x0A,
	VERIFIER_SECOND_CHANNEL = 0x0B,
	VERIFIER_TOO_MANY_REGISTERS = 0x0C,
	VERIFIER_NOT_FLUSHED = 0x0D,
	VERIFIER_NOT_LOCKED = 0x0E,
	VERIFIER_OVERRUN = 0x0F,
	VERIFIER_FREED_WHILE_MAPPED = 0x10,
	VERIFIER_TOO_MANY_REFERENCES = 0x11,
	VERIFIER_IRQL = 0x13,
	VERIFIER_IRQL_AT_RETURN = 0x14,
	VERIFIER_ALLOCATION_TOO_LARGE = 0x15,
	VERIFIER_FLUSH_UNMAPPED = 0x16,
	VERIFIER_RELEASED_ADAPTER = 0x18,
	VERIFIER_NULL_ADAPTER = 0x19,
	VERIFIER_OUTSIDE_MDL = 0x1B,
	VERIFIER_MAPPED_TWICE = 0x1D,
	VERIFIER_OLD_HAL_GET_ADAPTER = 0x1E,
	VERIFIER_INVALID_BUFFER = 0x1F,
	VERIFIER_NEVER_MAPPED = 0x20,
	VERIFIER_ZERO_LENGTH = 0x21,
	VERIFIER_NO_SYSTEM_ADDRESS = 0x22,
	VERIFIER_ILLEGAL_FLUSH = 0x23,
	VERIFIER_BUFFER_TOO_SMALL = 0x24,
	VERIFIER_DESCRIPTION_VERSION = 0x25,
	VERIFIER_IOMMU_FAULT = 0x26,
};

/** verifier_create() - PASSIVE.  @verifier: out: NULL for SHIM_VERIFY_OFF.  Return: 0, -ENOMEM. */
int verifier_create(enum shim_verify mode, struct verifier **verifier);

/** verifier_destroy() - PASSIVE. */
void verifier_destroy(struct verifier *verifier);

/** verifier_statistics() - counts so far; zeros when off. */
void verifier_statistics(const struct verifier *verifier,
			 struct shim_verify_statistics *statistics);

/* ---- reporting ----------------------------------------------------------------------------- */

/**
 * struct verifier_detail - what a violation has beyond its texts
 * @code: number of the rule.
 * @ndis_rule: parameter 1 of bug check 0x7C (0xD2 on Windows 2000 and XP) for rules that NDIS
 *	checks itself, which stop mode then uses; 0: none.
 * @object: handle of the object it is about, as given to verifier_created(); NULL: none.  Its
 *	record, or that of the last object with the handle, is told.
 * @made: where an object was made that has no record; NULL: nothing to tell.
 * @advice: nothing is wrong with the call: a warning, which is counted by its number and never ends
 *	in a bug check.
 * @parameters: parameters 2 to 4 of the bug check.
 */
struct verifier_detail {
	enum verifier_code code;
	unsigned int ndis_rule;
	const void *object;
	const struct verifier_event *made;
	bool advice;
	uintptr_t parameters[3];
};

#define VERIFIER_DETAIL(...) (&(const struct verifier_detail){.code = __VA_ARGS__})

/**
 * struct verifier_violation - a rule that was broken
 * @driver: name of the driver, or NULL.
 * @call: name of the function.
 * @rule: the rule, as a sentence without full stop.
 * @arguments: the values that break it.
 */
struct verifier_violation {
	struct verifier_detail detail;
	const char *driver;
	const char *call;
	const char *rule;
	const char *arguments;
};

/**
 * verifier_irql_rule() - the rule that a call at the wrong IRQL breaks
 * @level: the highest level allowed, or with @exactly the only one.
 */
const char *verifier_irql_rule(unsigned int level, bool exactly);

/** verifier_report() - log, count, tell where the object came from; in mode STOP do not return. */
void verifier_report(struct verifier *verifier, const struct verifier_violation *violation);

/**
 * verifier_hold() - mode STOP: no bug check until verifier_let_go()
 *
 * For places that report several things at once, as at the end of MiniportHalt.
 */
void verifier_hold(struct verifier *verifier);

/** verifier_let_go() - the bug check of the first violation since verifier_hold(), if there was
 * one. */
void verifier_let_go(struct verifier *verifier);

/**
 * verifier_fault() - the IOMMU refused an access of the device
 *
 * A violation with code 0x26: the report names the mapping or the shared memory to which the
 * address belongs or belonged last.
 */
void verifier_fault(struct verifier *verifier, const char *driver,
		    const struct platform_fault *fault);

/**
 * verifier_damage() - report the guard bytes that the DMA layer has found damaged
 * @call: function that had them looked at.
 * @last: out: number of the last violation that was reported; NULL: it is a miniport's, and damage
 *	to its shared memory is a matter of NDIS (bug check 0x7C).
 *
 * Call it after dma_slot_map(), dma_slot_unmap(), dma_common_buffer_free() and
 * dma_adapter_check_common_buffers().  Return: violations that were reported.
 */
unsigned int verifier_damage(struct verifier *verifier, const char *driver, const char *call,
			     struct dma_adapter *adapter, enum verifier_code *last);

/** verifier_check_zone() - look at the guard bytes behind memory below 16 MiB; otherwise as
 * verifier_damage(). */
unsigned int verifier_check_zone(struct verifier *verifier, const char *driver, const char *call,
				 const struct dma_guard_zone *zone, enum verifier_code *last);

/* ---- records ------------------------------------------------------------------------------- */

enum verifier_kind {
	VERIFIER_ADAPTER,
	VERIFIER_CHANNEL,
	VERIFIER_COMMON_BUFFER,
	VERIFIER_LIST,
	VERIFIER_MAPPING,
	VERIFIER_MAP_REGISTERS,
	VERIFIER_DMA_CHANNEL,
	VERIFIER_TRANSFER,
	VERIFIER_OTHER,
};

/**
 * struct verifier_object - what a record keeps of an object
 * @handle: identifies it among the objects of its kind that exist.
 * @name: OTHER: what it is: "spin lock"; a string that lives as long as the library.
 * @number: MAPPING: map register; MAP_REGISTERS: how many; DMA_CHANNEL and TRANSFER: channel.
 * @base: MAPPING and MAP_REGISTERS: the MapRegisterBase, or NULL.
 * @buffer: MDL, or NULL.
 * @packet: NDIS_PACKET, or NULL.
 * @region: memory, or NULL, 0; the first piece of it where there are several.
 * @regions, @region_count: all pieces, which live as long as the object, or NULL, 0: @region is
 * all.
 * @access: what the device may do; 0: nothing to say.
 */
struct verifier_object {
	enum verifier_kind kind;
	const void *handle;
	const char *name;
	unsigned int number;
	const void *base;
	const void *buffer;
	const void *packet;
	struct dma_region region;
	const struct dma_region *regions;
	unsigned int region_count;
	enum platform_access access;
};

/**
 * verifier_created() - an object exists
 * @runs, @run_count: logical addresses at which the device finds it.
 * @call: function that made it.
 * @caller: return address into the code that called it, or NULL.
 */
void verifier_created(struct verifier *verifier, const struct verifier_object *object,
		      const struct dma_run *runs, unsigned int run_count, const char *call,
		      const void *caller);

/** verifier_ended() - it does not exist any more; what is known of it is kept for a while. */
void verifier_ended(struct verifier *verifier, enum verifier_kind kind, const void *handle,
		    const char *call, const void *caller);

/** verifier_has_seen() - an object with this handle exists or has existed. */
bool verifier_has_seen(const struct verifier *verifier, const void *handle);

/** VERIFIER_OVERLAP_RULE - what verifier_overlap() finds broken. */
#define VERIFIER_OVERLAP_RULE "memory is mapped once at a time"

/**
 * verifier_overlap() - does something let a device reach bytes of @region already?
 *
 * Mappings, scatter/gather lists and slave transfers that exist.  Return: false; true, and @detail
 * and @text are what the violation has to say.
 */
bool verifier_overlap(const struct verifier *verifier, struct dma_region region,
		      struct verifier_detail *detail, char *text, size_t size);

/**
 * verifier_find_other() - an object of kind OTHER whose handle lies in the memory
 * @name: of the object; NULL: any.
 *
 * Return: its handle, or NULL.
 */
const void *verifier_find_other(const struct verifier *verifier, const char *name, const void *va,
				size_t length);

/** verifier_describe() - "map register 3", "scatter/gather list 0x..."; Return: @text. */
const char *verifier_describe(const struct verifier_object *object, char *text, size_t size);

#endif /* VERIFIER_VERIFIER_H */
