/* SPDX-License-Identifier: MIT */
/*
 * scatter_gather_size.c - how much a list takes, and what version 2 of the table adds around lists
 *
 * Source: ndis-hal-dma.md section 9.3.
 */
#include "hal/hal.h"
#include "hal/scatter_gather.h"
#include "mm/mdl.h"
#include "support/trace.h"

ULONG hal_measure(const struct hal_adapter *adapter, const MDL *mdl, const void *va, ULONG length,
		  struct hal_extent *extent)
{
	*extent = (struct hal_extent){.circular = mdl && !mm_mdl_last(mdl)};
	if (extent->circular)
		return length;
	if (!mdl) {
		extent->registers = ADDRESS_AND_SIZE_TO_SPAN_PAGES(va, length);
		length = 0;
	}
	for (; mdl && length; mdl = mdl->Next) {
		ULONG offset =
			extent->mdls
				? 0
				: (ULONG)((uintptr_t)va - (uintptr_t)MmGetMdlVirtualAddress(mdl));
		ULONG piece = mdl->ByteCount - offset;

		if (piece > length)
			piece = length;
		extent->mdls++;
		if (piece)
			extent->registers += ADDRESS_AND_SIZE_TO_SPAN_PAGES(
				(ULONG_PTR)mdl->MappedSystemVa + offset, piece);
		length -= piece;
	}
	extent->elements = adapter->scatter_gather ? extent->registers : 1;
	return length;
}

NTSTATUS hal_report_circle(struct hal_adapter *adapter, const char *call, const MDL *mdl)
{
	hal_violation(adapter, VERIFIER_INVALID_BUFFER, call,
		      "an MDL chain ends: the Next of its last MDL is NULL",
		      "the chain that begins with MDL %p leads back into itself",
		      (const void *)mdl);
	return STATUS_INVALID_PARAMETER;
}

ULONG hal_list_bytes(uint64_t elements)
{
	uint64_t bytes =
		offsetof(SCATTER_GATHER_LIST, Elements) + elements * sizeof(SCATTER_GATHER_ELEMENT);

	return bytes <= UINT32_MAX ? (ULONG)bytes : 0;
}

static NTSTATUS calculate(struct hal_adapter *adapter, const char *call, PMDL mdl, PVOID va,
			  ULONG length, PULONG size, PULONG registers)
{
	struct hal_extent extent;
	uintptr_t offset = mdl ? (uintptr_t)va - (uintptr_t)MmGetMdlVirtualAddress(mdl) : 0;

	if (!size) {
		hal_violation(adapter, VERIFIER_NONE, call, "no argument may be NULL",
			      "ScatterGatherListSize is NULL");
		return STATUS_INVALID_PARAMETER;
	}
	if (!length) {
		hal_violation(adapter, VERIFIER_ZERO_LENGTH, call, "at least one byte is mapped",
			      "Length is 0");
		return STATUS_INVALID_PARAMETER;
	}
	if (mdl && offset >= mdl->ByteCount) {
		hal_violation(adapter, VERIFIER_INVALID_BUFFER, call,
			      "CurrentVa lies in the buffer of the first MDL",
			      "CurrentVa is %p, MDL %p describes %u bytes at %p", va, (void *)mdl,
			      mdl->ByteCount, MmGetMdlVirtualAddress(mdl));
		return STATUS_INVALID_PARAMETER;
	}
	if (hal_measure(adapter, mdl, va, length, &extent))
		return extent.circular ? hal_report_circle(adapter, call, mdl)
				       : STATUS_BUFFER_TOO_SMALL;
	if (!hal_list_bytes(extent.elements))
		return STATUS_INSUFFICIENT_RESOURCES;
	*size = hal_list_bytes(extent.elements);
	if (registers)
		*registers = (ULONG)extent.registers;
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI hal_calculate_scatter_gather_list(PDMA_ADAPTER DmaAdapter, PMDL Mdl, PVOID CurrentVa,
						 ULONG Length, PULONG ScatterGatherListSize,
						 PULONG pNumberOfMapRegisters)
{
	static const char call[] = "CalculateScatterGatherList";
	TRACE_SCOPE(call);
	struct hal_adapter *adapter = hal_find_adapter(DmaAdapter, call);
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (adapter)
		status = calculate(adapter, call, Mdl, CurrentVa, Length, ScatterGatherListSize,
				   pNumberOfMapRegisters);
	TRACE(call, "adapter %p, mdl %p, %p, %u bytes) -> 0x%08x, %u bytes", (void *)DmaAdapter,
	      (void *)Mdl, CurrentVa, Length, (unsigned int)status,
	      status == STATUS_SUCCESS ? *ScatterGatherListSize : 0);
	return status;
}

/* One MDL for a range of logical addresses, whose pages need not be anywhere in this process. */
static PMDL describe(const SCATTER_GATHER_ELEMENT *element)
{
	PVOID va = (PVOID)(ULONG_PTR)element->Address.QuadPart;
	ULONG pages = ADDRESS_AND_SIZE_TO_SPAN_PAGES(va, element->Length);
	PMDL mdl = IoAllocateMdl(va, element->Length, FALSE, FALSE, NULL);

	if (!mdl)
		return NULL;
	mdl->MdlFlags = MDL_PAGES_LOCKED;
	for (ULONG i = 0; i < pages; i++)
		MmGetMdlPfnArray(mdl)[i] = ((ULONG_PTR)va >> PAGE_SHIFT) + i;
	return mdl;
}

static NTSTATUS build(const SCATTER_GATHER_LIST *list, unsigned int count, PMDL *target)
{
	PMDL first = NULL;
	PMDL *link = &first;

	for (unsigned int i = 0; i < count; i++) {
		*link = describe(&list->Elements[i]);
		if (!*link) {
			while (first) {
				PMDL next = first->Next;

				IoFreeMdl(first);
				first = next;
			}
			return STATUS_INSUFFICIENT_RESOURCES;
		}
		link = &(*link)->Next;
	}
	*target = first;
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI hal_build_mdl_from_scatter_gather_list(PDMA_ADAPTER DmaAdapter,
						      PSCATTER_GATHER_LIST ScatterGather,
						      PMDL OriginalMdl, PMDL *TargetMdl)
{
	static const char call[] = "BuildMdlFromScatterGatherList";
	TRACE_SCOPE(call);
	struct hal_adapter *adapter = hal_find_adapter(DmaAdapter, call);
	struct hal_list *list = adapter ? hal_list_find(adapter, ScatterGather) : NULL;
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (!adapter || !hal_irql_at_most(adapter, call, KE_DISPATCH_LEVEL)) {
		status = STATUS_INVALID_PARAMETER;
	} else if (!OriginalMdl || !TargetMdl) {
		hal_violation(adapter, VERIFIER_NONE, call, "no argument may be NULL",
			      "OriginalMdl %p, TargetMdl %p", (void *)OriginalMdl,
			      (void *)TargetMdl);
	} else if (!list) {
		hal_violation(adapter, VERIFIER_NONE, call, "the list is not put yet",
			      "%p is no list of the adapter", (void *)ScatterGather);
	} else {
		status = build(ScatterGather, hal_list_count(list), TargetMdl);
	}
	TRACE(call, "adapter %p, list %p, mdl %p) -> 0x%08x", (void *)DmaAdapter,
	      (void *)ScatterGather, (void *)OriginalMdl, (unsigned int)status);
	return status;
}
