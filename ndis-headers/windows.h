/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_WINDOWS_H
#define NDIS_HEADERS_WINDOWS_H

/*
 * The names of <windows.h> that sources which are shared between drivers and programs use: basic
 * types, and the halves of integers. No function of Windows is declared here.
 */

#include "ddk/guid.h"
#include "ntdef.h"

typedef void *LPVOID;
typedef const void *LPCVOID;
typedef BYTE *LPBYTE;
typedef WORD *PWORD, *LPWORD;
typedef DWORD *PDWORD, *LPDWORD;
typedef BOOL *PBOOL, *LPBOOL;
typedef LONG *LPLONG;
typedef float FLOAT;
typedef LONG HRESULT;

/* The low and the high byte of 16 bits, the low and the high half of 32, and how they are joined. */
#define LOBYTE(Value) ((BYTE)((ULONG_PTR)(Value) & 0xFF))
#define HIBYTE(Value) ((BYTE)(((ULONG_PTR)(Value) >> 8) & 0xFF))
#define LOWORD(Value) ((WORD)((ULONG_PTR)(Value) & 0xFFFF))
#define HIWORD(Value) ((WORD)(((ULONG_PTR)(Value) >> 16) & 0xFFFF))
#define MAKEWORD(Low, High) ((WORD)((BYTE)(Low) | (WORD)(BYTE)(High) << 8))
#define MAKELONG(Low, High) ((LONG)((WORD)(Low) | (DWORD)(WORD)(High) << 16))

#endif
