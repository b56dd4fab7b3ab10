/* SPDX-License-Identifier: MIT */

/*
 * Ends what the last <pshpack1.h>, <pshpack2.h>, <pshpack4.h> or <pshpack8.h> began: structures
 * that follow are laid out as before it.
 */
#pragma pack(pop)
