/* SPDX-License-Identifier: MIT */
/*
 * configuration.h - keywords of an adapter, inside the library
 */
#ifndef NDIS_CONFIGURATION_INTERNAL_H
#define NDIS_CONFIGURATION_INTERNAL_H

#include "ndis/adapter.h"

/* Bytes of a keyword, with its zero. */
#define NDIS_KEYWORD_LIMIT 128u

/**
 * ndis_configuration_create() - keywords from the host program's options
 *
 * Return: 0; -ENOMEM; -ENAMETOOLONG for a keyword, after a message.
 */
int ndis_configuration_create(struct shim_adapter *adapter);

/**
 * ndis_configuration_check_closed() - report configuration handles that MiniportInitialize
 * left open.
 */
void ndis_configuration_check_closed(struct shim_adapter *adapter);

/** ndis_configuration_release() - free keywords and handles. */
void ndis_configuration_release(struct shim_adapter *adapter);

/**
 * ndis_adapter_of_configuration() - the adapter of a WrapperConfigurationContext
 *
 * Return: NULL after a report.
 */
struct shim_adapter *ndis_adapter_of_configuration(NDIS_HANDLE handle, const char *call);

/**
 * ndis_configuration_set() - make or replace a setting
 *
 * Return: 0; -ENOMEM; -ENAMETOOLONG after a message.
 */
int ndis_configuration_set(struct shim_adapter *adapter, const char *name, const char *text);

/** ndis_configuration_forget() - every setting. */
void ndis_configuration_forget(struct shim_adapter *adapter);

/** ndis_configuration_of_driver() - the adapter of a driver that was made last, or NULL. */
struct shim_adapter *ndis_configuration_of_driver(const struct shim_driver *driver);

/** ndis_configuration_text() - of a keyword, or NULL. */
const char *ndis_configuration_text(const struct shim_adapter *adapter, const char *name);

/**
 * ndis_configuration_number() - the number that a setting is
 * @base: of its digits, 10 or 16; with 0x before them it is 16.
 *
 * Return: false when the text is no number of 32 bits.
 */
bool ndis_configuration_number(const char *text, int base, ULONG *value);

/** ndis_configuration_visit() - every keyword, until @visit returns false. */
void ndis_configuration_visit(const struct shim_adapter *adapter,
			      bool (*visit)(void *context, const char *name, const char *text),
			      void *context);

#endif /* NDIS_CONFIGURATION_INTERNAL_H */
