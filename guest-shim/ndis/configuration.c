/* SPDX-License-Identifier: MIT */
/*
 * configuration.c - keys of settings: the adapter's own and those below it
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ndis/configuration_handle.h"
#include "ndis/violation.h"
#include "support/trace.h"

static void free_values(struct ndis_configuration *configuration)
{
	while (configuration->values) {
		struct configuration_value *value = configuration->values;

		configuration->values = value->next;
		free(value);
	}
}

static void close_handle(struct ndis_configuration *configuration)
{
	struct ndis_configuration **link = &configuration->adapter->configuration.handles;

	while (*link != configuration)
		link = &(*link)->next;
	*link = configuration->next;
	free_values(configuration);
	free(configuration);
}

void ndis_configuration_check_closed(struct shim_adapter *adapter)
{
	for (struct ndis_configuration *handle = adapter->configuration.handles; handle;
	     handle = handle->next)
		ndis_violation(adapter, "MiniportInitialize",
			       "NdisCloseConfiguration follows every NdisOpenConfiguration before "
			       "MiniportInitialize returns",
			       "configuration handle %p is open", (void *)handle);
}

void ndis_configuration_release(struct shim_adapter *adapter)
{
	while (adapter->configuration.handles)
		close_handle(adapter->configuration.handles);
	ndis_configuration_forget(adapter);
}

struct shim_adapter *ndis_adapter_of_configuration(NDIS_HANDLE handle, const char *call)
{
	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		if (handle == &adapter->configuration)
			return adapter;
	}
	ndis_violation(NULL, call,
		       "WrapperConfigurationContext is the handle that MiniportInitialize received",
		       "%p is not", handle);
	return NULL;
}

struct ndis_configuration *ndis_configuration_find(NDIS_HANDLE handle, const char *call)
{
	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		for (struct ndis_configuration *known = adapter->configuration.handles; known;
		     known = known->next) {
			if (known == handle)
				return known;
		}
	}
	ndis_violation(NULL, call, "ConfigurationHandle is what NdisOpenConfiguration stored",
		       "%p is no open configuration handle", handle);
	return NULL;
}

bool ndis_configuration_status(const char *call, PNDIS_STATUS status)
{
	if (!ndis_is_given(call, "Status", status))
		return false;
	*status = NDIS_STATUS_FAILURE;
	return true;
}

char *ndis_configuration_narrow(const NDIS_STRING *string)
{
	size_t length = string->Buffer ? string->Length / sizeof(WCHAR) : 0;
	char *text = malloc(length + 1);
	size_t i;

	for (i = 0; text && i < length; i++)
		text[i] = (char)(string->Buffer[i] < 256 ? string->Buffer[i] : '?');
	if (text)
		text[length] = '\0';
	return text;
}

struct configuration_value *ndis_configuration_value(struct ndis_configuration *configuration,
						     size_t characters)
{
	struct configuration_value *value =
		calloc(1, sizeof(*value) + (characters + 1) * sizeof(WCHAR));

	if (!value)
		return NULL;
	value->next = configuration->values;
	configuration->values = value;
	return value;
}

void ndis_configuration_widen(struct configuration_value *value, const char *text,
			      NDIS_STRING *string)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++)
		value->text[i] = (WCHAR)(unsigned char)text[i];
	string->Buffer = value->text;
	string->Length = (USHORT)(length * sizeof(WCHAR));
	string->MaximumLength = (USHORT)((length + 1) * sizeof(WCHAR));
}

/* A handle to the settings whose names begin with @prefix. */
static NDIS_STATUS open_key(struct shim_adapter *adapter, const char *prefix, PNDIS_HANDLE handle)
{
	struct ndis_configuration *configuration = calloc(1, sizeof(*configuration));

	if (!configuration)
		return NDIS_STATUS_RESOURCES;
	configuration->adapter = adapter;
	memcpy(configuration->prefix, prefix, strlen(prefix) + 1);
	configuration->next = adapter->configuration.handles;
	adapter->configuration.handles = configuration;
	*handle = configuration;
	return NDIS_STATUS_SUCCESS;
}

VOID NTAPI NdisOpenConfiguration(PNDIS_STATUS Status, PNDIS_HANDLE ConfigurationHandle,
				 NDIS_HANDLE WrapperConfigurationContext)
{
	static const char call[] = "NdisOpenConfiguration";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter;

	if (!ndis_configuration_status(call, Status) ||
	    !ndis_is_given(call, "ConfigurationHandle", ConfigurationHandle))
		return;
	*ConfigurationHandle = NULL;
	adapter = ndis_adapter_of_configuration(WrapperConfigurationContext, call);
	if (adapter && ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL))
		*Status = open_key(adapter, "", ConfigurationHandle);
	TRACE(call, "%p) -> %s, %p", WrapperConfigurationContext, ndis_status_text(*Status),
	      *ConfigurationHandle);
}

/** struct key_search - for the keys below one */
struct key_search {
	const char *prefix;		/* of the settings of the key that is searched */
	const char *after;		/* NULL, or the key that the one looked for comes behind */
	char found[NDIS_KEYWORD_LIMIT]; /* the first such key so far; "": none */
};

