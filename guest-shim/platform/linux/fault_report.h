/* SPDX-License-Identifier: MIT */
/*
 * fault_report.h - the kernel's reports of DMA an IOMMU refused
 *
 * Linux has no interface that hands such faults to the program that owns the
 * device; it logs them.  The reports of the two IOMMU drivers of x86 are
 * understood, in the forms Linux 5.10 and newer write them:
 *
 *   DMAR: [DMA Read NO_PASID] Request device [00:03.0] fault addr 0x4000 [fault reason ...
 *   vfio-pci 0000:00:03.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0002 address=0x4000 ...
 *   AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:00:03.0 domain=0x0002 address=0x4000 ...
 */
#ifndef PLATFORM_LINUX_FAULT_REPORT_H
#define PLATFORM_LINUX_FAULT_REPORT_H

#include <stdbool.h>

#include "platform/platform.h"

/**
 * fault_report_parse() - recognise a report about one device
 * @record: one record as read from /dev/kmsg: fields, ';', text, newline, and more lines.
 * @address: canonical PCI address of the device.
 * @fault: out, written when true is returned.
 *
 * Return: true when the record reports a refused access of that device.
 */
bool fault_report_parse(const char *record, const char *address, struct platform_fault *fault);

#endif /* PLATFORM_LINUX_FAULT_REPORT_H */
