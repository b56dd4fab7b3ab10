/* SPDX-License-Identifier: MIT */
/*
 * io.h - registers of an adapter, inside the library
 */
#ifndef NDIS_IO_INTERNAL_H
#define NDIS_IO_INTERNAL_H

#include "ndis/adapter.h"

/**
 * ndis_io_bar() - base address register @index, read from the platform at its first use; size
 * 0 when absent.
 */
const struct platform_bar *ndis_io_bar(struct shim_adapter *adapter, unsigned int index);

/**
 * ndis_io_read(), ndis_io_write() - one access to registers or ports through the platform
 * @index: base address register, which holds @width bytes at @offset.
 * @width: 1, 2 or 4 bytes; @offset need not be a multiple of it, and then the device sees
 *	several accesses of less bytes, lowest first.
 */
void ndis_io_read(const struct shim_adapter *adapter, unsigned int index, uint64_t offset,
		  void *value, unsigned int width);
void ndis_io_write(const struct shim_adapter *adapter, unsigned int index, uint64_t offset,
		   const void *value, unsigned int width);

/**
 * ndis_io_map_anywhere() - registers of any adapter of the thread, as MmMapIoSpace maps them
 *
 * Return: their address, or NULL: no adapter has them in one memory resource.
 */
void *ndis_io_map_anywhere(uint64_t physical, uint64_t length);

/** ndis_io_unmap_anywhere() - Return: whether anything was mapped there. */
bool ndis_io_unmap_anywhere(const void *va);

/**
 * ndis_io_release() - report mappings and port ranges that the driver forgot.  Return: how
 * many there were.
 */
unsigned int ndis_io_release(struct shim_adapter *adapter, const char *call);

#endif /* NDIS_IO_INTERNAL_H */
