/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_IO_H
#define NDIS_HEADERS_NDIS_IO_H

/*
 * Access to the NIC's registers.
 *
 * A PCI NIC has its registers in memory or in I/O ports, as its base address registers say; the
 * driver learns both from NdisMQueryAdapterResources. Registers in memory are mapped with
 * NdisMMapIoSpace and accessed with the NdisRead/WriteRegister functions; ports are claimed with
 * NdisMRegisterIoPortRange and accessed with the NdisRawRead/WritePort macros. Values are in the
 * CPU's byte order, which is the PCI bus's (little-endian).
 */

#include "../ddk/port_io.h"
#include "../ddk/register_io.h"
#include "status.h"

EXTERN_C_START

/*
 * Copy between memory of the driver and memory of the NIC before that is mapped, byte by byte: for a
 * look at a NIC from MiniportInitialize.
 *
 * WrapperConfigurationContext   as MiniportInitialize got it.
 * SharedMemoryAddress           physical address of the NIC's memory, below 4 GiB.
 * Buffer                        memory of the driver.
 * Length                        bytes. What lies outside of the memory resources of the adapter is
 *                               reported; nothing is written then, and 0xFF is what is read.
 *
 * IRQL: =PASSIVE; from MiniportInitialize.
 */
NDISAPI VOID NTAPI NdisImmediateReadSharedMemory(IN NDIS_HANDLE WrapperConfigurationContext,
						 IN ULONG SharedMemoryAddress, OUT PUCHAR Buffer,
						 IN ULONG Length);
NDISAPI VOID NTAPI NdisImmediateWriteSharedMemory(IN NDIS_HANDLE WrapperConfigurationContext,
						  IN ULONG SharedMemoryAddress, IN PUCHAR Buffer,
						  IN ULONG Length);

/*
 * Maps registers in memory.
 *
 * VirtualAddress          OUT. CPU address of the first register; NULL on failure.
 * MiniportAdapterHandle   the adapter, after NdisMSetAttributes(Ex).
 * PhysicalAddress         start of the range: u.Memory.Start of a resource plus an offset.
 * Length                  bytes, at least 1, not beyond the resource.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_RESOURCES if mapping failed;
 * NDIS_STATUS_RESOURCE_CONFLICT if the range lies in no memory resource of the adapter;
 * NDIS_STATUS_FAILURE for a range that cannot be mapped (the NIC's interrupt table, for one).
 *
 * The mapping is real: the driver may dereference the address through a volatile structure. IRQL:
 * =PASSIVE; from MiniportInitialize. The mapping lasts until NdisMUnmapIoSpace.
 */
NDISAPI NDIS_STATUS NTAPI NdisMMapIoSpace(OUT PVOID *VirtualAddress,
					  IN NDIS_HANDLE MiniportAdapterHandle,
					  IN NDIS_PHYSICAL_ADDRESS PhysicalAddress, IN UINT Length);

/*
 * Undoes NdisMMapIoSpace.
 *
 * MiniportAdapterHandle   the adapter.
 * VirtualAddress          as NdisMMapIoSpace stored it.
 * Length                  as it was mapped; a part cannot be unmapped.
 *
 * IRQL: =PASSIVE; from MiniportHalt or a failing MiniportInitialize, with the interrupt
 * deregistered. Values of no mapping are reported.
 */
NDISAPI VOID NTAPI NdisMUnmapIoSpace(IN NDIS_HANDLE MiniportAdapterHandle, IN PVOID VirtualAddress,
				     IN UINT Length);

/*
 * Claims a range of I/O ports.
 *
 * PortOffset              OUT. Number of the first port as a pointer, for the port macros; the
 *                         number is the one that was asked for, so arithmetic on it is allowed.
 * MiniportAdapterHandle   the adapter, after NdisMSetAttributes(Ex).
 * InitialPort             first port: u.Port.Start.LowPart of a resource.
 * NumberOfPorts           how many, at least 1, not beyond the resource.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_RESOURCE_CONFLICT if the range lies in no port
 * resource of the adapter; NDIS_STATUS_RESOURCES; NDIS_STATUS_FAILURE. IRQL: =PASSIVE; from
 * MiniportInitialize.
 */
NDISAPI NDIS_STATUS NTAPI NdisMRegisterIoPortRange(OUT PVOID *PortOffset,
						   IN NDIS_HANDLE MiniportAdapterHandle,
						   IN UINT InitialPort, IN UINT NumberOfPorts);

/*
 * Undoes NdisMRegisterIoPortRange; all three values as there, PortOffset as it was stored. IRQL:
 * =PASSIVE; from MiniportHalt or a failing MiniportInitialize.
 */
NDISAPI VOID NTAPI NdisMDeregisterIoPortRange(IN NDIS_HANDLE MiniportAdapterHandle,
					      IN UINT InitialPort, IN UINT NumberOfPorts,
					      IN PVOID PortOffset);

EXTERN_C_END

EXTERN_C_START

/*
 * Read and write ports before NdisMRegisterIoPortRange, by the handle that MiniportInitialize got
 * for its configuration: how drivers look whether their NIC is there.
 *
 * WrapperConfigurationContext   as MiniportInitialize got it.
 * Port                          number of the port.
 * Data                          OUT, or what to write.
 *
 * A port that is none of the adapter's reads as ones. IRQL: =PASSIVE.
 */
NDISAPI VOID NTAPI NdisImmediateReadPortUchar(IN NDIS_HANDLE WrapperConfigurationContext,
					      IN ULONG Port, OUT PUCHAR Data);
