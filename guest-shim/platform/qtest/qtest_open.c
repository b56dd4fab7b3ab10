/* SPDX-License-Identifier: MIT */
/*
 * qtest_open.c - start or attach, and close in exactly the reverse order
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "platform/linux/isa_resources.h"
#include "platform/qtest/qtest.h"
#include "platform/qtest/qtest_private.h"
#include "support/compiler.h"
#include "support/log.h"

#define DEADLINE_SECONDS 30

/* ---- memory and ports --------------------------------------------------------------------- */

static int memory_allocate(struct platform *p, size_t length, void **va)
{
	return qtest_ram_allocate(&qtest_platform_from(p)->ram, length, va);
}

static void memory_free(struct platform *p, void *va, size_t length)
{
	qtest_ram_free(&qtest_platform_from(p)->ram, va, length);
}

static int frame_number(struct platform *p, const void *va, frame_t *frame)
{
	uint64_t physical;
	int result = qtest_ram_physical(&qtest_platform_from(p)->ram, va, 1, &physical);

	if (result == 0)
		frame->number = physical >> PLATFORM_PAGE_SHIFT;
	return result;
}

static int low_memory(struct platform *p, size_t length, void **va, uint32_t *physical)
{
	return qtest_ram_low(&qtest_platform_from(p)->ram, length, va, physical);
}

static const struct platform_isa *isa(struct platform *p)
{
	const struct qtest_function *function = &qtest_platform_from(p)->function;

	return function->is_isa ? &function->isa : NULL;
}

static int port_read(struct platform *p, uint16_t port, void *value, unsigned int width)
{
	uint32_t got;
	int result = qtest_wire_in(&qtest_platform_from(p)->wire, port, width, &got);

	if (result == -EINVAL)
		return result;
	memcpy(value, &got, width);
	return result < 0 ? -EIO : 0;
}

static int port_write(struct platform *p, uint16_t port, const void *value, unsigned int width)
{
	struct qtest_platform *q = qtest_platform_from(p);
	uint32_t data = 0;
	int result;

	if (width != 1 && width != 2 && width != 4)
		return -EINVAL;
	memcpy(&data, value, width);
	result = qtest_wire_out(&q->wire, port, width, data);
	qtest_interrupt_hurry(q);
	return result < 0 ? -EIO : 0;
}

/* ---- life --------------------------------------------------------------------------------- */

static void close_platform(struct platform *p)
{
	struct qtest_platform *q = qtest_platform_from(p);

	qtest_clock_stop(q);
	qtest_removal_watch(p, NULL, NULL);
	qtest_interrupt_disable(p);
	qtest_pci_quiesce(q);
	qtest_vtd_close(q);
	event_loop_remove(p->loop, q->reports);
	qtest_qemu_close(&q->qemu, q->answers ? &q->wire : NULL);
	qtest_ram_close(&q->ram);
	free(q);
}

static const struct platform_ops operations = {
	.name = "qtest",
	.memory_allocate = memory_allocate,
	.memory_free = memory_free,
	.map = qtest_table_map,
	.unmap = qtest_table_unmap,
	.logical_ranges = qtest_table_ranges,
	.frame_number = frame_number,
	.bar = qtest_pci_bar,
	.bar_read = qtest_pci_bar_read,
	.bar_write = qtest_pci_bar_write,
	.config_read = qtest_pci_config_read,
	.config_write = qtest_pci_config_write,
	.interrupt_enable = qtest_interrupt_enable,
	.interrupt_rearm = qtest_interrupt_rearm,
	.interrupt_disable = qtest_interrupt_disable,
	.interrupt_kind = qtest_interrupt_kind,
	.next_fault = qtest_vtd_next_fault,
	.close = close_platform,
	.watch_removal = qtest_removal_watch,
	.port_read = port_read,
	.port_write = port_write,
	.low_memory = low_memory,
	.isa = isa,
	.use_physical = qtest_physical_use,
	.memory_at = qtest_physical_memory,
};

