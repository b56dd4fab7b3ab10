/* SPDX-License-Identifier: MIT */
/*
 * configuration.c - settings of an adapter
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ndis/configuration.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

#define NAME_LIMIT 128u

/** struct ndis_keyword - one setting, as text */
struct ndis_keyword {
	struct ndis_keyword *next;
	char name[NAME_LIMIT];
	char text[];
};

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
	struct configuration_value *values;
	unsigned char address[6];
};

static struct ndis_keyword *find_keyword(const struct shim_adapter *adapter, const char *name)
{
	struct ndis_keyword *keyword = adapter->configuration.keywords;

	while (keyword && strcasecmp(keyword->name, name))
		keyword = keyword->next;
	return keyword;
}

struct shim_adapter *ndis_configuration_of_driver(const struct shim_driver *driver)
{
	struct shim_adapter *adapter = ndis_adapters;

	while (adapter && adapter->driver != driver)
		adapter = adapter->next;
	return adapter;
}

const char *ndis_configuration_text(const struct shim_adapter *adapter, const char *name)
{
	const struct ndis_keyword *keyword = find_keyword(adapter, name);

	return keyword ? keyword->text : NULL;
}

void ndis_configuration_visit(const struct shim_adapter *adapter,
			      bool (*visit)(void *context, const char *name, const char *text),
			      void *context)
{
	const struct ndis_keyword *keyword = adapter->configuration.keywords;

	while (keyword && visit(context, keyword->name, keyword->text))
		keyword = keyword->next;
}

static void remove_keyword(struct shim_adapter *adapter, struct ndis_keyword *keyword)
{
	struct ndis_keyword **link = &adapter->configuration.keywords;

	while (*link != keyword)
		link = &(*link)->next;
	*link = keyword->next;
	free(keyword);
}

static int add_keyword(struct shim_adapter *adapter, const char *name, const char *text)
{
	size_t length = strlen(text);
	struct ndis_keyword *former;
	struct ndis_keyword *keyword;

	if (strlen(name) >= NAME_LIMIT) {
		log_error("keyword %s: a keyword has at most %u characters", name, NAME_LIMIT - 1);
		return -ENAMETOOLONG;
	}
	former = find_keyword(adapter, name);
	keyword = malloc(sizeof(*keyword) + length + 1);
	if (!keyword)
		return -ENOMEM;
	strcpy(keyword->name, name);
	memcpy(keyword->text, text, length + 1);
	if (former)
		remove_keyword(adapter, former);
	keyword->next = adapter->configuration.keywords;
	adapter->configuration.keywords = keyword;
	return 0;
}

/* The keywords that NT's network setup wrote for ISA adapters; drivers read them in either base. */
static int add_isa_keywords(struct shim_adapter *adapter, const struct platform_isa *isa)
{
	const struct {
		const char *name;
		uint32_t value;
	} keywords[] = {
		{"BusType", NdisInterfaceIsa},
		{"IoBaseAddress", isa->port},
		{"InterruptNumber", isa->irq},
		{"DmaChannel", isa->dma},
	};
	unsigned int count = isa->dma == PLATFORM_ISA_NO_DMA ? 3 : 4;
	int result = 0;

	for (unsigned int i = 0; i < count && !result; i++) {
		char text[16];

		snprintf(text, sizeof(text), "0x%x", keywords[i].value);
		result = add_keyword(adapter, keywords[i].name, text);
	}
	return result;
}

int ndis_configuration_create(struct shim_adapter *adapter)
{
	const struct platform_isa *isa = platform_isa(adapter->platform);
	int result = 0;

	adapter->configuration.adapter = adapter;
	if (isa)
		result = add_isa_keywords(adapter, isa);
	for (unsigned int i = 0; i < adapter->options.parameter_count && !result; i++)
		result = add_keyword(adapter, adapter->options.parameters[i].keyword,
				     adapter->options.parameters[i].value);
	/* The strings are valid until shim_adapter_start() returns; the copies stay. */
	adapter->options.parameters = NULL;
	adapter->options.parameter_count = 0;
	return result;
}

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
	while (adapter->configuration.keywords)
		remove_keyword(adapter, adapter->configuration.keywords);
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

static struct ndis_configuration *find_handle(NDIS_HANDLE handle, const char *call)
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

/* Where it is, it holds NDIS_STATUS_FAILURE from now on. */
static bool status_is_given(const char *call, PNDIS_STATUS status)
{
	if (!ndis_is_given(call, "Status", status))
		return false;
	*status = NDIS_STATUS_FAILURE;
	return true;
}

VOID NTAPI NdisOpenConfiguration(PNDIS_STATUS Status, PNDIS_HANDLE ConfigurationHandle,
				 NDIS_HANDLE WrapperConfigurationContext)
{
	static const char call[] = "NdisOpenConfiguration";
	TRACE_SCOPE(call);
	struct ndis_configuration *configuration = NULL;
	struct shim_adapter *adapter;

	if (!status_is_given(call, Status) ||
	    !ndis_is_given(call, "ConfigurationHandle", ConfigurationHandle))
		return;
	*ConfigurationHandle = NULL;
	adapter = ndis_adapter_of_configuration(WrapperConfigurationContext, call);
	if (adapter && ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL)) {
		configuration = calloc(1, sizeof(*configuration));
		*Status = NDIS_STATUS_RESOURCES;
	}
	if (configuration) {
		configuration->adapter = adapter;
		configuration->next = adapter->configuration.handles;
		adapter->configuration.handles = configuration;
		*ConfigurationHandle = configuration;
		*Status = NDIS_STATUS_SUCCESS;
	}
	TRACE(call, "%p) -> %s, %p", WrapperConfigurationContext, ndis_status_text(*Status),
	      *ConfigurationHandle);
}

