/* SPDX-License-Identifier: MIT */
/*
 * run_options.h - the options of ndisrun run for one adapter
 */
#ifndef NDISRUN_RUN_OPTIONS_H
#define NDISRUN_RUN_OPTIONS_H

#include <net/if.h>
#include <stdbool.h>

#include "include/ndis_shim.h"
#include "ndisrun/isa_options.h"
#include "ndisrun/qtest_options.h"
#include "platform/linux/pci_device.h"
#include "platform/vfio/vfio.h"

#define RUN_PARAMETERS 64

/** MTU_MINIMUM, MTU_MAXIMUM - bytes of a frame without its header, as Linux takes them. */
#define MTU_MINIMUM 68
#define MTU_MAXIMUM 65521

/** RUN_DEVICE_SIZE - bytes of a device's name in messages: a PCI address, or a type of QEMU. */
#define RUN_DEVICE_SIZE 40

/**
 * struct run_options - what the user asked for, of one adapter
 * @device: canonical address; with QEMU: its type; of an ISA device of this machine: its first
 * port.
 * @miniport: name or file, as given.
 * @tap: name of the interface; empty: none, with QEMU only.
 * @isa: an ISA device.
 * @qtest: a device of QEMU instead of one of this machine.
 * @inf: file with the driver's settings, NULL: none.
 * @no_offload: leave no checksums to the miniport.
 * @mtu: limit of the frame size without header; 0: what the miniport tells.
 * @statistics: print the counters at the end.
 * @physical: logical addresses are physical ones.
 * @vfio: how the IOMMU is reached.
 * @adapter: choices of the library; its parameters are @parameters.
 * @keywords: storage of the keywords in @parameters.
 * @mac: storage of the value of NetworkAddress.
 */
struct run_options {
	char device[RUN_DEVICE_SIZE];
	const char *miniport;
	char tap[IFNAMSIZ];
	struct isa_run_options isa;
	struct qtest_run_options qtest;
	const char *inf;
	bool no_offload;
	bool statistics;
	bool physical;
	unsigned int mtu;
	enum vfio_way vfio;
	struct shim_adapter_options adapter;
	struct shim_parameter parameters[RUN_PARAMETERS];
	char *keywords[RUN_PARAMETERS];
	char mac[13];
};

/**
 * run_options_parse() - one option
 * @option: as run_command_parse() calls it; '?' is one that getopt has complained about.
 *
 * Return: 0; -EINVAL, -ENOMEM, complained about: option, value and rule.
 */
int run_options_parse(struct run_options *options, int option, const char *text);

/** run_options_check() - all options are read: whether they are complete and fit together.  Return: 0;
 * -EINVAL, complained about. */
int run_options_check(struct run_options *options);

/** interface_name_check() - whether Linux accepts @name for an interface.  Return: 0; -EINVAL,
 * complained about. */
int interface_name_check(const char *option, const char *name);

/** interrupt_kind_name() - "auto", "msix", "msi" or "intx". */
const char *interrupt_kind_name(enum platform_interrupt kind);

#endif /* NDISRUN_RUN_OPTIONS_H */
