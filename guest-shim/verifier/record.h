/* SPDX-License-Identifier: MIT */
/*
 * record.h - between the files of verifier/: what is kept of objects
 */
#ifndef VERIFIER_RECORD_H
#define VERIFIER_RECORD_H

#include <stdio.h>

#include "verifier/verifier.h"

/* Runs that a record keeps apart; neighbours are joined, and what is more ends in the last. */
#define RECORD_RUNS 8u

/* Records of objects that do not exist any more. */
#define ENDED_RECORDS 1024u

/** struct verifier_record */
struct verifier_record {
	struct verifier_record *next;
	struct verifier_object object;
	struct dma_run runs[RECORD_RUNS];
	unsigned int run_count;
	struct verifier_event created;
	struct verifier_event ended;
};

/**
 * struct verifier
 * @alive: newest first.
 * @spare: to be used again.
 * @ended: ring of the @ended_count objects that ended last; @ended_next is overwritten next.
 * @first: with @held set, what verifier_hold() postponed.
 */
struct verifier {
	enum shim_verify mode;
	struct verifier_record *alive;
	struct verifier_record *spare;
	struct verifier_record *ended[ENDED_RECORDS];
	unsigned int ended_count;
	unsigned int ended_next;
	struct shim_verify_statistics statistics;
	unsigned int holds;
	bool held;
	struct verifier_detail first;
};

/** record_find() - the object with this handle or memory that exists, else the last that did, or
 * NULL. */
const struct verifier_record *record_find(const struct verifier *verifier, const void *handle);

/** record_ended() - the @age-th newest of the objects that ended, from 0; NULL when there is none.
 */
const struct verifier_record *record_ended(const struct verifier *verifier, unsigned int age);

/**
 * enum record_fit - how well an address fits an object, best first
 *
 * SAME_PAGE because IOMMUs report pages; PAGE_BEHIND is never mapped.
 */
enum record_fit {
	RECORD_FIT_INSIDE,
	RECORD_FIT_SAME_PAGE,
	RECORD_FIT_PAGE_BEHIND,
	RECORD_FIT_NONE,
};

/** record_at() - the object to which a logical address belongs, or belonged last; NULL: none is
 * known. */
const struct verifier_record *record_at(const struct verifier *verifier, uint64_t address,
					enum record_fit *fit);

/** record_write() - "map register 3, buffer 0x..., 1514 bytes at 0x..., for the device to read". */
void record_write(FILE *file, const struct verifier_record *record);

/** record_write_history() - who made it and who ended it, and how long ago. */
void record_write_history(FILE *file, const struct verifier_record *record);

/** record_write_made() - where an object without record was made. */
void record_write_made(FILE *file, const struct verifier_event *made);

/** record_free_all() - with the verifier. */
void record_free_all(struct verifier *verifier);

/** report_record() - verifier_report() about an object whose record is known. */
void report_record(struct verifier *verifier, const struct verifier_violation *violation,
		   const struct verifier_record *record);

#endif /* VERIFIER_RECORD_H */