static bool compare_key(void *context, const char *name, const char *text)
{
	struct key_search *search = context;
	size_t length = strlen(search->prefix);
	char key[NDIS_KEYWORD_LIMIT];
	const char *end;

	if (strncasecmp(name, search->prefix, length))
		return true;
	end = strchr(name + length, '\\');
	if (!end || end == name + length)
		return true;
	snprintf(key, sizeof(key), "%.*s", (int)(end - name - (ptrdiff_t)length), name + length);
	if ((!search->after || strcasecmp(key, search->after) > 0) &&
	    (!search->found[0] || strcasecmp(key, search->found) < 0))
		memcpy(search->found, key, sizeof(key));
	return true;
}

/* The key at @index of those below @parent, in the order of their names. */
static bool find_key(const struct ndis_configuration *parent, ULONG index, char *name)
{
	struct key_search search = {.prefix = parent->prefix};

	name[0] = '\0';
	do {
		search.after = name[0] ? name : NULL;
		search.found[0] = '\0';
		ndis_configuration_visit(parent->adapter, compare_key, &search);
		memcpy(name, search.found, NDIS_KEYWORD_LIMIT);
	} while (name[0] && index--);
	return name[0] != '\0';
}

static NDIS_STATUS open_below(const struct ndis_configuration *parent, const char *name,
			      PNDIS_HANDLE handle)
{
	char prefix[NDIS_KEYWORD_LIMIT];
	int length = snprintf(prefix, sizeof(prefix), "%s%s\\", parent->prefix, name);

	if (length < 0 || (size_t)length >= sizeof(prefix))
		return NDIS_STATUS_FAILURE;
	return open_key(parent->adapter, prefix, handle);
}

static bool begins_with(void *context, const char *name, const char *text)
{
	const char **prefix = context;

	if (strncasecmp(name, *prefix, strlen(*prefix)))
		return true;
	*prefix = NULL;
	return false;
}

static bool has_settings(const struct shim_adapter *adapter, const char *prefix)
{
	ndis_configuration_visit(adapter, begins_with, &prefix);
	return !prefix;
}

VOID NTAPI NdisOpenConfigurationKeyByName(PNDIS_STATUS Status, NDIS_HANDLE ConfigurationHandle,
					  PNDIS_STRING SubKeyName, PNDIS_HANDLE SubKeyHandle)
{
	static const char call[] = "NdisOpenConfigurationKeyByName";
	TRACE_SCOPE(call);
	struct ndis_configuration *parent;
	char *name = NULL, *prefix = NULL;

	if (!ndis_configuration_status(call, Status) ||
	    !ndis_is_given(call, "SubKeyHandle", SubKeyHandle))
		return;
	*SubKeyHandle = NULL;
	parent = ndis_configuration_find(ConfigurationHandle, call);
	if (!parent || !ndis_is_given(call, "SubKeyName", SubKeyName) ||
	    !ndis_irql_at_most(parent->adapter, call, KE_PASSIVE_LEVEL))
		return;
	name = ndis_configuration_narrow(SubKeyName);
	if (!name || asprintf(&prefix, "%s%s\\", parent->prefix, name) < 0)
		*Status = NDIS_STATUS_RESOURCES;
	else if (name[0] && has_settings(parent->adapter, prefix))
		*Status = open_below(parent, name, SubKeyHandle);
	TRACE(call, "%p, \"%s\") -> %s, %p", ConfigurationHandle, name ? name : "",
	      ndis_status_text(*Status), *SubKeyHandle);
	free(prefix);
	free(name);
}

VOID NTAPI NdisOpenConfigurationKeyByIndex(PNDIS_STATUS Status, NDIS_HANDLE ConfigurationHandle,
					   ULONG Index, PNDIS_STRING KeyName,
					   PNDIS_HANDLE KeyHandle)
{
	static const char call[] = "NdisOpenConfigurationKeyByIndex";
	TRACE_SCOPE(call);
	struct configuration_value *value = NULL;
	struct ndis_configuration *parent;
	char name[NDIS_KEYWORD_LIMIT] = "";

	if (!ndis_configuration_status(call, Status) || !ndis_is_given(call, "KeyName", KeyName) ||
	    !ndis_is_given(call, "KeyHandle", KeyHandle))
		return;
	*KeyHandle = NULL;
	*KeyName = (NDIS_STRING){0, 0, NULL};
	parent = ndis_configuration_find(ConfigurationHandle, call);
	if (!parent || !ndis_irql_at_most(parent->adapter, call, KE_PASSIVE_LEVEL))
		return;
	if (find_key(parent, Index, name))
		*Status = open_below(parent, name, KeyHandle);
	if (*KeyHandle)
		value = ndis_configuration_value(*KeyHandle, strlen(name));
	if (value) {
		ndis_configuration_widen(value, name, KeyName);
	} else if (*KeyHandle) {
		close_handle(*KeyHandle);
		*KeyHandle = NULL;
		*Status = NDIS_STATUS_RESOURCES;
	}
	TRACE(call, "%p, %u) -> %s, \"%s\", %p", ConfigurationHandle, Index,
	      ndis_status_text(*Status), name, *KeyHandle);
}

VOID NTAPI NdisCloseConfiguration(NDIS_HANDLE ConfigurationHandle)
{
	static const char call[] = "NdisCloseConfiguration";
	TRACE_SCOPE(call);
	struct ndis_configuration *configuration =
		ndis_configuration_find(ConfigurationHandle, call);

	TRACE(call, "%p)", ConfigurationHandle);
	if (!configuration)
		return;
	ndis_irql_at_most(configuration->adapter, call, KE_PASSIVE_LEVEL);
	close_handle(configuration);
}
