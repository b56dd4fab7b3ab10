/* SPDX-License-Identifier: MIT */
/*
 * mdl.c - see mdl.h
 */
#include <errno.h>

#include "mm/mdl.h"
#include "mm/span.h"

size_t mm_mdl_size(const void *va, size_t length)
{
	uint64_t pages = mm_span_pages(va, length);

	return pages <= MM_MDL_MAX_PAGES ? sizeof(MDL) + pages * sizeof(PFN_NUMBER) : 0;
}

static PFN_NUMBER frame_of(void *va, struct platform *platform)
{
	frame_t frame;
	int result = -ENOTSUP;

	if (platform)
		result = platform_frame_number(platform, va, &frame);
	if (result == -EFAULT) {
		/* A page that was never touched has no frame yet. */
		(void)*(volatile const unsigned char *)va;
		result = platform_frame_number(platform, va, &frame);
	}
	return result ? (uintptr_t)va >> PLATFORM_PAGE_SHIFT : frame.number;
}

MDL *mm_mdl_last(const MDL *first)
{
	const MDL *mdl, *former = first; /* is met again when the chain is circular */
	size_t steps = 0, power = 1;

	for (mdl = first; mdl->Next; mdl = mdl->Next) {
		if (mdl->Next == former)
			return NULL;
		if (++steps == power) {
			former = mdl->Next;
			power *= 2;
		}
	}
	return (MDL *)(uintptr_t)mdl;
}

void mm_mdl_build(MDL *mdl, void *va, size_t length, struct platform *platform)
{
	uint64_t pages = mm_span_pages(va, length);
	PFN_NUMBER *frames = MmGetMdlPfnArray(mdl);

	MmInitializeMdl(mdl, va, length);
	mdl->MdlFlags = MDL_SOURCE_IS_NONPAGED_POOL;
	mdl->MappedSystemVa = va;
	for (uint64_t i = 0; i < pages; i++) {
		/* The first page is asked for at the buffer: what precedes it may not be readable.
		 */
		void *page = i ? (char *)mdl->StartVa + (i << PLATFORM_PAGE_SHIFT) : va;

		frames[i] =
			length ? frame_of(page, platform) : (uintptr_t)page >> PLATFORM_PAGE_SHIFT;
	}
}