static void take_reports(void *context)
{
	struct qtest_platform *q = context;

	if (qtest_wire_poll(&q->wire) == 0)
		return;
	log_error("the connection to QEMU failed (%s): registers read as ones from now on",
		  q->wire.error == -EPIPE ? "QEMU ended or closed it" : strerror(-q->wire.error));
	event_loop_remove(q->base.loop, q->reports);
	q->reports = NULL;
}

static int open_connection(struct qtest_platform *q, const struct qtest_options *options,
			   struct explanation *why)
{
	unsigned int seconds = options->deadline ? options->deadline : DEADLINE_SECONDS;
	uint64_t value;
	int result;

	if (options->isa) {
		result = isa_resources_check(options->isa, why);
		if (result < 0)
			return result;
	}
	if (options->socket)
		result = qtest_qemu_attach(&q->qemu, options, why);
	else
		result = qtest_qemu_start(&q->qemu, options, why);
	if (result < 0)
		return result;
	qtest_wire_init(&q->wire, q->qemu.socket, (int)seconds * 1000);
	q->wire.on_line = qtest_interrupt_line;
	q->wire.context = q;
	result = qtest_wire_read(&q->wire, 0, 4, &value);
	if (result < 0)
		return result;
	q->answers = true;
	q->reports = event_loop_add(q->base.loop, q->qemu.socket, take_reports, q);
	if (!q->reports)
		return explain(why, -errno, "cannot watch QEMU's socket: %s", strerror(errno));
	return 0;
}

static int open_device(struct qtest_platform *q, const struct qtest_options *options,
		       struct explanation *why)
{
	int result;

	if (options->isa) {
		q->function.is_isa = true;
		q->function.isa = *options->isa;
		q->function.line = options->isa->irq;
		q->function.bars[0] = (struct platform_bar){
			.size = options->isa->ports,
			.bus_address = options->isa->port,
			.is_io = true,
		};
	} else {
		result = qtest_pci_open(q, options->address, why);
		if (result < 0)
			return result;
	}
	return qtest_vtd_open(q, why);
}

static int open_steps(struct qtest_platform *q, const struct qtest_options *options,
		      struct explanation *why)
{
	int result = open_connection(q, options, why);

	if (result == 0)
		result = qtest_ram_open(&q->ram, q->qemu.memory, q->qemu.memory_size, why);
	if (result == 0)
		result = open_device(q, options, why);
	if (result == 0)
		result = qtest_clock_start(q, why);
	/* The steps leave it to this place to say that QEMU went away. */
	if (result < 0 && q->wire.error)
		result = qtest_qemu_explain_end(&q->qemu, options, q->wire.error, why);
	return result;
}

SHIM_EXPORT int qtest_platform_open(const struct qtest_options *options, struct event_loop *loop,
				    struct platform **out, char *error, size_t error_size)
{
	struct qtest_platform *q = calloc(1, sizeof(*q));
	struct explanation why = {.text = error, .size = error_size};
	int result;

	if (!q)
		return explain(&why, -ENOMEM, "out of memory while opening the qtest platform");
	q->base.ops = &operations;
	q->base.loop = loop;
	q->base.capabilities.reports_faults = true;
	poll_timer_init(&q->interrupt.timer);
	poll_timer_init(&q->clock.timer);
	poll_timer_init(&q->removal.timer);
	q->interrupt.event = -1;
	qtest_qemu_init(&q->qemu);
	result = open_steps(q, options, &why);
	if (result < 0) {
		close_platform(&q->base);
		return result;
	}
	*out = &q->base;
	return 0;
}

SHIM_EXPORT int qtest_platform_check(struct platform *platform)
{
	return qtest_platform_from(platform)->wire.error ? -EIO : 0;
}

SHIM_EXPORT int qtest_platform_physical(struct platform *platform, uint64_t address, void *data,
					size_t length)
{
	struct qtest_platform *q = qtest_platform_from(platform);

	return qtest_wire_read_bytes(&q->wire, address, data, length) < 0 ? -EIO : 0;
}
