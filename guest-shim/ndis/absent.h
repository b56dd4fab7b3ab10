/* SPDX-License-Identifier: MIT */
/*
 * absent.h - functions for media and buses that no platform has
 */
#ifndef NDIS_ABSENT_H
#define NDIS_ABSENT_H

#include <stdbool.h>

/**
 * ndis_say_absent() - log, once, that @call has no meaning here
 * @said: of that function alone.
 * @why: what is missing: "there are no virtual connections".
 */
void ndis_say_absent(bool *said, const char *call, const char *why);

/** NDIS_ABSENT() - ndis_say_absent() with a memory of its own. */
#define NDIS_ABSENT(call, why)                                                                     \
	do {                                                                                       \
		static _Thread_local bool said;                                                    \
                                                                                                   \
		ndis_say_absent(&said, call, why);                                                 \
	} while (0)

#endif /* NDIS_ABSENT_H */