VOID NTAPI NdisCloseConfiguration(NDIS_HANDLE ConfigurationHandle)
{
	static const char call[] = "NdisCloseConfiguration";
	TRACE_SCOPE(call);
	struct ndis_configuration *configuration = find_handle(ConfigurationHandle, call);

	TRACE(call, "%p)", ConfigurationHandle);
	if (!configuration)
		return;
	ndis_irql_at_most(configuration->adapter, call, KE_PASSIVE_LEVEL);
	close_handle(configuration);
}

/* The characters of a counted string as text; others than Latin 1 become '?'.  Return: to be freed,
 * NULL without memory. */
static char *narrow(const NDIS_STRING *string)
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

static struct configuration_value *new_value(struct ndis_configuration *configuration,
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

bool ndis_configuration_number(const char *text, int base, ULONG *value)
{
	unsigned long long number;
	char *end;

	if (base == 10 && !strncasecmp(text, "0x", 2))
		base = 16;
	errno = 0;
	number = strtoull(text, &end, base);
	if (end == text || *end || errno || number > UINT32_MAX || text[0] == '-')
		return false;
	*value = (ULONG)number;
	return true;
}

static NDIS_STATUS give_integer(struct ndis_configuration *configuration, const char *text,
				int base, NDIS_PARAMETER_TYPE type,
				PNDIS_CONFIGURATION_PARAMETER *parameter)
{
	struct configuration_value *value;
	ULONG number;

	if (!ndis_configuration_number(text, base, &number))
		return NDIS_STATUS_FAILURE;
	value = new_value(configuration, 0);
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
	NDIS_STRING *string;

	if ((length + 1) * sizeof(WCHAR) > UINT16_MAX)
		return NDIS_STATUS_FAILURE;
	value = new_value(configuration, length);
	if (!value)
		return NDIS_STATUS_RESOURCES;
	for (size_t i = 0; i < length; i++)
		value->text[i] = (WCHAR)(unsigned char)text[i];
	value->parameter.ParameterType = NdisParameterString;
	string = &value->parameter.ParameterData.StringData;
	string->Buffer = value->text;
	string->Length = (USHORT)(length * sizeof(WCHAR));
	string->MaximumLength = (USHORT)((length + 1) * sizeof(WCHAR));
	*parameter = &value->parameter;
	return NDIS_STATUS_SUCCESS;
}

static const char *text_of(const struct ndis_configuration *configuration, const char *name)
{
	const struct ndis_keyword *keyword = find_keyword(configuration->adapter, name);

	if (keyword)
		return keyword->text;
	/* What the library itself knows. */
	if (!strcasecmp(name, "Environment"))
		return "1";
	if (!strcasecmp(name, "ProcessorType"))
		return "0";
	if (!strcasecmp(name, "NdisVersion"))
		return "0x00050001";
	if (!strcasecmp(name, "BusType"))
		return "5";
	return NULL;
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

	if (!status_is_given(call, Status) ||
	    !ndis_is_given(call, "ParameterValue", ParameterValue))
		return;
	*ParameterValue = NULL;
	if (!ndis_is_given(call, "Keyword", Keyword))
		return;
	configuration = find_handle(ConfigurationHandle, call);
	name = narrow(Keyword);
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
		text = narrow(&parameter->ParameterData.StringData);
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

VOID NTAPI NdisWriteConfiguration(PNDIS_STATUS Status, NDIS_HANDLE ConfigurationHandle,
				  PNDIS_STRING Keyword,
				  PNDIS_CONFIGURATION_PARAMETER ParameterValue)
{
	static const char call[] = "NdisWriteConfiguration";
	TRACE_SCOPE(call);
	struct ndis_configuration *configuration;
	char *name, *text;

	if (!status_is_given(call, Status) || !ndis_is_given(call, "Keyword", Keyword) ||
	    !ndis_is_given(call, "ParameterValue", ParameterValue))
		return;
	configuration = find_handle(ConfigurationHandle, call);
	text = text_of_parameter(ParameterValue, Status);
	name = narrow(Keyword);
	if (!configuration)
		*Status = NDIS_STATUS_FAILURE;
	else if (!ndis_irql_at_most(configuration->adapter, call, KE_PASSIVE_LEVEL))
		*Status = NDIS_STATUS_FAILURE;
	else if (name && text)
		*Status = status_of(add_keyword(configuration->adapter, name, text));
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
	const struct ndis_keyword *keyword = NULL;

	if (!status_is_given(call, Status) ||
	    !ndis_is_given(call, "NetworkAddress", NetworkAddress) ||
	    !ndis_is_given(call, "NetworkAddressLength", NetworkAddressLength))
		return;
	*NetworkAddress = NULL;
	*NetworkAddressLength = 0;
	configuration = find_handle(ConfigurationHandle, call);
	if (configuration && ndis_irql_at_most(configuration->adapter, call, KE_PASSIVE_LEVEL))
		keyword = find_keyword(configuration->adapter, "NetworkAddress");
	if (keyword && parse_address(keyword->text, configuration->address)) {
		*NetworkAddress = configuration->address;
		*NetworkAddressLength = sizeof(configuration->address);
		*Status = NDIS_STATUS_SUCCESS;
	}
	TRACE(call, "%p) -> %s, %s", ConfigurationHandle, ndis_status_text(*Status),
	      keyword ? keyword->text : "none");
}
