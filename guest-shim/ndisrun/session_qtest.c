/* SPDX-License-Identifier: MIT */
/*
 * session_qtest.c - a session on a device of QEMU: start it, its wire, the loop test
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ndisrun/command.h"
#include "ndisrun/session.h"
#include "platform/qtest/qtest.h"

/* Calls of session_qtest_poll(), two in a second. */
#define PATIENCE 20

/**
 * struct machine - arguments for QEMU
 * @device, @netdev: allocated.
 * @wire: QEMU's end, -1: none.
 */
struct machine {
	const char *arguments[QTEST_ARGUMENTS + 2];
	char *device;
	char *netdev;
	int wire;
};

static int make_wire(struct session *session, struct machine *machine)
{
	const struct qtest_run_options *options = &session->options->qtest;
	int result;
	int ends[2];

	if (options->netdev) {
		result = asprintf(&machine->netdev, "%s,id=wire", options->netdev);
	} else {
		if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) < 0)
			return -errno;
		session->loop_test.wire = ends[0];
		machine->wire = ends[1];
		result = asprintf(&machine->netdev, "dgram,id=wire,local.type=fd,local.str=%d",
				  ends[1]);
	}
	if (result >= 0)
		result = asprintf(&machine->device, "%s,netdev=wire", options->device);
	return result < 0 ? -ENOMEM : 0;
}

/* QEMU's ISA devices have their resources as properties of these names. */
static int add_isa(struct session *session, struct machine *machine)
{
	const struct platform_isa *isa = &session->options->isa.resources;
	char *device = machine->device;
	char dma[32] = "";
	int result;

	if (isa->dma != PLATFORM_ISA_NO_DMA)
		snprintf(dma, sizeof(dma), ",dma=%u", isa->dma);
	result = asprintf(&machine->device, "%s,iobase=0x%x,irq=%u%s", device, isa->port, isa->irq,
			  dma);
	free(device);
	if (result >= 0)
		return 0;
	machine->device = NULL;
	return -ENOMEM;
}

static int make_machine(struct session *session, struct machine *machine)
{
	const struct qtest_run_options *options = &session->options->qtest;
	unsigned int count = 0;
	unsigned int i;
	int result;

	/* A device that names its own network backend gets it from --qtest-arg. */
	if (strstr(options->device, ",netdev=")) {
		machine->device = strdup(options->device);
		result = machine->device ? 0 : -ENOMEM;
	} else {
		result = make_wire(session, machine);
	}
	if (result == 0 && session->options->isa.enabled)
		result = add_isa(session, machine);
	if (machine->netdev) {
		machine->arguments[count++] = "-netdev";
		machine->arguments[count++] = machine->netdev;
	}
	for (i = 0; i < options->argument_count; i++)
		machine->arguments[count++] = options->arguments[i];
	return result;
}

static int open_platform(struct session *session, const struct machine *machine)
{
	const struct qtest_run_options *options = &session->options->qtest;
	const struct isa_run_options *isa = &session->options->isa;
	char message[EXPLAIN_SIZE];
	struct qtest_options platform = {
		.isa = isa->enabled ? &isa->resources : NULL,
		.qemu = options->qemu,
		.device = machine->device,
		.arguments = machine->arguments,
		.inherited = &machine->wire,
		.inherited_count = machine->wire >= 0,
	};

	if (options->socket) {
		platform.socket = options->socket;
		platform.memory_file = options->memory;
		platform.address = options->device;
	}
	if (qtest_platform_open(&platform, session->loop, &session->platform, message,
				sizeof(message)) < 0)
		return session_fail(session, EXIT_DEVICE, "%s", message);
	return EXIT_OK;
}

int session_qtest_take_device(struct session *session)
{
	struct machine machine = {.wire = -1};
	int status;

	if (!session->options->qtest.socket && make_machine(session, &machine) < 0)
		status = session_fail(session, EXIT_FAILED,
				      "cannot make the wire: out of memory or descriptors");
	else
		status = open_platform(session, &machine);
	if (machine.wire >= 0)
		close(machine.wire);
	free(machine.device);
	free(machine.netdev);
	return status;
}

int session_qtest_start(struct session *session)
{
	const struct qtest_run_options *options = &session->options->qtest;

	if (!options->loop)
		return EXIT_OK;
	if (session->loop_test.wire < 0)
		return session_fail(session, EXIT_USAGE,
				    "--loop needs the wire: leave 'netdev' out of --device");
	if (loop_test_start(&session->loop_test, session->loop, session->adapter, session->station,
			    session->mtu, options->frames) < 0)
		return session_fail(session, EXIT_FAILED, "cannot watch the wire");
	return EXIT_OK;
}

void session_qtest_poll(struct session *session)
{
	if (!session->options->qtest.enabled)
		return;
	loop_test_check(&session->loop_test, PATIENCE);
}

bool session_qtest_is_lost(const struct session *session)
{
	return session->options->qtest.enabled && qtest_platform_check(session->platform) < 0;
}

void session_qtest_finish(struct session *session)
{
	struct shim_statistics statistics;

	if (!session->options->qtest.loop)
		return;
	loop_test_stop(&session->loop_test);
	loop_test_report(&session->loop_test);
	fault_list_poll(&session->faults, session->platform, session->adapter);
	shim_adapter_statistics(session->adapter, &statistics);
	if (session->loop_test.back == session->loop_test.frames && !session->loop_test.failed &&
	    session->faults.count == 0 && statistics.violations == 0)
		return;
	session_fail(session, EXIT_FAILED,
		     "the loop test failed: %" PRIu64 " IOMMU faults, %" PRIu64 " broken rules",
		     session->faults.count, statistics.violations);
	if (session->status == EXIT_OK)
		session->status = EXIT_FAILED;
}

void session_qtest_print_start(const struct session *session, FILE *file)
{
	const struct qtest_run_options *options = &session->options->qtest;

	fprintf(file, "device: %s of QEMU %s\n",
		options->device ? options->device : session->options->device,
		options->socket ? options->socket : options->qemu);
	if (!session->options->isa.enabled)
		fprintf(file, "IOMMU: Intel VT-d, programmed by ndisrun\n");
}
