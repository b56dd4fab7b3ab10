/* SPDX-License-Identifier: MIT */
/*
 * registry.c - the registry as drivers of NT 3 and 4 read it
 *
 * The values of all keys of a driver's service are the keywords of its adapter: there is
 * no other store.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <ddk/registry.h>
#include <ddk/unicode_string.h>

#include "ndis/configuration.h"
#include "ndis/violation.h"
#include "support/trace.h"

#define NAME_LIMIT 256u

static const char call_name[] = "RtlQueryRegistryValues";
static const char services[] = "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\";

/** struct registry_value - one value as drivers get it; @text is allocated, or NULL */
struct registry_value {
	ULONG type;
	const void *data;
	ULONG length;
	ULONG number;
	WCHAR *text;
};

/** struct registry_query - one call */
struct registry_query {
	struct shim_adapter *adapter; /* whose keywords are the values; NULL: there are none */
	void *context;
};

static bool narrow(char *name, size_t capacity, const WCHAR *text)
{
	size_t i;

	for (i = 0; text[i] && i + 1 < capacity; i++)
		name[i] = (char)(text[i] < 128 ? text[i] : '?');
	name[i] = '\0';
	return !text[i];
}

/* Whether the key is the driver's own: its service, or one below that. */
static bool is_own_key(ULONG relative, const WCHAR *path)
{
	const struct shim_driver *driver = ndis_current_driver();
	const char *rest;
	char name[NAME_LIMIT];
	size_t length;

	if (!driver || !narrow(name, sizeof(name), path))
		return false;
	rest = name;
	if (relative == RTL_REGISTRY_ABSOLUTE) {
		if (strncasecmp(rest, services, sizeof(services) - 1))
			return false;
		rest += sizeof(services) - 1;
	} else if (relative != RTL_REGISTRY_SERVICES) {
		return false;
	}
	length = strlen(driver->name);
	return !strncasecmp(rest, driver->name, length) &&
	       (rest[length] == '\0' || rest[length] == '\\');
}

static WCHAR *widen(const char *text)
{
	size_t length = strlen(text);
	WCHAR *wide = malloc((length + 1) * sizeof(WCHAR));

	for (size_t i = 0; wide && i <= length; i++)
		wide[i] = (WCHAR)(unsigned char)text[i];
	return wide;
}