NDISAPI VOID NTAPI NdisImmediateReadPortUshort(IN NDIS_HANDLE WrapperConfigurationContext,
					       IN ULONG Port, OUT PUSHORT Data);
NDISAPI VOID NTAPI NdisImmediateReadPortUlong(IN NDIS_HANDLE WrapperConfigurationContext,
					      IN ULONG Port, OUT PULONG Data);
NDISAPI VOID NTAPI NdisImmediateWritePortUchar(IN NDIS_HANDLE WrapperConfigurationContext,
					       IN ULONG Port, IN UCHAR Data);
NDISAPI VOID NTAPI NdisImmediateWritePortUshort(IN NDIS_HANDLE WrapperConfigurationContext,
						IN ULONG Port, IN USHORT Data);
NDISAPI VOID NTAPI NdisImmediateWritePortUlong(IN NDIS_HANDLE WrapperConfigurationContext,
					       IN ULONG Port, IN ULONG Data);

EXTERN_C_END

/* A port's number, given as a pointer or an integer, in the type that ddk/port_io.h wants. */
#define NDIS_PORT_POINTER(Type, Port) ((Type)(ULONG_PTR)(Port))

/*
 * Access to registers in memory, by the functions of ddk/register_io.h. `Register` is an address in
 * a mapping of NdisMMapIoSpace, as a pointer of any type or an integer, aligned to the width. Read
 * macros store the value into `*(Data)`, in the type that Data points to. Any IRQL.
 */
#define NdisReadRegisterUchar(Register, Data) \
	((void)(*(Data) = READ_REGISTER_UCHAR((volatile UCHAR *)(ULONG_PTR)(Register))))
#define NdisReadRegisterUshort(Register, Data) \
	((void)(*(Data) = READ_REGISTER_USHORT((volatile USHORT *)(ULONG_PTR)(Register))))
#define NdisReadRegisterUlong(Register, Data) \
	((void)(*(Data) = READ_REGISTER_ULONG((volatile ULONG *)(ULONG_PTR)(Register))))
#define NdisWriteRegisterUchar(Register, Data) \
	WRITE_REGISTER_UCHAR((volatile UCHAR *)(ULONG_PTR)(Register), (UCHAR)(Data))
#define NdisWriteRegisterUshort(Register, Data) \
	WRITE_REGISTER_USHORT((volatile USHORT *)(ULONG_PTR)(Register), (USHORT)(Data))
#define NdisWriteRegisterUlong(Register, Data) \
	WRITE_REGISTER_ULONG((volatile ULONG *)(ULONG_PTR)(Register), (ULONG)(Data))

/*
 * Port access. `Port` is the PortOffset of NdisMRegisterIoPortRange plus the offset of a
 * register, as a pointer or an integer. Read macros store into `*(Data)`; Buffer macros move
 * `Length` values, not bytes, between the port and memory. Any IRQL.
 */
#define NdisRawReadPortUchar(Port, Data) \
	((void)(*(Data) = READ_PORT_UCHAR(NDIS_PORT_POINTER(PUCHAR, Port))))
#define NdisRawReadPortUshort(Port, Data) \
	((void)(*(Data) = READ_PORT_USHORT(NDIS_PORT_POINTER(PUSHORT, Port))))
#define NdisRawReadPortUlong(Port, Data) \
	((void)(*(Data) = READ_PORT_ULONG(NDIS_PORT_POINTER(PULONG, Port))))
#define NdisRawWritePortUchar(Port, Data) \
	WRITE_PORT_UCHAR(NDIS_PORT_POINTER(PUCHAR, Port), (UCHAR)(Data))
#define NdisRawWritePortUshort(Port, Data) \
	WRITE_PORT_USHORT(NDIS_PORT_POINTER(PUSHORT, Port), (USHORT)(Data))
#define NdisRawWritePortUlong(Port, Data) \
	WRITE_PORT_ULONG(NDIS_PORT_POINTER(PULONG, Port), (ULONG)(Data))
#define NdisRawReadPortBufferUchar(Port, Buffer, Length) \
	READ_PORT_BUFFER_UCHAR(NDIS_PORT_POINTER(PUCHAR, Port), (PUCHAR)(Buffer), (Length))
#define NdisRawReadPortBufferUshort(Port, Buffer, Length) \
	READ_PORT_BUFFER_USHORT(NDIS_PORT_POINTER(PUSHORT, Port), (PUSHORT)(Buffer), (Length))
#define NdisRawReadPortBufferUlong(Port, Buffer, Length) \
	READ_PORT_BUFFER_ULONG(NDIS_PORT_POINTER(PULONG, Port), (PULONG)(Buffer), (Length))
#define NdisRawWritePortBufferUchar(Port, Buffer, Length) \
	WRITE_PORT_BUFFER_UCHAR(NDIS_PORT_POINTER(PUCHAR, Port), (PUCHAR)(Buffer), (Length))
#define NdisRawWritePortBufferUshort(Port, Buffer, Length) \
	WRITE_PORT_BUFFER_USHORT(NDIS_PORT_POINTER(PUSHORT, Port), (PUSHORT)(Buffer), (Length))
#define NdisRawWritePortBufferUlong(Port, Buffer, Length) \
	WRITE_PORT_BUFFER_ULONG(NDIS_PORT_POINTER(PULONG, Port), (PULONG)(Buffer), (Length))

#endif
