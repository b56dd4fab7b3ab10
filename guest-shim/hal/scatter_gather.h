/* SPDX-License-Identifier: MIT */
/*
 * scatter_gather.h - between the files of hal/ that make scatter/gather lists
 */
#ifndef HAL_SCATTER_GATHER_H
#define HAL_SCATTER_GATHER_H

#include "hal/hal.h"

/**
 * struct hal_extent - what a transfer takes: @mdls pieces, @registers, @elements of its list at the
 * worst
 * @circular: the chain leads back into itself before Length bytes are found.
 */
struct hal_extent {
	bool circular;
	unsigned int mdls;
	uint64_t registers;
	uint64_t elements;
};

/**
 * hal_measure() - walk the chain
 * @mdl: NULL: one buffer at @va.
 *
 * Return: the bytes of @length that lie behind the end of the chain; 0: all are there.
 */
ULONG hal_measure(const struct hal_adapter *adapter, const MDL *mdl, const void *va, ULONG length,
		  struct hal_extent *extent);

/** hal_report_circle() - a chain that hal_measure() found to be circular.  Return: the status. */
NTSTATUS hal_report_circle(struct hal_adapter *adapter, const char *call, const MDL *mdl);

/** hal_list_bytes() - size of a list of so many elements; 0 when 32 bits do not hold it. */
ULONG hal_list_bytes(uint64_t elements);

/** hal_list_find() - the adapter's list behind a driver's pointer, or NULL. */
struct hal_list *hal_list_find(const struct hal_adapter *adapter, const void *handle);

/** hal_list_count() - elements of a list, whatever the driver has written into it since. */
unsigned int hal_list_count(const struct hal_list *list);

#endif /* HAL_SCATTER_GATHER_H */
