/* SPDX-License-Identifier: MIT */
/*
 * io.c - registers in memory and in ports
 *
 * Where the platform gives BARs a pointer, NdisMMapIoSpace hands that pointer out and
 * an access is a load or store.  Where it does not, the driver gets an address that
 * no processor accepts, with adapter, BAR and offset in it: the access functions take it
 * apart, and a driver that dereferences it faults at once instead of reading
 * memory that is no register.
 */
#include <string.h>

#include "ndis/io.h"
#include "ndis/verify.h"
#include "ndis/violation.h"
#include "support/trace.h"

/* Bits 63 to 48: not a canonical address of x86-64. */
#define TOKEN_MARK	    0xD1B5u
#define TOKEN_BAR_SHIFT	    45
#define TOKEN_BAR_MASK	    0x7u
#define TOKEN_ADAPTER_SHIFT 37
#define TOKEN_ADAPTER_MASK  0xFFu
#define TOKEN_OFFSET	    0x1FFFFFFFFFull

static const char mapping_name[] = "mapping of registers at";
static const char ports_name[] = "range of ports at";

const struct platform_bar *ndis_io_bar(struct shim_adapter *adapter, unsigned int index)
{
	struct platform_bar *bar = &adapter->io.bars[index];

	if (!bar->size && platform_bar(adapter->platform, index, bar))
		memset(bar, 0, sizeof(*bar));
	return bar;
}

/* BAR that holds [@first, @first + @length), or -1. */
static int find_bar(struct shim_adapter *adapter, bool is_io, uint64_t first, uint64_t length)
{
	for (unsigned int i = 0; i < ADAPTER_BARS; i++) {
		const struct platform_bar *bar = ndis_io_bar(adapter, i);
		uint64_t offset = first - bar->bus_address;

		if (bar->size && bar->is_io == is_io && offset < bar->size &&
		    length <= bar->size - offset)
			return (int)i;
	}
	return -1;
}

static void *make_token(const struct shim_adapter *adapter, unsigned int index, uint64_t offset)
{
	return (void *)(uintptr_t)((uint64_t)TOKEN_MARK << 48 | (uint64_t)index << TOKEN_BAR_SHIFT |
				   (uint64_t)adapter->number << TOKEN_ADAPTER_SHIFT | offset);
}

static bool fits_token(const struct shim_adapter *adapter, uint64_t end)
{
	return adapter->number <= TOKEN_ADAPTER_MASK && end <= TOKEN_OFFSET + 1;
}

/* The adapter whose registers a token stands for, or NULL. */
static struct shim_adapter *adapter_of_token(const volatile void *address)
{
	unsigned int number = (uintptr_t)address >> TOKEN_ADAPTER_SHIFT & TOKEN_ADAPTER_MASK;
	struct shim_adapter *adapter = ndis_adapters;

	while (adapter && adapter->number != number)
		adapter = adapter->next;
	return adapter;
}

static inline bool is_token(const volatile void *address)
{
	return unlikely((uintptr_t)address >> 48 == TOKEN_MARK);
}

/* By which the driver reaches the registers at a bus address in the BAR; NULL: no token is left. */
static void *address_of(struct shim_adapter *adapter, unsigned int index, uint64_t physical,
			uint64_t length)
{
	const struct platform_bar *bar = ndis_io_bar(adapter, index);
	uint64_t offset = physical - bar->bus_address;

	if (bar->pointer)
		return (void *)((uintptr_t)bar->pointer + offset);
	return fits_token(adapter, offset + length) ? make_token(adapter, index, offset) : NULL;
}

static NDIS_STATUS map(struct shim_adapter *adapter, const char *call, uint64_t physical,
		       UINT length, PVOID *va)
{
	int index;

	if (!ndis_may_claim_hardware(adapter, call))
		return NDIS_STATUS_FAILURE;
	index = length ? find_bar(adapter, false, physical, length) : -1;
	if (index < 0) {
		ndis_violation(adapter, call,
			       "the range lies in one memory resource of the adapter",
			       "%u bytes at 0x%llx do not", length, (unsigned long long)physical);
		return NDIS_STATUS_RESOURCE_CONFLICT;
	}
	*va = address_of(adapter, (unsigned int)index, physical, length);
	if (!*va)
		return NDIS_STATUS_RESOURCES;
	adapter->io.mapped[index]++;
	return NDIS_STATUS_SUCCESS;
}

