/* SPDX-License-Identifier: MIT */
/*
 * configuration_value.c - settings of a key, as the driver reads and writes them
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ndis/configuration_handle.h"
#include "ndis/violation.h"
#include "support/trace.h"

static NDIS_STATUS give_integer(struct ndis_configuration *configuration, const char *text,
				int base, NDIS_PARAMETER_TYPE type,
				PNDIS_CONFIGURATION_PARAMETER *parameter)
{
	struct configuration_value *value;
	ULONG number;

	if (!ndis_configuration_number(text, base, &number))
		return NDIS_STATUS_FAILURE;
	value = ndis_configuration_value(configuration, 0);
	if (!value)
		return NDIS_STATUS_RESOURCES;
	value->parameter.ParameterType = type;
	value->parameter.ParameterData.IntegerData = number;
	*parameter = &value->parameter;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS give_string(struct ndis_configuration *configuration, const char *text,
			       PNDIS_CONFIGURATION_PARAMETER *parameter)
{
	size_t length = strlen(text);
	struct configuration_value *value;

	if ((length + 1) * sizeof(WCHAR) > UINT16_MAX)
		return NDIS_STATUS_FAILURE;
	value = ndis_configuration_value(configuration, length);
	if (!value)
		return NDIS_STATUS_RESOURCES;
	value->parameter.ParameterType = NdisParameterString;
	ndis_configuration_widen(value, text, &value->parameter.ParameterData.StringData);
	*parameter = &value->parameter;
	return NDIS_STATUS_SUCCESS;
}

/* What the library itself knows. */
static const char *own_text(const char *name)
{
	static const struct {
		const char *name, *text;
	} known[] = {
		{"Environment", "1"},	/* NdisEnvironmentWindowsNt */
		{"ProcessorType", "4"}, /* NdisProcessorAmd64 */
		{"NdisVersion", "0x00050001"},
		{"BusType", "5"}, /* NdisInterfacePci */
	};
	unsigned int i = 0;

	while (i < ARRAYSIZE(known) && strcasecmp(name, known[i].name))
		i++;
	return i < ARRAYSIZE(known) ? known[i].text : NULL;
}

static const char *text_of(const struct ndis_configuration *configuration, const char *name)
{
	char full[NDIS_KEYWORD_LIMIT];
	const char *text = NULL;
	int length = snprintf(full, sizeof(full), "%s%s", configuration->prefix, name);

	if (length >= 0 && (size_t)length < sizeof(full))
		text = ndis_configuration_text(configuration->adapter, full);
	return text || configuration->prefix[0] ? text : own_text(name);
}

VOID NTAPI NdisReadConfiguration(PNDIS_STATUS Status, PNDIS_CONFIGURATION_PARAMETER *ParameterValue,
				 NDIS_HANDLE ConfigurationHandle, PNDIS_STRING Keyword,
				 NDIS_PARAMETER_TYPE ParameterType)
{
	static const char call[] = "NdisReadConfiguration";
	TRACE_SCOPE(call);
	struct ndis_configuration *configuration;
	const char *text = NULL;
	char *name;

	if (!ndis_configuration_status(call, Status) ||
	    !ndis_is_given(call, "ParameterValue", ParameterValue))
		return;
	*ParameterValue = NULL;
	if (!ndis_is_given(call, "Keyword", Keyword))
		return;
	configuration = ndis_configuration_find(ConfigurationHandle, call);
	name = ndis_configuration_narrow(Keyword);
	if (configuration && ndis_irql_at_most(configuration->adapter, call, KE_PASSIVE_LEVEL)) {
		*Status = name ? NDIS_STATUS_FAILURE : NDIS_STATUS_RESOURCES;
		text = name ? text_of(configuration, name) : NULL;
	}
	if (text && ParameterType == NdisParameterInteger)
		*Status = give_integer(configuration, text, 10, ParameterType, ParameterValue);
	else if (text && ParameterType == NdisParameterHexInteger)
		*Status = give_integer(configuration, text, 16, ParameterType, ParameterValue);
	else if (text && ParameterType == NdisParameterString)
		*Status = give_string(configuration, text, ParameterValue);
	TRACE(call, "%p, \"%s\", type %d) -> %s, \"%s\"", ConfigurationHandle, name ? name : "",
	      ParameterType, ndis_status_text(*Status), text ? text : "");
	free(name);
}

