/* SPDX-License-Identifier: MIT */
/* precomp.h - all headers of the driver, compiled once. */
#pragma warning(disable:4201)
#include <ndis.h>
#include <ntstrsafe.h>
#include "xpnic.h"
#pragma hdrstop
