/* SPDX-License-Identifier: MIT */
/*
 * fault_list.c - the accesses the IOMMU has refused so far
 */
#include <inttypes.h>

#include "ndisrun/fault_list.h"

static void print_fault(const struct platform_fault *fault, FILE *file)
{
	fprintf(file, "IOMMU fault: device %s at 0x%" PRIx64 ": %s\n",
		fault->is_write ? "write" : "read", fault->address.value, fault->text);
}

void fault_list_poll(struct fault_list *list, struct platform *platform,
		     struct shim_adapter *adapter)
{
	struct platform_fault fault;

	while (platform_next_fault(platform, &fault) == 1) {
		list->faults[list->count++ % FAULT_LIST_SIZE] = fault;
		shim_log_end_line();
		fputs("ndisrun: ", stderr);
		print_fault(&fault, stderr);
		if (adapter)
			shim_adapter_fault(adapter, &fault);
	}
}

void fault_list_print(const struct fault_list *list, FILE *file)
{
	uint64_t first = list->count > FAULT_LIST_SIZE ? list->count - FAULT_LIST_SIZE : 0;
	uint64_t i;

	if (list->count == 0)
		fprintf(file, "no IOMMU fault\n");
	if (first)
		fprintf(file, "%" PRIu64 " earlier IOMMU faults are not remembered\n", first);
	for (i = first; i < list->count; i++)
		print_fault(&list->faults[i % FAULT_LIST_SIZE], file);
}