/* Return: to be freed; NULL without memory, or for a kind that cannot be stored. */
static char *text_of_parameter(const NDIS_CONFIGURATION_PARAMETER *parameter, NDIS_STATUS *status)
{
	char *text = NULL;
	int length = 0;

	switch (parameter->ParameterType) {
	case NdisParameterInteger:
		length = asprintf(&text, "%u", parameter->ParameterData.IntegerData);
		break;
	case NdisParameterHexInteger:
		length = asprintf(&text, "0x%x", parameter->ParameterData.IntegerData);
		break;
	case NdisParameterString:
		text = ndis_configuration_narrow(&parameter->ParameterData.StringData);
		break;
	default:
		*status = NDIS_STATUS_NOT_SUPPORTED;
		return NULL;
	}
	*status = NDIS_STATUS_RESOURCES;
	return length < 0 ? NULL : text;
}

static NDIS_STATUS status_of(int result)
{
	if (result == -ENOMEM)
		return NDIS_STATUS_RESOURCES;
	return result ? NDIS_STATUS_FAILURE : NDIS_STATUS_SUCCESS;
}

static int store(const struct ndis_configuration *configuration, const char *name, const char *text)
{
	char *full;
	int result;

	if (asprintf(&full, "%s%s", configuration->prefix, name) < 0)
		return -ENOMEM;
	result = ndis_configuration_set(configuration->adapter, full, text);
	free(full);
	return result;
}

VOID NTAPI NdisWriteConfiguration(PNDIS_STATUS Status, NDIS_HANDLE ConfigurationHandle,
				  PNDIS_STRING Keyword,
				  PNDIS_CONFIGURATION_PARAMETER ParameterValue)
{
	static const char call[] = "NdisWriteConfiguration";
	TRACE_SCOPE(call);
	struct ndis_configuration *configuration;
	char *name, *text;

	if (!ndis_configuration_status(call, Status) || !ndis_is_given(call, "Keyword", Keyword) ||
	    !ndis_is_given(call, "ParameterValue", ParameterValue))
		return;
	configuration = ndis_configuration_find(ConfigurationHandle, call);
	text = text_of_parameter(ParameterValue, Status);
	name = ndis_configuration_narrow(Keyword);
	if (!configuration)
		*Status = NDIS_STATUS_FAILURE;
	else if (!ndis_irql_at_most(configuration->adapter, call, KE_PASSIVE_LEVEL))
		*Status = NDIS_STATUS_FAILURE;
	else if (name && text)
		*Status = status_of(store(configuration, name, text));
	TRACE(call, "%p, \"%s\", \"%s\") -> %s", ConfigurationHandle, name ? name : "",
	      text ? text : "", ndis_status_text(*Status));
	free(name);
	free(text);
}

/* Twelve hexadecimal digits, with or without separators between the bytes. */
static bool parse_address(const char *text, unsigned char *address)
{
	for (unsigned int i = 0; i < 6; i++) {
		char digits[3] = "";

		if (i && (*text == '-' || *text == ':'))
			text++;
		if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]))
			return false;
		memcpy(digits, text, 2);
		address[i] = (unsigned char)strtoul(digits, NULL, 16);
		text += 2;
	}
	return *text == '\0';
}

VOID NTAPI NdisReadNetworkAddress(PNDIS_STATUS Status, PVOID *NetworkAddress,
				  PUINT NetworkAddressLength, NDIS_HANDLE ConfigurationHandle)
{
	static const char call[] = "NdisReadNetworkAddress";
	TRACE_SCOPE(call);
	struct ndis_configuration *configuration;
	const char *text = NULL;

	if (!ndis_configuration_status(call, Status) ||
	    !ndis_is_given(call, "NetworkAddress", NetworkAddress) ||
	    !ndis_is_given(call, "NetworkAddressLength", NetworkAddressLength))
		return;
	*NetworkAddress = NULL;
	*NetworkAddressLength = 0;
	configuration = ndis_configuration_find(ConfigurationHandle, call);
	if (configuration && ndis_irql_at_most(configuration->adapter, call, KE_PASSIVE_LEVEL))
		text = ndis_configuration_text(configuration->adapter, "NetworkAddress");
	if (text && parse_address(text, configuration->address)) {
		*NetworkAddress = configuration->address;
		*NetworkAddressLength = sizeof(configuration->address);
		*Status = NDIS_STATUS_SUCCESS;
	}
	TRACE(call, "%p) -> %s, %s", ConfigurationHandle, ndis_status_text(*Status),
	      text ? text : "none");
}
