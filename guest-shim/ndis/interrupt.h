/* SPDX-License-Identifier: MIT */
/*
 * interrupt.h - the interrupt of an adapter, inside the library
 */
#ifndef NDIS_INTERRUPT_INTERNAL_H
#define NDIS_INTERRUPT_INTERNAL_H

#include "ndis/adapter.h"

/* Level and vector that resources and NdisMRegisterInterrupt agree on. */
#define INTERRUPT_LEVEL	 KE_DEVICE_LEVEL
#define INTERRUPT_VECTOR 0x30u

/**
 * ndis_interrupt_release() - disconnect an interrupt that the driver forgot.  Return: how many
 * there were.
 */
unsigned int ndis_interrupt_release(struct shim_adapter *adapter, const char *call);

/**
 * ndis_interrupt_forget() - [@va, @va + @length) is about to be freed: disconnect an interrupt
 * inside it.
 */
void ndis_interrupt_forget(const void *va, size_t length);

#endif /* NDIS_INTERRUPT_INTERNAL_H */
