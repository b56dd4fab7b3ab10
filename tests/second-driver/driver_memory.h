/* SPDX-License-Identifier: MIT */
/*
 * driver_memory.h - which addresses driver_memory() gives, and the end of its memory
 */
#ifndef TESTS_SECOND_DRIVER_DRIVER_MEMORY_H
#define TESTS_SECOND_DRIVER_DRIVER_MEMORY_H

#include "driver.h"

/**
 * driver_choose_addresses() - those that both the device drives and the IOMMU can translate.
 *
 * Before the first driver_memory(). Return: 0; -ENOMEM; -EPROTO the device keeps another width.
 */
int driver_choose_addresses(struct driver *driver);

/** driver_free_memory() - unmap and free all. Return: 0; -EIO the IOMMU did not unmap it whole. */
int driver_free_memory(struct driver *driver);

#endif /* TESTS_SECOND_DRIVER_DRIVER_MEMORY_H */
