/* SPDX-License-Identifier: MIT */
/*
 * host_memory.h - the guest's memory as the host sees it
 *
 * Requests go through a serial port to tests/vm/with_host_memory.py, which asks QEMU.
 */
#ifndef HOST_MEMORY_H
#define HOST_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/** host_memory_open() - Return: a file descriptor, or -errno. */
int host_memory_open(const char *port);

/**
 * host_memory_read() - bytes of the guest's memory, from outside
 * @port: of host_memory_open().
 * @address: physical.
 *
 * Return: 0; -EIO the host refused, and said why on its side; -ETIMEDOUT; another -errno.
 */
int host_memory_read(int port, uint64_t address, void *bytes, size_t length);

#endif /* HOST_MEMORY_H */
