/* SPDX-License-Identifier: MIT */

/*
 * Packs the structures that follow to 2 bytes, up to the matching <poppack.h>. Included as often as
 * it is needed, and nested.
 */
#pragma pack(push, 2)