void *ndis_io_map_anywhere(uint64_t physical, uint64_t length)
{
	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		int index = length ? find_bar(adapter, false, physical, length) : -1;
		void *va = index < 0 ? NULL
				     : address_of(adapter, (unsigned int)index, physical, length);

		if (!va)
			continue;
		adapter->io.mapped[index]++;
		return va;
	}
	return NULL;
}

NDIS_STATUS NTAPI NdisMMapIoSpace(PVOID *VirtualAddress, NDIS_HANDLE MiniportAdapterHandle,
				  NDIS_PHYSICAL_ADDRESS PhysicalAddress, UINT Length)
{
	static const char call[] = "NdisMMapIoSpace";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	NDIS_STATUS status = NDIS_STATUS_FAILURE;

	if (!ndis_is_given(call, "VirtualAddress", VirtualAddress))
		return NDIS_STATUS_FAILURE;
	*VirtualAddress = NULL;
	if (adapter)
		status = map(adapter, call, (uint64_t)PhysicalAddress.QuadPart, Length,
			     VirtualAddress);
	if (status == NDIS_STATUS_SUCCESS)
		ndis_verify_made(adapter, mapping_name, *VirtualAddress, call,
				 __builtin_return_address(0));
	TRACE(call, "adapter %p, physical 0x%llx, %u bytes) -> %s, %p", (void *)adapter,
	      (unsigned long long)PhysicalAddress.QuadPart, Length, ndis_status_text(status),
	      *VirtualAddress);
	return status;
}

/* BAR whose mapping holds the address, or -1. */
static int bar_of_address(struct shim_adapter *adapter, const volatile void *address)
{
	if (is_token(address))
		return adapter_of_token(address) == adapter
			       ? (int)((uintptr_t)address >> TOKEN_BAR_SHIFT & TOKEN_BAR_MASK)
			       : -1;
	for (unsigned int i = 0; i < ADAPTER_BARS; i++) {
		const struct platform_bar *bar = ndis_io_bar(adapter, i);

		if (bar->size && bar->pointer &&
		    (uintptr_t)address - (uintptr_t)bar->pointer < bar->size)
			return (int)i;
	}
	return -1;
}

bool ndis_io_unmap_anywhere(const void *va)
{
	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		int index = bar_of_address(adapter, va);

		if (index < 0 || index >= ADAPTER_BARS || !adapter->io.mapped[index])
			continue;
		adapter->io.mapped[index]--;
		return true;
	}
	return false;
}

VOID NTAPI NdisMUnmapIoSpace(NDIS_HANDLE MiniportAdapterHandle, PVOID VirtualAddress, UINT Length)
{
	static const char call[] = "NdisMUnmapIoSpace";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	int index;

	TRACE(call, "adapter %p, %p, %u bytes)", (void *)adapter, VirtualAddress, Length);
	if (!adapter)
		return;
	ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL);
	index = bar_of_address(adapter, VirtualAddress);
	if (index < 0 || index >= ADAPTER_BARS || !adapter->io.mapped[index]) {
		ndis_violation(adapter, call,
			       "NdisMMapIoSpace mapped the range, and it is unmapped once",
			       "%p is not mapped", VirtualAddress);
		return;
	}
	adapter->io.mapped[index]--;
	ndis_verify_gone(adapter, mapping_name, VirtualAddress, call, __builtin_return_address(0));
}

