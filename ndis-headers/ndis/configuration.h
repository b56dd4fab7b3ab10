/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_CONFIGURATION_H
#define NDIS_HEADERS_NDIS_CONFIGURATION_H

/*
 * The adapter's settings: named values that an administrator can change.
 *
 * Settings are read in MiniportInitialize between NdisOpenConfiguration and NdisCloseConfiguration.
 * Names are compared without regard to case. A value that is stored as text is converted where an
 * integer is asked for.
 */

#include "unicode_string.h"

/* Kinds of value. */
typedef enum _NDIS_PARAMETER_TYPE {
	NdisParameterInteger = 0,	/* IntegerData; text is read as decimal */
	NdisParameterHexInteger = 1,	/* IntegerData; text is read as hexadecimal */
	NdisParameterString = 2,	/* StringData */
	NdisParameterMultiString = 3,	/* StringData holding several zero-terminated strings */
	NdisParameterBinary = 4		/* BinaryData */
} NDIS_PARAMETER_TYPE, *PNDIS_PARAMETER_TYPE;

/* Bytes without meaning to the library. */
typedef struct _BINARY_DATA {
	USHORT Length;
	PVOID Buffer;
} BINARY_DATA;

/* What ProcessorType and Environment say (NdisReadConfiguration). */
typedef enum _NDIS_PROCESSOR_TYPE {
	NdisProcessorX86 = 0,
	NdisProcessorMips = 1,
	NdisProcessorAlpha = 2,
	NdisProcessorPpc = 3,
	NdisProcessorAmd64 = 4,
	NdisProcessorIA64 = 5
} NDIS_PROCESSOR_TYPE, *PNDIS_PROCESSOR_TYPE;

typedef enum _NDIS_ENVIRONMENT_TYPE {
	NdisEnvironmentWindows = 0,
	NdisEnvironmentWindowsNt = 1
} NDIS_ENVIRONMENT_TYPE, *PNDIS_ENVIRONMENT_TYPE;

/* A value with its kind. */
typedef struct _NDIS_CONFIGURATION_PARAMETER {
	NDIS_PARAMETER_TYPE ParameterType;
	union {
		ULONG IntegerData;
		NDIS_STRING StringData;
		BINARY_DATA BinaryData;
	} ParameterData;
} NDIS_CONFIGURATION_PARAMETER, *PNDIS_CONFIGURATION_PARAMETER;

EXTERN_C_START

/*
 * Opens the settings of the adapter that is being initialised.
 *
 * Status                        OUT. NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES or
 *                               NDIS_STATUS_FAILURE.
 * ConfigurationHandle           OUT. For the functions below; NULL on failure.
 * WrapperConfigurationContext   as MiniportInitialize got it.
 *
 * IRQL: =PASSIVE; from MiniportInitialize. Every open is followed by a close before
 * MiniportInitialize returns.
 */
NDISAPI VOID NTAPI NdisOpenConfiguration(OUT PNDIS_STATUS Status,
					 OUT PNDIS_HANDLE ConfigurationHandle,
					 IN NDIS_HANDLE WrapperConfigurationContext);

/*
 * Open the settings of a key below one that is open: by its name, or one after the other.
 *
 * Status                OUT. NDIS_STATUS_SUCCESS; NDIS_STATUS_FAILURE if there is no such key;
 *                       NDIS_STATUS_RESOURCES.
 * ConfigurationHandle   from NdisOpenConfiguration, or from one of these.
 * SubKeyName            name of the key.
 * Index                 0 for the first of the keys, which are in the order of their names.
 * KeyName               OUT. Name of the key, the library's until KeyHandle is closed; empty on
 *                       failure. What the string held before is not looked at.
 * SubKeyHandle,         OUT. For the functions below, also after ConfigurationHandle was closed;
 * KeyHandle             NULL on failure.
 *
 * A key is there when there is a setting in it: one whose keyword, as the host program names it, has
 * the name of the key and a backslash before its own. IRQL: =PASSIVE. Each is closed with
 * NdisCloseConfiguration.
 */
