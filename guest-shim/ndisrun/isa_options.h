/* SPDX-License-Identifier: MIT */
/*
 * isa_options.h - the option --isa of ndisrun run
 */
#ifndef NDISRUN_ISA_OPTIONS_H
#define NDISRUN_ISA_OPTIONS_H

#include <stdbool.h>

#include "platform/platform.h"

/**
 * struct isa_run_options
 * @enabled: --isa is given.
 * @resources: what it says.
 */
struct isa_run_options {
	bool enabled;
	struct platform_isa resources;
};

/** isa_options_parse() - iobase=N,irq=N[,dma=N][,ports=N].  Return: 0; -EINVAL, complained about.
 */
int isa_options_parse(struct isa_run_options *options, const char *text);

#endif /* NDISRUN_ISA_OPTIONS_H */
