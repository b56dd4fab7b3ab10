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
 * ConfigurationHandle   from NdisOpenConfiguration.
 * Keyword               name of the setting.
 * ParameterType         kind wanted: NdisParameterInteger, NdisParameterHexInteger or
 *                       NdisParameterString. The kind that was found is in the value.
 *
 * The names Environment, ProcessorType, NdisVersion and BusType are answered by the library itself,
 * and for ISA adapters IoBaseAddress, InterruptNumber and DmaChannel, unless the user gave them. IRQL:
 * =PASSIVE.
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
