/* SPDX-License-Identifier: MIT */
/*
 * inf_models.h - the devices that an INF file is for
 */
#ifndef NDISRUN_INF_MODELS_H
#define NDISRUN_INF_MODELS_H

#include "ndisrun/inf_file.h"

/**
 * inf_models_visit() - call @visit for each device name of each model, in the order of the file
 * @id: name of a device, like PCI\VEN_8086&DEV_100E.
 * @section: its install section.
 *
 * A result other than 0 ends the visit.
 * Return: 0; the result of @visit; -EINVAL there is no list of models, explained.
 */
int inf_models_visit(const struct inf_file *file,
		     int (*visit)(void *context, const struct inf_line *line, const char *id,
				  const char *section),
		     void *context, struct explanation *why);

/**
 * inf_section_decorated() - the section for this system: NAME.NTamd64, NAME.NTx86, NAME.NT or NAME
 *
 * The first three may go on with a version.  Return: the section, or NULL.
 */
const struct inf_section *inf_section_decorated(const struct inf_file *file, const char *name);

#endif /* NDISRUN_INF_MODELS_H */
