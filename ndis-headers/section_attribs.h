/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_SECTION_ATTRIBS_H
#define NDIS_HEADERS_SECTION_ATTRIBS_H

/*
 * Words by which driver sources say where code and data shall lie: in a section that is thrown
 * away after DriverEntry ("INIT") or that can be paged ("PAGE"). Nothing is thrown away or paged
 * here, so CODE_SEG and DATA_SEG are empty.
 *
 * The other two keep a function out of line: one that raises the IRQL must not become part of a
 * function that can be paged, nor the other way round.
 */

#include "ntdef.h"

#ifndef CODE_SEG
#define CODE_SEG(Segment)
#endif
#ifndef DATA_SEG
#define DATA_SEG(Segment)
#endif
#ifndef DECLSPEC_NOINLINE_FROM_PAGED
#define DECLSPEC_NOINLINE_FROM_PAGED DECLSPEC_NOINLINE
#endif
#ifndef DECLSPEC_NOINLINE_FROM_NOT_PAGED
#define DECLSPEC_NOINLINE_FROM_NOT_PAGED DECLSPEC_NOINLINE
#endif

#endif
