/* SPDX-License-Identifier: MIT */
/*
 * isa_resources.c - which resources an ISA device can have on a PC
 */
#include <errno.h>

#include "platform/linux/isa_resources.h"
#include "support/compiler.h"

/* 0 timer, 1 keyboard, 2 second interrupt controller, 8 clock, 13 coprocessor. */
#define ISA_IRQS    0xdef8u
#define ISA_CASCADE 4u
#define ISA_DMA_MAX 7u

SHIM_EXPORT int isa_resources_check(const struct platform_isa *isa, struct explanation *why)
{
	if (isa->port < ISA_PORT_MINIMUM || isa->port >= ISA_PORT_END)
		return explain(why, -EINVAL,
			       "I/O port 0x%x: ports of ISA devices are 0x%x to 0x%x; those below "
			       "belong to the system board",
			       isa->port, ISA_PORT_MINIMUM, ISA_PORT_END - 1);
	if (!isa->ports || isa->ports > ISA_PORT_END - isa->port)
		return explain(why, -EINVAL,
			       "%u I/O ports from 0x%x on: there must be at least one, and none "
			       "above 0x%x",
			       isa->ports, isa->port, ISA_PORT_END - 1);
	if (isa->irq > 15 || !(ISA_IRQS >> isa->irq & 1))
		return explain(why, -EINVAL,
			       "interrupt %u: ISA devices can have 3 to 7, 9 to 12, 14 and 15",
			       isa->irq);
	if (isa->dma == PLATFORM_ISA_NO_DMA)
		return 0;
	if (isa->dma == ISA_CASCADE)
		return explain(why, -EINVAL,
			       "DMA channel 4 connects the two DMA controllers: devices can have 0 "
			       "to 3 and 5 to 7");
	if (isa->dma > ISA_DMA_MAX)
		return explain(why, -EINVAL, "DMA channel %u: devices can have 0 to 3 and 5 to 7",
			       isa->dma);
	return 0;
}