static NTSTATUS make_text(struct registry_value *value, const char *text)
{
	value->text = widen(text);
	value->type = REG_SZ;
	value->data = value->text;
	value->length = (ULONG)((strlen(text) + 1) * sizeof(WCHAR));
	return value->text ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

/* @wanted: the type that the driver expects, or REG_NONE. */
static NTSTATUS make_value(struct registry_value *value, const char *text, ULONG wanted)
{
	bool any = wanted == REG_NONE || wanted == REG_DWORD;

	if (!any || !ndis_configuration_number(text, 10, &value->number))
		return make_text(value, text);
	value->type = REG_DWORD;
	value->data = &value->number;
	value->length = sizeof(value->number);
	return STATUS_SUCCESS;
}

static bool is_text(ULONG type)
{
	return type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ;
}

static bool make_default(struct registry_value *value, const RTL_QUERY_REGISTRY_TABLE *entry)
{
	ULONG type = entry->DefaultType & 0xFF;

	if (type == REG_NONE || !entry->DefaultData)
		return false;
	value->type = type;
	value->data = entry->DefaultData;
	value->length = entry->DefaultLength;
	if (type == REG_DWORD) {
		value->length = sizeof(ULONG);
	} else if (!value->length && type != REG_BINARY) {
		const WCHAR *text = entry->DefaultData;

		while (text[value->length / sizeof(WCHAR)])
			value->length += sizeof(WCHAR);
		value->length += sizeof(WCHAR);
	}
	return true;
}

static NTSTATUS store_string(UNICODE_STRING *string, const struct registry_value *value)
{
	UNICODE_STRING source = {(USHORT)(value->length - sizeof(WCHAR)), (USHORT)value->length,
				 (PWSTR)(uintptr_t)value->data};
	PVOID buffer;

	if (value->length > UINT16_MAX)
		return STATUS_BUFFER_TOO_SMALL;
	if (!string->Buffer) {
		if (NdisAllocateMemoryWithTag(&buffer, value->length, 'rtsN') !=
		    NDIS_STATUS_SUCCESS)
			return STATUS_NO_MEMORY;
		string->Buffer = buffer;
		string->MaximumLength = (USHORT)value->length;
	}
	if (string->MaximumLength < value->length)
		return STATUS_BUFFER_TOO_SMALL;
	RtlCopyUnicodeString(string, &source);
	return STATUS_SUCCESS;
}

static NTSTATUS hand_over(const struct registry_query *query, const RTL_QUERY_REGISTRY_TABLE *entry,
			  const WCHAR *name, const struct registry_value *value)
{
	ULONG wanted = entry->DefaultType & 0xFF;

	if (!(entry->Flags & RTL_QUERY_REGISTRY_DIRECT))
		return entry->QueryRoutine((PWSTR)(uintptr_t)name, value->type,
					   (PVOID)(uintptr_t)value->data, value->length,
					   query->context, entry->EntryContext);
	if (wanted != value->type && wanted != REG_NONE &&
	    !(is_text(wanted) && is_text(value->type)))
		return STATUS_OBJECT_TYPE_MISMATCH;
	if (is_text(value->type))
		return store_string(entry->EntryContext, value);
	if (value->length > sizeof(ULONG))
		return STATUS_BUFFER_TOO_SMALL;
	memcpy(entry->EntryContext, value->data, value->length);
	return STATUS_SUCCESS;
}

/** struct every_value - for the values of a whole key */
struct every_value {
	const struct registry_query *query;
	const RTL_QUERY_REGISTRY_TABLE *entry;
	NTSTATUS status;
};

/* A name with a backslash in it is that of a value of another key. */
static bool hand_over_each(void *context, const char *keyword, const char *text)
{
	struct every_value *every = context;
	struct registry_value value = {.text = NULL};
	WCHAR *name;

	if (strchr(keyword, '\\'))
		return true;
	name = widen(keyword);
	every->status = name ? make_value(&value, text, every->entry->DefaultType & 0xFF)
			     : STATUS_NO_MEMORY;
	if (NT_SUCCESS(every->status))
		every->status = hand_over(every->query, every->entry, name, &value);
	free(value.text);
	free(name);
	return NT_SUCCESS(every->status);
}

static NTSTATUS answer(const struct registry_query *query, const RTL_QUERY_REGISTRY_TABLE *entry)
{
	struct every_value every = {query, entry, STATUS_SUCCESS};
	NTSTATUS status = STATUS_SUCCESS;
	struct registry_value value = {.text = NULL};
	const char *text = NULL;
	char name[NAME_LIMIT];

	if (entry->Flags & RTL_QUERY_REGISTRY_NOVALUE)
		return entry->QueryRoutine(NULL, REG_NONE, NULL, 0, query->context,
					   entry->EntryContext);
	if (!entry->Name) {
		if (query->adapter)
			ndis_configuration_visit(query->adapter, hand_over_each, &every);
		return every.status;
	}
	if (query->adapter && narrow(name, sizeof(name), entry->Name))
		text = ndis_configuration_text(query->adapter, name);
	if (text)
		status = make_value(&value, text, entry->DefaultType & 0xFF);
	else if (entry->Flags & RTL_QUERY_REGISTRY_REQUIRED)
		return STATUS_OBJECT_NAME_NOT_FOUND;
	else if (!make_default(&value, entry))
		return STATUS_SUCCESS;
	if (NT_SUCCESS(status))
		status = hand_over(query, entry, entry->Name, &value);
	free(value.text);
	return status;
}

static bool has_valid_default(const RTL_QUERY_REGISTRY_TABLE *entry)
{
	ULONG length = entry->DefaultLength;

	return !is_text(entry->DefaultType & 0xFF) || !entry->DefaultData || !length ||
	       (length % sizeof(WCHAR) == 0 && length < UINT16_MAX);
}

static bool is_valid(const RTL_QUERY_REGISTRY_TABLE *entry)
{
	bool direct = entry->Flags & RTL_QUERY_REGISTRY_DIRECT;

	if (entry->Flags & RTL_QUERY_REGISTRY_SUBKEY)
		return entry->Name != NULL;
	if (entry->Flags & RTL_QUERY_REGISTRY_NOVALUE)
		return entry->QueryRoutine != NULL;
	return direct ? !entry->QueryRoutine && entry->Name && entry->EntryContext
		      : entry->QueryRoutine != NULL;
}

NTSTATUS NTAPI RtlQueryRegistryValues(ULONG RelativeTo, PCWSTR Path,
				      PRTL_QUERY_REGISTRY_TABLE QueryTable, PVOID Context,
				      PVOID Environment)
{
	TRACE_SCOPE(call_name);
	struct registry_query query = {.context = Context};
	ULONG relative = RelativeTo & ~RTL_REGISTRY_OPTIONAL;
	NTSTATUS status = STATUS_SUCCESS;

	if (!ndis_irql_at_most(NULL, call_name, KE_PASSIVE_LEVEL) ||
	    !ndis_is_given(call_name, "Path", Path) ||
	    !ndis_is_given(call_name, "QueryTable", QueryTable))
		return STATUS_INVALID_PARAMETER;
	if (!is_own_key(relative, Path)) {
		status = RelativeTo & RTL_REGISTRY_OPTIONAL ? STATUS_SUCCESS
							    : STATUS_OBJECT_NAME_NOT_FOUND;
		TRACE(call_name, "relative to %u) -> 0x%08x", relative, (unsigned int)status);
		return status;
	}
	query.adapter = ndis_configuration_of_driver(ndis_current_driver());
	for (const RTL_QUERY_REGISTRY_TABLE *entry = QueryTable;
	     NT_SUCCESS(status) && (entry->QueryRoutine || entry->Name); entry++) {
		if (!is_valid(entry)) {
			ndis_violation(NULL, call_name,
				       "an entry has a QueryRoutine, or DIRECT with Name and "
				       "EntryContext",
				       "entry %zu has flags 0x%x", (size_t)(entry - QueryTable),
				       entry->Flags);
			return STATUS_INVALID_PARAMETER;
		}
		if (!has_valid_default(entry)) {
			ndis_violation(NULL, call_name,
				       "DefaultLength of a string is even, and 2 to 65534, or 0",
				       "that of entry %zu is %u", (size_t)(entry - QueryTable),
				       entry->DefaultLength);
			return STATUS_INVALID_PARAMETER;
		}
		if (entry->Flags & RTL_QUERY_REGISTRY_SUBKEY)
			continue;
		status = answer(&query, entry);
	}
	TRACE(call_name, "relative to %u) -> 0x%08x", relative, (unsigned int)status);
	return status;
}
