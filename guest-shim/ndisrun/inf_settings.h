/* SPDX-License-Identifier: MIT */
/*
 * inf_settings.h - what the INF file of a driver sets for a device
 *
 * Windows finds the device among the models of the file, and writes to the driver's key of the
 * registry what the AddReg sections of the model's install section say.  Values directly in that
 * key are the driver's keywords.  Values below Ndi\params describe keywords that a user may set:
 * their type, limits and default.
 *
 * Of sections that exist for several systems, [Name.NTamd64], [Name.NTx86], [Name.NT] and [Name] are
 * looked at in this order, a version behind the first three included.
 */
#ifndef NDISRUN_INF_SETTINGS_H
#define NDISRUN_INF_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "ndisrun/inf_file.h"

#define INF_HARDWARE_IDS  12
#define INF_HARDWARE_SIZE 64

/** struct inf_device - names of a device, the most exact first; @count: how many. */
struct inf_device {
	char ids[INF_HARDWARE_IDS][INF_HARDWARE_SIZE];
	unsigned int count;
};

/** inf_device_of_pci() - the names that Windows gives a PCI function. @header: the first 64 bytes of
 * its configuration space. */
void inf_device_of_pci(const uint8_t header[64], struct inf_device *device);

enum inf_type {
	INF_ANY, /* Ndi\params does not tell of the keyword */
	INF_NUMBER,
	INF_EDIT,
	INF_ENUM,
};

/** struct inf_choice - a value of a parameter of type enum */
struct inf_choice {
	struct inf_choice *next;
	char *value;
};

/**
 * struct inf_keyword - a keyword of the driver
 * @line: where the file speaks of it last.
 * @value: that the driver finds; NULL: none unless the user sets one.
 * @type, @type_name: of Ndi\params; @bits: 16 or 32 of a number.
 * @base: of a number, 10 or 16.
 * @minimum, @maximum, @step: limits of a number; step 0: none.
 * @limit: characters of an edit parameter, 0: no limit. @upper: it is upper case.
 * @optional: it need not have a value.
 * @preset: default, as text; NULL: none.
 */
struct inf_keyword {
	struct inf_keyword *next;
	unsigned int line;
	char *name;
	char *value;
	enum inf_type type;
	char type_name[8];
	unsigned int base;
	bool has_minimum;
	bool has_maximum;
	long long minimum;
	long long maximum;
	long long step;
	char *minimum_text;
	char *maximum_text;
	char *step_text;
	unsigned long limit;
	bool upper;
	bool optional;
	char *preset;
	struct inf_choice *choices;
};

/**
 * struct inf_settings
 * @file: must outlive the settings.
 * @id: name of the device that a model of the file has.
 * @section: install section.
 * @keywords: in the order of their first mention.
 */
struct inf_settings {
	const struct inf_file *file;
	char id[INF_HARDWARE_SIZE];
	char section[INF_TEXT_SIZE];
	struct inf_keyword *keywords;
};

/**
 * inf_settings_read() - the keywords of a device
 * @settings: out: to be freed with inf_settings_free(), after a failure too.
 *
 * Lines of AddReg sections that are for other keys are passed over; keywords of a type that no miniport of
 * NDIS 5 reads (REG_BINARY, REG_MULTI_SZ) are named on stderr.
 * Return: 0; -ENODEV no model is the device, -EINVAL a line is wrong; explained: file, line, value,
 * rule.
 */
int inf_settings_read(const struct inf_file *file, const struct inf_device *device,
		      struct inf_settings *settings, struct explanation *why);

void inf_settings_free(struct inf_settings *settings);

/**
 * inf_settings_check() - whether a user may set @keyword to @value
 *
 * A keyword that the file does not describe may have any value.
 * Return: 0; -EINVAL, explained: file, line, value, rule.
 */
int inf_settings_check(const struct inf_settings *settings, const char *keyword, const char *value,
		       struct explanation *why);

/** inf_settings_print() - each keyword in a line: value, type, limits. */
void inf_settings_print(const struct inf_settings *settings, FILE *file);

/** inf_models_print() - each model of the file in a line: name of the device, install section.
 * Return: 0; -EINVAL, explained. */
int inf_models_print(const struct inf_file *file, FILE *stream, struct explanation *why);

#endif /* NDISRUN_INF_SETTINGS_H */
