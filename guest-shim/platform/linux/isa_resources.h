/* SPDX-License-Identifier: MIT */
/*
 * isa_resources.h - which resources an ISA device can have on a PC
 */
#ifndef PLATFORM_LINUX_ISA_RESOURCES_H
#define PLATFORM_LINUX_ISA_RESOURCES_H

#include "platform/linux/explain.h"
#include "platform/platform.h"

/** ISA_PORT_MINIMUM - ports below are the system board's own. */
#define ISA_PORT_MINIMUM 0x100u
#define ISA_PORT_END	 0x10000u

/**
 * isa_resources_check() - whether a PC has these resources for a device
 *
 * Whether another device uses them is not looked at.  Return: 0; -EINVAL, explained: the resource,
 * its value and the rule.
 */
int isa_resources_check(const struct platform_isa *isa, struct explanation *why);

#endif /* PLATFORM_LINUX_ISA_RESOURCES_H */
