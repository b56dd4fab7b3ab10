/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A leak of QEMU itself that the leak checker is not to report
 *
 * qemu_irq_intercept_in(), behind qtest's "irq_intercept_in", copies one object
 * of type irq over another, whose table of properties is then lost.  With GLib
 * 2.76 and newer the leak checker sees that.  A QEMU with AddressSanitizer is
 * linked with --wrap=qemu_irq_intercept_in, which calls the function below in
 * its place; what any other function loses remains an error.
 */
#include "qemu/osdep.h"

#ifdef QEMU_SANITIZE_ADDRESS
#include <sanitizer/lsan_interface.h>
#include "hw/irq.h"

typeof(qemu_irq_intercept_in) __real_qemu_irq_intercept_in;
typeof(qemu_irq_intercept_in) __wrap_qemu_irq_intercept_in;

void __wrap_qemu_irq_intercept_in(qemu_irq *gpio_in, qemu_irq_handler handler,
                                  int n)
{
    __lsan_disable();
    __real_qemu_irq_intercept_in(gpio_in, handler, n);
    __lsan_enable();
}
#endif
