/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_BUGCODES_H
#define NDIS_HEADERS_BUGCODES_H

/*
 * The name under which drivers include the codes of bug checks.
 */

#include "ddk/bugcodes.h"

#endif
