/* SPDX-License-Identifier: MIT */
/*
 * bug_check.h - the end of the simulated machine
 *
 * A bug check is for states from which no correct continuation exists: a lock
 * taken twice by its owner, an IRQL that goes the wrong way, an IOMMU whose
 * contents are unknown.  Broken rules with a defined continuation are
 * violations and go on (ndis/violation.h).
 */
#ifndef KE_BUG_CHECK_H
#define KE_BUG_CHECK_H

#include <stdint.h>

#include <ddk/bugcodes.h>

/* A code of this library, in the range that is left to applications; the others are NT's. */
#define BUG_CHECK_IOMMU_STATE_UNKNOWN 0xE0000001u

/**
 * ke_bug_check() - any level: report code, parameters and call chain, call the host's hook, abort
 * @first..@fourth: meaning depends on @code; the message explains them.
 */
_Noreturn void ke_bug_check(uint32_t code, uintptr_t first, uintptr_t second, uintptr_t third,
			    uintptr_t fourth);

/**
 * ke_on_bug_check() - PASSIVE: a routine that silences devices when this processor ends in a bug
 * check; runs once, at HIGH_LEVEL, before the host program's hook.  NULL for none.
 */
void ke_on_bug_check(void (*routine)(void));

#endif /* KE_BUG_CHECK_H */
