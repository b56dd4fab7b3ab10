/* SPDX-License-Identifier: MIT */
/*
 * mdl.h - memory descriptor lists in NT's layout
 */
#ifndef MM_MDL_H
#define MM_MDL_H

#include <stdbool.h>

#include <ddk/mdl.h>
#include "mm/span.h"
#include "platform/platform.h"

/* Size is a signed 16-bit field: this many pages leave it positive (ndis-hal-dma.md section 2). */
#define MM_MDL_MAX_PAGES ((INT16_MAX - sizeof(MDL)) / sizeof(PFN_NUMBER))

/**
 * mm_mdl_size() - bytes of an MDL for @length bytes at @va with its page array; 0 when too
 * long for one.
 */
size_t mm_mdl_size(const void *va, size_t length);

/** mm_mdl_room() - pages that the page array behind an MDL has room for, as its Size tells. */
static inline size_t mm_mdl_room(const MDL *mdl)
{
	return mdl->Size > (CSHORT)sizeof(MDL)
		       ? ((size_t)mdl->Size - sizeof(MDL)) / sizeof(PFN_NUMBER)
		       : 0;
}

/** mm_mdl_pages() - pages that ByteCount claims; more than mm_mdl_room() are not described. */
static inline uint64_t mm_mdl_pages(const MDL *mdl)
{
	return mm_span_pages((const char *)mdl->StartVa + mdl->ByteOffset, mdl->ByteCount);
}

/** mm_mdl_last() - the last MDL of a chain; NULL: it leads back into itself and has none. */
MDL *mm_mdl_last(const MDL *first);

/**
 * mm_mdl_build() - describe resident memory
 * @mdl: mm_mdl_size(@va, @length) bytes.
 * @platform: tells the numbers of the page frames; NULL, or a platform that
 *	may not tell, leaves the number of the virtual page in each element: a key
 *	that is unique within the process.
 */
void mm_mdl_build(MDL *mdl, void *va, size_t length, struct platform *platform);

#endif /* MM_MDL_H */
