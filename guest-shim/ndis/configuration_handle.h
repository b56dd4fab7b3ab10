/* SPDX-License-Identifier: MIT */
/*
 * configuration_handle.h - open configuration handles, for the files of the configuration only
 */
#ifndef NDIS_CONFIGURATION_HANDLE_H
#define NDIS_CONFIGURATION_HANDLE_H

#include "ndis/configuration.h"

/** struct configuration_value - a value handed to the driver, freed with its handle */
struct configuration_value {
	struct configuration_value *next;
	NDIS_CONFIGURATION_PARAMETER parameter;
	WCHAR text[];
};

/** struct ndis_configuration - an open configuration handle */
struct ndis_configuration {
	struct ndis_configuration *next;
	struct shim_adapter *adapter;
	char prefix[NDIS_KEYWORD_LIMIT]; /* with which the names of its settings begin */
	struct configuration_value *values;
	unsigned char address[6];
};

/** ndis_configuration_find() - what a ConfigurationHandle stands for.  Return: NULL after a report.
 */
struct ndis_configuration *ndis_configuration_find(NDIS_HANDLE handle, const char *call);

/**
 * ndis_configuration_status() - check the argument Status, which holds NDIS_STATUS_FAILURE from
 * now on.  Return: false after a report.
 */
bool ndis_configuration_status(const char *call, PNDIS_STATUS status);

/**
 * ndis_configuration_narrow() - a counted string as text
 *
 * Characters beyond Latin 1 become '?'.  Return: to be freed; NULL without memory.
 */
char *ndis_configuration_narrow(const NDIS_STRING *string);

/**
 * ndis_configuration_value() - make a value that lives as long as the handle
 * @characters: for which it has room.
 *
 * Return: NULL without memory.
 */
struct configuration_value *ndis_configuration_value(struct ndis_configuration *configuration,
						     size_t characters);

/** ndis_configuration_widen() - put a text into the characters of @value, and let @string be it. */
void ndis_configuration_widen(struct configuration_value *value, const char *text,
			      NDIS_STRING *string);

#endif /* NDIS_CONFIGURATION_HANDLE_H */