NDIS_STATUS NTAPI NdisMRegisterIoPortRange(PVOID *PortOffset, NDIS_HANDLE MiniportAdapterHandle,
					   UINT InitialPort, UINT NumberOfPorts)
{
	static const char call[] = "NdisMRegisterIoPortRange";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	NDIS_STATUS status = NDIS_STATUS_FAILURE;

	if (!ndis_is_given(call, "PortOffset", PortOffset))
		return NDIS_STATUS_FAILURE;
	*PortOffset = NULL;
	if (adapter && ndis_may_claim_hardware(adapter, call)) {
		status = NDIS_STATUS_RESOURCE_CONFLICT;
		if (NumberOfPorts && find_bar(adapter, true, InitialPort, NumberOfPorts) >= 0) {
			*PortOffset = (PVOID)(ULONG_PTR)InitialPort;
			adapter->io.port_ranges++;
			status = NDIS_STATUS_SUCCESS;
		} else {
			ndis_violation(adapter, call,
				       "the range lies in one port resource of the adapter",
				       "%u ports at 0x%x do not", NumberOfPorts, InitialPort);
		}
	}
	TRACE(call, "adapter %p, %u ports at 0x%x) -> %s", (void *)adapter, NumberOfPorts,
	      InitialPort, ndis_status_text(status));
	return status;
}

VOID NTAPI NdisMDeregisterIoPortRange(NDIS_HANDLE MiniportAdapterHandle, UINT InitialPort,
				      UINT NumberOfPorts, PVOID PortOffset)
{
	static const char call[] = "NdisMDeregisterIoPortRange";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);

	TRACE(call, "adapter %p, %u ports at 0x%x)", (void *)adapter, NumberOfPorts, InitialPort);
	if (!adapter)
		return;
	ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL);
	if (!adapter->io.port_ranges || (ULONG_PTR)PortOffset != InitialPort) {
		ndis_violation(
			adapter, call,
			"NdisMRegisterIoPortRange claimed the range, and it is given up once",
			"%u ports at 0x%x are not claimed", NumberOfPorts, InitialPort);
		return;
	}
	adapter->io.port_ranges--;
	ndis_verify_gone(adapter, ports_name, PortOffset, call, __builtin_return_address(0));
}

/* A mapping of registers of the BAR, for the report; NULL: nothing is known of it. */
static const void *mapping_in(struct shim_adapter *adapter, unsigned int index)
{
	const struct platform_bar *bar = ndis_io_bar(adapter, index);
	void *first =
		bar->pointer ? (void *)(uintptr_t)bar->pointer : make_token(adapter, index, 0);

	return verifier_find_other(adapter->verifier, mapping_name, first, bar->size);
}

unsigned int ndis_io_release(struct shim_adapter *adapter, const char *call)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < ADAPTER_BARS; i++) {
		if (!adapter->io.mapped[i])
			continue;
		ndis_violation_code(
			adapter, VERIFIER_DETAIL(VERIFIER_NONE, .object = mapping_in(adapter, i)),
			call, "NdisMUnmapIoSpace undoes every NdisMMapIoSpace",
			"%u mappings of base address register %u are left", adapter->io.mapped[i],
			i);
		count += adapter->io.mapped[i];
	}
	if (adapter->io.port_ranges) {
		ndis_violation_code(
			adapter,
			VERIFIER_DETAIL(VERIFIER_NONE,
					.object = verifier_find_other(adapter->verifier, ports_name,
								      NULL, 0x10000)),
			call, "NdisMDeregisterIoPortRange undoes every NdisMRegisterIoPortRange",
			"%u ranges of ports are left", adapter->io.port_ranges);
		count += adapter->io.port_ranges;
	}
	return count;
}

/* ---- access through the platform --------------------------------------------------------------
 */

/* Bytes of the largest naturally aligned access at @offset that is no longer than @length. */
static unsigned int piece_at(uint64_t offset, unsigned int length)
{
	unsigned int piece = sizeof(ULONG);

	while (offset % piece || piece > length)
		piece /= 2;
	return piece;
}

