/* SPDX-License-Identifier: MIT */
/*
 * interrupt.h - the interrupt of an adapter, inside the library
 */
#ifndef NDIS_INTERRUPT_INTERNAL_H
#define NDIS_INTERRUPT_INTERNAL_H

#include "ndis/adapter.h"

/**
 * struct interrupt_resource - what resources and NdisMRegisterInterrupt agree on
 * @line: both level and vector, as in the raw resources that drivers see.
 * @mode: how the line signals.
 */
struct interrupt_resource {
	ULONG line;
	NDIS_INTERRUPT_MODE mode;
};

/** ndis_interrupt_resource() - the interrupt that the adapter's device has. */
struct interrupt_resource ndis_interrupt_resource(const struct shim_adapter *adapter);

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
