/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_PCI_H
#define NDIS_HEADERS_DDK_PCI_H

/*
 * PCI configuration space as drivers read it with NdisReadPciSlotInformation.
 *
 * The first 64 bytes have the layout of the PCI Local Bus specification. Numbers are in the CPU's
 * byte order, which is the bus's.
 */

#include "../ntdef.h"

#define PCI_TYPE0_ADDRESSES 6
#define PCI_TYPE1_ADDRESSES 2
#define PCI_TYPE2_ADDRESSES 5

/*
 * The header, 64 bytes (PCI_COMMON_HEADER), and with it the device's own 192 (PCI_COMMON_CONFIG).
 *
 * VendorID, DeviceID     who made the device and which one it is. A vendor of all ones
 *                        (PCI_INVALID_VENDORID) means that nothing answers.
 * Command                PCI_ENABLE_* bits: which accesses the device decodes, and whether it may
 *                        master the bus. The library sets them before MiniportInitialize.
 * Status                 PCI_STATUS_* bits. Error bits are cleared by writing them as ones.
 * RevisionID             revision of the device.
 * ProgIf, SubClass,      what kind of device it is; 02 in BaseClass with 00 in SubClass is an
 * BaseClass              Ethernet controller.
 * CacheLineSize          in units of four bytes, for devices that transfer whole lines.
 * LatencyTimer           bus clocks that a master may keep the bus.
 * HeaderType             PCI_*_TYPE and PCI_MULTIFUNCTION.
 * BIST                   built-in self test.
 * u.type0                a device: base addresses (see PCI_ADDRESS_*), subsystem numbers,
 *                        expansion ROM, offset of the first capability, interrupt line and pin,
 *                        and the grant and latency it wishes, in units of 250 ns.
 * u.type1                a bridge: bus numbers, windows, and its own status.
 * u.type2                a CardBus bridge: registers of the socket, bus numbers, windows.
 * DeviceSpecific         the rest of the first 256 bytes, where capabilities lie.
 */
#define PCI_COMMON_HEADER_LAYOUT					\
	USHORT VendorID;						\
	USHORT DeviceID;						\
	USHORT Command;							\
	USHORT Status;							\
	UCHAR RevisionID;						\
	UCHAR ProgIf;							\
	UCHAR SubClass;							\
	UCHAR BaseClass;						\
	UCHAR CacheLineSize;						\
	UCHAR LatencyTimer;						\
	UCHAR HeaderType;						\
	UCHAR BIST;							\
	union {								\
		struct {						\
			ULONG BaseAddresses[PCI_TYPE0_ADDRESSES];	\
			ULONG CIS;					\
			USHORT SubVendorID;				\
			USHORT SubSystemID;				\
			ULONG ROMBaseAddress;				\
			UCHAR CapabilitiesPtr;				\
			UCHAR Reserved1[3];				\
			ULONG Reserved2;				\
			UCHAR InterruptLine;				\
			UCHAR InterruptPin;				\
			UCHAR MinimumGrant;				\
			UCHAR MaximumLatency;				\
		} type0;						\
		struct {						\
			ULONG BaseAddresses[PCI_TYPE1_ADDRESSES];	\
			UCHAR PrimaryBus;				\
			UCHAR SecondaryBus;				\
			UCHAR SubordinateBus;				\
			UCHAR SecondaryLatency;				\
			UCHAR IOBase;					\
			UCHAR IOLimit;					\
			USHORT SecondaryStatus;				\
			USHORT MemoryBase;				\
			USHORT MemoryLimit;				\
			USHORT PrefetchBase;				\
			USHORT PrefetchLimit;				\
			ULONG PrefetchBaseUpper32;			\
			ULONG PrefetchLimitUpper32;			\
			USHORT IOBaseUpper16;				\
			USHORT IOLimitUpper16;				\
			UCHAR CapabilitiesPtr;				\
			UCHAR Reserved1[3];				\
			ULONG ROMBaseAddress;				\
			UCHAR InterruptLine;				\
			UCHAR InterruptPin;				\
			USHORT BridgeControl;				\
		} type1;						\
		struct {						\
			ULONG SocketRegistersBaseAddress;		\
			UCHAR CapabilitiesPtr;				\
			UCHAR Reserved;					\
			USHORT SecondaryStatus;				\
			UCHAR PrimaryBus;				\
			UCHAR SecondaryBus;				\
			UCHAR SubordinateBus;				\
			UCHAR SecondaryLatency;				\
			struct {					\
				ULONG Base;				\
				ULONG Limit;				\
			} Range[PCI_TYPE2_ADDRESSES - 1];		\
			UCHAR InterruptLine;				\
			UCHAR InterruptPin;				\
			USHORT BridgeControl;				\
		} type2;						\
	} u;

typedef struct _PCI_COMMON_HEADER {
	PCI_COMMON_HEADER_LAYOUT
} PCI_COMMON_HEADER, *PPCI_COMMON_HEADER;

typedef struct _PCI_COMMON_CONFIG {
	PCI_COMMON_HEADER_LAYOUT
	UCHAR DeviceSpecific[192];
} PCI_COMMON_CONFIG, *PPCI_COMMON_CONFIG;