NDISAPI VOID NTAPI NdisOpenConfigurationKeyByName(OUT PNDIS_STATUS Status,
						  IN NDIS_HANDLE ConfigurationHandle,
						  IN PNDIS_STRING SubKeyName,
						  OUT PNDIS_HANDLE SubKeyHandle);
NDISAPI VOID NTAPI NdisOpenConfigurationKeyByIndex(OUT PNDIS_STATUS Status,
						   IN NDIS_HANDLE ConfigurationHandle,
						   IN ULONG Index, OUT PNDIS_STRING KeyName,
						   OUT PNDIS_HANDLE KeyHandle);

/*
 * Closes the settings. Values that NdisReadConfiguration and NdisReadNetworkAddress returned are
 * freed by it. IRQL: =PASSIVE.
 */
NDISAPI VOID NTAPI NdisCloseConfiguration(IN NDIS_HANDLE ConfigurationHandle);

/*
 * Reads one setting.
 *
 * Status                OUT. NDIS_STATUS_SUCCESS; NDIS_STATUS_FAILURE if there is no such setting
 *                       or it cannot be converted; NDIS_STATUS_RESOURCES.
 * ParameterValue        OUT. The value, the library's until NdisCloseConfiguration; NULL on
 *                       failure.
 * ConfigurationHandle   from NdisOpenConfiguration, or of a key below.
 * Keyword               name of the setting.
 * ParameterType         kind wanted: NdisParameterInteger, NdisParameterHexInteger or
 *                       NdisParameterString. The kind that was found is in the value.
 *
 * In the adapter's own settings the names Environment (NdisEnvironmentWindowsNt), ProcessorType
 * (NdisProcessorAmd64), NdisVersion and BusType are answered by the library itself, and for ISA
 * adapters IoBaseAddress, InterruptNumber and DmaChannel, unless the user gave them. IRQL: =PASSIVE.
 */
NDISAPI VOID NTAPI NdisReadConfiguration(OUT PNDIS_STATUS Status,
					 OUT PNDIS_CONFIGURATION_PARAMETER *ParameterValue,
					 IN NDIS_HANDLE ConfigurationHandle,
					 IN PNDIS_STRING Keyword,
					 IN NDIS_PARAMETER_TYPE ParameterType);

/*
 * Stores one setting. It lasts as long as the adapter is known to the library.
 *
 * Status                OUT. NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES,
 *                       NDIS_STATUS_NOT_SUPPORTED for a kind that cannot be stored, or
 *                       NDIS_STATUS_FAILURE for a Keyword of more than 127 characters.
 * ConfigurationHandle   from NdisOpenConfiguration.
 * Keyword               name of the setting.
 * ParameterValue        the value; copied.
 *
 * IRQL: =PASSIVE.
 */
NDISAPI VOID NTAPI NdisWriteConfiguration(OUT PNDIS_STATUS Status,
					  IN NDIS_HANDLE ConfigurationHandle,
					  IN PNDIS_STRING Keyword,
					  IN PNDIS_CONFIGURATION_PARAMETER ParameterValue);

/*
 * Reads the station address that the administrator chose instead of the NIC's own.
 *
 * Status                 OUT. NDIS_STATUS_SUCCESS, or NDIS_STATUS_FAILURE if none was chosen: the
 *                        driver then uses the NIC's own address.
 * NetworkAddress         OUT. The address, the library's until NdisCloseConfiguration; NULL on
 *                        failure.
 * NetworkAddressLength   OUT. Its bytes, 6 for Ethernet; 0 on failure.
 * ConfigurationHandle    from NdisOpenConfiguration.
 *
 * The driver checks that the address is not a multicast address. IRQL: =PASSIVE.
 */
NDISAPI VOID NTAPI NdisReadNetworkAddress(OUT PNDIS_STATUS Status, OUT PVOID *NetworkAddress,
					  OUT PUINT NetworkAddressLength,
					  IN NDIS_HANDLE ConfigurationHandle);

EXTERN_C_END

#endif
