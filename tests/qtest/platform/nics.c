/* SPDX-License-Identifier: MIT */
/*
 * nics.c - the stock NICs of QEMU that there are miniports for
 */
#include "nics.h"

const struct session_nic stock_nics[] = {
	{"e1000", "e1000,romfile=", "E1000_MINIPORT"},
	{"pcnet", "pcnet,romfile=", "PCNET_MINIPORT"},
	{NULL},
};
