/* SPDX-License-Identifier: MIT */
/*
 * port_io.c - access to I/O ports
 *
 * A port belongs to the I/O BAR that holds it, whether it was claimed or not: some
 * drivers probe ports before they register their range.  Source: miniport-api.md
 * section 4.
 */
#include <string.h>

#include "ndis/configuration.h"
#include "ndis/io.h"
#include "ndis/violation.h"
#include "support/trace.h"

/* The adapter and BAR that a port belongs to. Adapters of several machines may have the same ports:
 * then it is the one whose miniport runs. */
static struct shim_adapter *find_port(uintptr_t port, unsigned int width, unsigned int *index)
{
	const struct shim_adapter *current = ndis_current_adapter();
	struct shim_adapter *found = NULL;

	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		for (unsigned int i = 0; i < ADAPTER_BARS; i++) {
			const struct platform_bar *bar = ndis_io_bar(adapter, i);
			uint64_t offset = port - bar->bus_address;

			if (!bar->size || !bar->is_io || offset >= bar->size ||
			    width > bar->size - offset || (found && adapter != current))
				continue;
			*index = i;
			found = adapter;
		}
	}
	return found;
}

static void report_foreign(const char *call, uintptr_t port)
{
	static _Thread_local uintptr_t reported;

	/* Once per port in a row: a driver that polls it would fill the log. */
	if (port == reported)
		return;
	reported = port;
	ndis_violation(NULL, call, "the port lies in an I/O resource of the adapter",
		       "port 0x%llx does not: it reads as ones, and writes are dropped",
		       (unsigned long long)port);
}

static void read_port(const char *call, uintptr_t port, void *value, unsigned int width)
{
	unsigned int index;
	struct shim_adapter *adapter = find_port(port, width, &index);

	memset(value, 0xFF, width);
	if (adapter)
		ndis_io_read(adapter, index, port - ndis_io_bar(adapter, index)->bus_address,
			     value, width);
	else
		report_foreign(call, port);
}

static void write_port(const char *call, uintptr_t port, const void *value, unsigned int width)
{
	unsigned int index;
	struct shim_adapter *adapter = find_port(port, width, &index);

	if (adapter)
		ndis_io_write(adapter, index, port - ndis_io_bar(adapter, index)->bus_address,
			      value, width);
	else
		report_foreign(call, port);
}

#define DEFINE_PORT_ACCESS(Name, Type)                                                             \
	Type NTAPI READ_PORT_##Name(Type *Port)                                                    \
	{                                                                                          \
		Type value;                                                                        \
                                                                                                   \
		read_port("READ_PORT_" #Name, (uintptr_t)Port, &value, sizeof(value));             \
		TRACE("READ_PORT_" #Name, "0x%llx) -> 0x%x", (unsigned long long)(uintptr_t)Port,  \
		      (unsigned int)value);                                                        \
		return value;                                                                      \
	}                                                                                          \
                                                                                                   \
	VOID NTAPI WRITE_PORT_##Name(Type *Port, Type Value)                                       \
	{                                                                                          \
		TRACE("WRITE_PORT_" #Name, "0x%llx, 0x%x)", (unsigned long long)(uintptr_t)Port,   \
		      (unsigned int)Value);                                                        \
		write_port("WRITE_PORT_" #Name, (uintptr_t)Port, &Value, sizeof(Value));           \
	}                                                                                          \
                                                                                                   \
	VOID NTAPI READ_PORT_BUFFER_##Name(Type *Port, Type *Buffer, ULONG Count)                  \
	{                                                                                          \
		for (ULONG i = 0; i < Count; i++)                                                  \
			Buffer[i] = READ_PORT_##Name(Port);                                        \
	}                                                                                          \
                                                                                                   \
	VOID NTAPI WRITE_PORT_BUFFER_##Name(Type *Port, Type *Buffer, ULONG Count)                 \
	{                                                                                          \
		for (ULONG i = 0; i < Count; i++)                                                  \
			WRITE_PORT_##Name(Port, Buffer[i]);                                        \
	}

DEFINE_PORT_ACCESS(UCHAR, UCHAR)
DEFINE_PORT_ACCESS(USHORT, USHORT)
DEFINE_PORT_ACCESS(ULONG, ULONG)

/* Return: whether the handle is that of an adapter being initialised. */
static bool is_configuration(const char *call, NDIS_HANDLE handle)
{
	struct shim_adapter *adapter = ndis_adapter_of_configuration(handle, call);

	return adapter && ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL);
}

#define DEFINE_IMMEDIATE_ACCESS(Name, Type)                                                        \
	VOID NTAPI NdisImmediateReadPort##Name(NDIS_HANDLE WrapperConfigurationContext,            \
					       ULONG Port, Type *Data)                             \
	{                                                                                          \
		static const char call[] = "NdisImmediateReadPort" #Name;                          \
                                                                                                   \
		if (!ndis_is_given(call, "Data", Data))                                            \
			return;                                                                    \
		memset(Data, 0xFF, sizeof(*Data));                                                 \
		if (is_configuration(call, WrapperConfigurationContext))                           \
			read_port(call, Port, Data, sizeof(*Data));                                \
	}                                                                                          \
                                                                                                   \
	VOID NTAPI NdisImmediateWritePort##Name(NDIS_HANDLE WrapperConfigurationContext,           \
						ULONG Port, Type Data)                             \
	{                                                                                          \
		static const char call[] = "NdisImmediateWritePort" #Name;                         \
                                                                                                   \
		if (is_configuration(call, WrapperConfigurationContext))                           \
			write_port(call, Port, &Data, sizeof(Data));                               \
	}

DEFINE_IMMEDIATE_ACCESS(Uchar, UCHAR)
DEFINE_IMMEDIATE_ACCESS(Ushort, USHORT)
DEFINE_IMMEDIATE_ACCESS(Ulong, ULONG)
