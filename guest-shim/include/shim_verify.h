/* SPDX-License-Identifier: MIT */
/*
 * shim_verify.h - the checking mode, for host programs
 *
 * Rules that a driver breaks are reported in every mode.  The checking mode finds more of them,
 * tells where the object at fault was made, and can end the machine as Windows would.
 */
#ifndef SHIM_VERIFY_H
#define SHIM_VERIFY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum shim_verify {
	SHIM_VERIFY_OFF,
	SHIM_VERIFY_REPORT, /* report and go on */
	SHIM_VERIFY_STOP,   /* report, then a bug check */
};

/** SHIM_VERIFY_CODES - numbers of DMA verification are below this. */
#define SHIM_VERIFY_CODES 0x27u

/**
 * struct shim_verify_statistics
 * @codes: violations per number of DMA verification.
 * @uncoded: those of rules without a number.
 * @records: objects that exist: map registers, mappings, scatter/gather lists, shared memory.
 */
struct shim_verify_statistics {
	enum shim_verify mode;
	uint64_t codes[SHIM_VERIFY_CODES];
	uint64_t uncoded;
	uint64_t records;
};

/** shim_verify_name() - "off", "report" or "stop"; "?" for a value outside the enum. */
const char *shim_verify_name(enum shim_verify mode);

/** shim_verify_code_text() - what number @code stands for; NULL when nothing is known of it. */
const char *shim_verify_code_text(unsigned int code);

#ifdef __cplusplus
}
#endif

#endif /* SHIM_VERIFY_H */