/* As the processor does it: an access that is not aligned becomes several that are. */
void ndis_io_read(const struct shim_adapter *adapter, unsigned int index, uint64_t offset,
		  void *value, unsigned int width)
{
	for (unsigned int done = 0, piece; done < width; done += piece) {
		piece = piece_at(offset + done, width - done);
		platform_bar_read(adapter->platform, index, offset + done, (char *)value + done,
				  piece);
	}
}

void ndis_io_write(const struct shim_adapter *adapter, unsigned int index, uint64_t offset,
		   const void *value, unsigned int width)
{
	for (unsigned int done = 0, piece; done < width; done += piece) {
		piece = piece_at(offset + done, width - done);
		platform_bar_write(adapter->platform, index, offset + done,
				   (const char *)value + done, piece);
	}
}

static void token_read(const volatile void *address, void *value, unsigned int width)
{
	unsigned int index = (uintptr_t)address >> TOKEN_BAR_SHIFT & TOKEN_BAR_MASK;

	const struct shim_adapter *adapter = adapter_of_token(address);

	memset(value, 0xFF, width);
	if (adapter)
		ndis_io_read(adapter, index, (uintptr_t)address & TOKEN_OFFSET, value, width);
}

static void token_write(const volatile void *address, const void *value, unsigned int width)
{
	unsigned int index = (uintptr_t)address >> TOKEN_BAR_SHIFT & TOKEN_BAR_MASK;

	const struct shim_adapter *adapter = adapter_of_token(address);

	if (adapter)
		ndis_io_write(adapter, index, (uintptr_t)address & TOKEN_OFFSET, value, width);
}

/* A register is read before, and written after, everything around it in the source. Packed: x86
 * needs no alignment, and the driver may not have kept to it. */
#define DEFINE_REGISTER_ACCESS(Name, Type)                                                         \
	struct register_##Name {                                                                   \
		Type value;                                                                        \
	} __attribute__((packed));                                                                 \
                                                                                                   \
	Type NTAPI READ_REGISTER_##Name(volatile Type *Register)                                   \
	{                                                                                          \
		Type value;                                                                        \
                                                                                                   \
		if (is_token(Register))                                                            \
			token_read(Register, &value, sizeof(value));                               \
		else                                                                               \
			value = ((volatile struct register_##Name *)Register)->value;              \
		__atomic_thread_fence(__ATOMIC_ACQUIRE);                                           \
		TRACE("READ_REGISTER_" #Name, "%p) -> 0x%x", (const void *)(uintptr_t)Register,    \
		      (unsigned int)value);                                                        \
		return value;                                                                      \
	}                                                                                          \
                                                                                                   \
	VOID NTAPI WRITE_REGISTER_##Name(volatile Type *Register, Type Value)                      \
	{                                                                                          \
		KeMemoryBarrier();                                                                 \
		if (is_token(Register))                                                            \
			token_write(Register, &Value, sizeof(Value));                              \
		else                                                                               \
			((volatile struct register_##Name *)Register)->value = Value;              \
		TRACE("WRITE_REGISTER_" #Name, "%p, 0x%x)", (void *)(uintptr_t)Register,           \
		      (unsigned int)Value);                                                        \
	}                                                                                          \
                                                                                                   \
	VOID NTAPI READ_REGISTER_BUFFER_##Name(volatile Type *Register, Type *Buffer, ULONG Count) \
	{                                                                                          \
		for (ULONG i = 0; i < Count; i++)                                                  \
			Buffer[i] = READ_REGISTER_##Name(Register + i);                            \
	}                                                                                          \
                                                                                                   \
	VOID NTAPI WRITE_REGISTER_BUFFER_##Name(volatile Type *Register, Type *Buffer,             \
						ULONG Count)                                       \
	{                                                                                          \
		for (ULONG i = 0; i < Count; i++)                                                  \
			WRITE_REGISTER_##Name(Register + i, Buffer[i]);                            \
	}

DEFINE_REGISTER_ACCESS(UCHAR, UCHAR)
DEFINE_REGISTER_ACCESS(USHORT, USHORT)
DEFINE_REGISTER_ACCESS(ULONG, ULONG)