C_ASSERT(sizeof(PCI_COMMON_HEADER) == 64);
C_ASSERT(sizeof(PCI_COMMON_CONFIG) == 256);

/* Bytes of the common header. */
#define PCI_COMMON_HDR_LENGTH (FIELD_OFFSET(PCI_COMMON_CONFIG, DeviceSpecific))

#define PCI_INVALID_VENDORID 0xFFFF

/*
 * Bits of Command: whether the device answers in I/O and in memory space, masters the bus, watches
 * special cycles, writes and invalidates, reports parity and system errors, transfers back to
 * back, and keeps its interrupt line still.
 */
#define PCI_ENABLE_IO_SPACE 0x0001
#define PCI_ENABLE_MEMORY_SPACE 0x0002
#define PCI_ENABLE_BUS_MASTER 0x0004
#define PCI_ENABLE_SPECIAL_CYCLES 0x0008
#define PCI_ENABLE_WRITE_AND_INVALIDATE 0x0010
#define PCI_ENABLE_PARITY 0x0040
#define PCI_ENABLE_SERR 0x0100
#define PCI_ENABLE_FAST_BACK_TO_BACK 0x0200
#define PCI_DISABLE_LEVEL_INTERRUPT 0x0400

/*
 * Bits of Status: the interrupt is asserted, there is a capability list, 66 MHz are possible, and
 * the errors that the device has seen or caused since they were last cleared.
 */
#define PCI_STATUS_INTERRUPT_PENDING 0x0008
#define PCI_STATUS_CAPABILITIES_LIST 0x0010
#define PCI_STATUS_66MHZ_CAPABLE 0x0020
#define PCI_STATUS_DATA_PARITY_DETECTED 0x0100
#define PCI_STATUS_SIGNALED_TARGET_ABORT 0x0800
#define PCI_STATUS_RECEIVED_TARGET_ABORT 0x1000
#define PCI_STATUS_RECEIVED_MASTER_ABORT 0x2000
#define PCI_STATUS_SIGNALED_SYSTEM_ERROR 0x4000
#define PCI_STATUS_DETECTED_PARITY_ERROR 0x8000

/* HeaderType: kind of header, and the bit that marks a device of several functions. */
#define PCI_DEVICE_TYPE 0x00
#define PCI_BRIDGE_TYPE 0x01
#define PCI_CARDBUS_BRIDGE_TYPE 0x02
#define PCI_MULTIFUNCTION 0x80

/*
 * Base address registers. Bit 0 tells I/O space from memory. For memory, the bits of
 * MEMORY_TYPE_MASK hold PCI_TYPE_*: a 64-bit address takes the next register as its upper half.
 * The address masks separate the address from the bits. Drivers get addresses from
 * NdisMQueryAdapterResources: what is read here is the bus's view and need not be what the CPU
 * uses.
 */
#define PCI_ADDRESS_IO_SPACE 0x00000001u
#define PCI_ADDRESS_MEMORY_TYPE_MASK 0x00000006u
#define PCI_ADDRESS_MEMORY_PREFETCHABLE 0x00000008u
#define PCI_ADDRESS_IO_ADDRESS_MASK 0xFFFFFFFCu
#define PCI_ADDRESS_MEMORY_ADDRESS_MASK 0xFFFFFFF0u
#define PCI_TYPE_32BIT 0
#define PCI_TYPE_20BIT 2
#define PCI_TYPE_64BIT 4

/*
 * Head of a capability. The first lies at CapabilitiesPtr of the header if Status says that there is
 * a list, the others at Next of the one before; 0 ends the list. CapabilityID says what it is.
 */
typedef struct _PCI_CAPABILITIES_HEADER {
	UCHAR CapabilityID;
	UCHAR Next;
} PCI_CAPABILITIES_HEADER, *PPCI_CAPABILITIES_HEADER;

C_ASSERT(sizeof(PCI_CAPABILITIES_HEADER) == 2);

#define PCI_CAPABILITY_ID_POWER_MANAGEMENT 0x01
#define PCI_CAPABILITY_ID_AGP 0x02
#define PCI_CAPABILITY_ID_VPD 0x03
#define PCI_CAPABILITY_ID_SLOT_ID 0x04
#define PCI_CAPABILITY_ID_MSI 0x05
#define PCI_CAPABILITY_ID_CPCI_HOTSWAP 0x06
#define PCI_CAPABILITY_ID_PCIX 0x07
#define PCI_CAPABILITY_ID_HYPERTRANSPORT 0x08
#define PCI_CAPABILITY_ID_VENDOR_SPECIFIC 0x09
#define PCI_CAPABILITY_ID_PCI_EXPRESS 0x10
#define PCI_CAPABILITY_ID_MSIX 0x11

/* How many devices a bus has at most, and functions a device; the highest number of a bus. */
#define PCI_MAX_DEVICES 32
#define PCI_MAX_FUNCTION 8
#define PCI_MAX_BRIDGE_NUMBER 0xFF

/* Class of network controllers, and Ethernet among them. */
#define PCI_CLASS_NETWORK_CTLR 0x02
#define PCI_SUBCLASS_NET_ETHERNET_CTLR 0x00

#endif
