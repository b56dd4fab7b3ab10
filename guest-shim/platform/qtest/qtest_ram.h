/* SPDX-License-Identifier: MIT */
/*
 * qtest_ram.h - the guest's RAM, mapped in this process, and who has which page of it
 *
 * Guest-physical address 0 is the first byte of the file; the machine is small enough
 * for its RAM to be one piece.  It is divided once:
 *
 *	0       1 MiB      16 MiB                        size
 *	| unused | low memory | pages for everything else |
 *
 * The first MiB is no RAM everywhere (video, ROMs).  Behind every allocation one page stays
 * free, so that an access beyond the end is an access to memory that is not allocated, which
 * AddressSanitizer reports.
 */
#ifndef PLATFORM_QTEST_QTEST_RAM_H
#define PLATFORM_QTEST_QTEST_RAM_H

#include <stddef.h>
#include <stdint.h>

#include "platform/linux/explain.h"

/**
 * struct qtest_ram
 * @base: where the RAM is mapped; NULL when closed.
 * @size: bytes.
 * @taken: for each page above the low memory, whether it is allocated.
 * @pages: elements of @taken.
 * @next: where the search for free pages begins.
 */
struct qtest_ram {
	unsigned char *base;
	size_t size;
	unsigned char *taken;
	size_t pages;
	size_t next;
};

/** qtest_ram_open() - map @file, of @size bytes, a multiple of 1 MiB above 16.  Return: 0;
 * -ENOMEM; -errno; explained. */
int qtest_ram_open(struct qtest_ram *ram, int file, size_t size, struct explanation *why);

/** qtest_ram_close() - harmless when not open. */
void qtest_ram_close(struct qtest_ram *ram);

/**
 * qtest_ram_allocate() - pages, contiguous and zeroed
 * @length: bytes, whole pages.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int qtest_ram_allocate(struct qtest_ram *ram, size_t length, void **va);

/** qtest_ram_free() - give back what qtest_ram_allocate() gave; same length. */
void qtest_ram_free(struct qtest_ram *ram, void *va, size_t length);

/**
 * qtest_ram_physical() - physical address of [@va, @va + @length)
 *
 * Return: 0; -EFAULT part of it is not guest RAM.
 */
int qtest_ram_physical(const struct qtest_ram *ram, const void *va, size_t length,
		       uint64_t *physical);

/** qtest_ram_low() - the first @length bytes of the low memory, as all calls.  Return: 0; -EINVAL;
 * -ENOSPC. */
int qtest_ram_low(struct qtest_ram *ram, size_t length, void **va, uint32_t *physical);

#endif /* PLATFORM_QTEST_QTEST_RAM_H */
