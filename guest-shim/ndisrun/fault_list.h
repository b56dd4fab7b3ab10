/* SPDX-License-Identifier: MIT */
/*
 * fault_list.h - the accesses the IOMMU has refused so far
 */
#ifndef NDISRUN_FAULT_LIST_H
#define NDISRUN_FAULT_LIST_H

#include <stdint.h>
#include <stdio.h>

#include "include/ndis_shim.h"
#include "platform/platform.h"

#define FAULT_LIST_SIZE 64

/**
 * struct fault_list - the last faults, and how many there were
 * @faults: ring; number i is in element i % FAULT_LIST_SIZE.
 * @count: all since the start.
 */
struct fault_list {
	struct platform_fault faults[FAULT_LIST_SIZE];
	uint64_t count;
};

/**
 * fault_list_poll() - take what the platform reports, and complain about each on stderr
 * @adapter: is told, too, so that the checking mode can say whose address it was; NULL: nobody is.
 */
void fault_list_poll(struct fault_list *list, struct platform *platform,
		     struct shim_adapter *adapter);

/** fault_list_print() - one line for each fault that is remembered, oldest first. */
void fault_list_print(const struct fault_list *list, FILE *file);

#endif /* NDISRUN_FAULT_LIST_H */
