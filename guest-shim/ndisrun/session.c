/* SPDX-License-Identifier: MIT */
/*
 * session.c - one miniport on one device, from binding to giving back
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ndisrun/command.h"
#include "ndisrun/session.h"
#include "ndisrun/watch.h"
#include "platform/linux/pci_bind.h"
#include "platform/vfio/vfio.h"

#define DRIVER "vfio-pci"

/* Nanoseconds for frames that the miniport has when it is asked to stop. */
#define SENDS_PATIENCE 1000000000u

/* A message: with the name of the session, where there are several. */
static void say(void (*how)(const char *format, ...), const struct session *session,
		const char *format, va_list arguments)
{
	char text[2 * EXPLAIN_SIZE];

	vsnprintf(text, sizeof(text), format, arguments);
	if (session->host->command->count > 1)
		how("%s: %s", session->name, text);
	else
		how("%s", text);
}

int session_fail(const struct session *session, int status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(complain, session, format, arguments);
	va_end(arguments);
	return status;
}

static void __attribute__((format(printf, 2, 3)))
session_warn(const struct session *session, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(warn, session, format, arguments);
	va_end(arguments);
}

/* ---- events ------------------------------------------------------------------------------- */

static void on_link(void *context, bool up)
{
	struct session *session = context;

	shim_log_end_line();
	fprintf(stderr, "ndisrun: %s: link is %s\n", session->tap.name, up ? "up" : "down");
	tap_set_carrier(&session->tap, up);
}

static void on_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
	struct session *session = context;

	bridge_receive(&session->bridge, pieces, count);
	loop_test_receive(&session->loop_test, pieces, count);
}

static void on_receive_done(void *context)
{
	struct session *session = context;

	bridge_receive_done(&session->bridge);
}

static void on_removed(void *context)
{
	struct session *session = context;

	session->status =
		session_fail(session, EXIT_DRIVER, "the miniport has given its device up");
	session->stop = true;
}

static void note_status(struct session *session, int status)
{
	if (session->status == EXIT_OK)
		session->status = status;
}

static void on_asked_back(void *context, bool gone)
{
	struct session *session = context;
	int status;

	if (session_qtest_is_lost(session))
		status = session_fail(session, EXIT_DEVICE, "QEMU is gone");
	else
		status = session_fail(session, EXIT_UNPLUGGED,
				      gone ? "device %s is gone" : "the machine asks device %s back",
				      session->options->device);
	note_status(session, status);
	session->stop = true;
}

/* ---- opening, in this order; each returns an exit status ---------------------------------- */

static int open_files(struct session *session)
{
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};

	if (host_driver_get(session->host, session->options->miniport, &session->driver, &why) < 0)
		return session_fail(session, EXIT_DRIVER, "%s", message);
	return session_read_inf(session);
}

static int take_device(struct session *session)
{
	const struct sysfs *sysfs = sysfs_of_this_machine();
	const char *address = session->options->device;
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};
	struct pci_binding binding;

	if (session->options->qtest.enabled)
		return session_qtest_take_device(session);
	if (session->options->isa.enabled)
		return session_isa_take_device(session);
	if (pci_device_read(sysfs, address, &session->device, &why) < 0 ||
	    pci_binding_capture(sysfs, address, &binding, &why) < 0)
		return session_fail(session, EXIT_DEVICE, "%s", message);
	if (geteuid() != 0)
		return session_fail(session, EXIT_DEVICE,
				    "'run' changes drivers and programs an IOMMU: run it as root");
	if (session->device.class_code >> 16 != PCI_CLASS_NETWORK)
		fprintf(stderr, "ndisrun: %s is no network device (class %06x); going on\n",
			address, session->device.class_code);
	if (session->device.iommu_group == PCI_NO_IOMMU_GROUP) {
		/* Say so before the device is taken from its driver for nothing. */
		vfio_platform_open(address, session->options->vfio, session->loop,
				   &session->platform, message, sizeof(message));
		return session_fail(session, EXIT_DEVICE, "%s", message);
	}
	if (guardian_start(&session->guardian, &binding, &why) < 0 ||
	    pci_binding_change(sysfs, &binding, DRIVER, &why) < 0 ||
	    vfio_platform_open(address, session->options->vfio, session->loop, &session->platform,
			       message, sizeof(message)) < 0)
		return session_fail(session, EXIT_DEVICE, "%s", message);
	return EXIT_OK;
}

static int choose_addresses(struct session *session)
{
	char message[EXPLAIN_SIZE] = "this kind of device has no such mode";

	if (!session->options->physical ||
	    platform_use_physical(session->platform, message, sizeof(message)) == 0)
		return EXIT_OK;
	return session_fail(session, EXIT_DEVICE, "--addresses physical: %s", message);
}

static int start_miniport(struct session *session)
{
	const struct shim_client client = {
		.receive = on_receive,
		.receive_done = on_receive_done,
		.link = on_link,
		.removed = on_removed,
		.asked_back = on_asked_back,
		.context = session,
	};
	struct shim_adapter_options options = session->options->adapter;
	int result;

	watch_drivers(true);
	result = host_driver_start(session->driver, session->options->miniport);
	if (result < 0)
		return session_fail(
			session, EXIT_DRIVER,
			"miniport %s does not start: DriverEntry failed or registered nothing; the "
			"messages above tell more",
			session->driver->library.path);
	if (session->parameters)
		options.parameters = session->parameters;
	options.parameter_count = session->parameter_count;
	result = shim_adapter_start(session->driver->driver, session->platform, &options, &client,
				    &session->adapter);
	if (result < 0)
		return session_fail(
			session, EXIT_DRIVER,
			"miniport %s does not start on %s: %s; the messages above tell more",
			session->driver->library.path, session->options->device, strerror(-result));
	return EXIT_OK;
}

static int open_session(struct session *session)
{
	static int (*const steps[])(struct session * session) = {
		open_files,	       take_device,	   choose_addresses,
		session_configure,     start_miniport,	   session_query_station,
		session_open_interface, session_set_filter, session_qtest_start,
	};
	int status = EXIT_OK;
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]) && status == EXIT_OK; i++)
		status = steps[i](session);
	watch_drivers(false);
	return status;
}

/* ---- running and closing ------------------------------------------------------------------ */

void session_serve(struct session *session)
{
	watch_drivers(true);
	control_server_serve(&session->control);
	watch_drivers(false);
}

void session_tick(struct session *session)
{
	if (!session->platform)
		return;
	fault_list_poll(&session->faults, session->platform, session->adapter);
	session_qtest_poll(session);
}

bool session_is_over(const struct session *session)
{
	const struct loop_test *test = &session->loop_test;

	return session->stop || (test->adapter && loop_test_is_over(test));
}

/* On Windows only its verifier calls it an error: drivers that are in use for years do it. */
static int report_leaks(const struct session *session, unsigned int leaks)
{
	static const char text[] = "the miniport left %u thing%s behind when it stopped; the "
				   "messages above name %s";
	const char *plural = leaks == 1 ? "" : "s", *named = leaks == 1 ? "it" : "them";

	if (session->options->adapter.verify != SHIM_VERIFY_OFF)
		return session_fail(session, EXIT_LEAK, text, leaks, plural, named);
	session_warn(session, text, leaks, plural, named);
	return EXIT_OK;
}

static void stop_miniport(struct session *session)
{
	unsigned int leaks;

	if (!session->adapter)
		return;
	leaks = shim_adapter_stop(session->adapter);
	session->adapter = NULL;
	if (leaks)
		note_status(session, report_leaks(session, leaks));
}

static void close_session(struct session *session)
{
	control_server_close(&session->control);
	bridge_stop(&session->bridge);
	loop_test_stop(&session->loop_test);
	if (session->platform)
		fault_list_poll(&session->faults, session->platform, session->adapter);
	watch_drivers(true);
	stop_miniport(session);
	host_driver_put(session->host, session->driver);
	watch_drivers(false);
	tap_close(&session->tap);
	if (session->platform) {
		fault_list_poll(&session->faults, session->platform, session->adapter);
		platform_close(session->platform);
	}
	session->platform = NULL;
	if (guardian_finish(&session->guardian) < 0)
		note_status(session, EXIT_GIVE_BACK);
	control_server_finish(&session->control, session->status,
			      session->status == EXIT_OK ? "stopped\n" : "stopped with an error\n");
	if (session->loop_test.wire >= 0)
		close(session->loop_test.wire);
	free(session->parameters);
	inf_settings_free(&session->settings);
	inf_file_free(session->inf);
}

static void name_session(struct session *session, unsigned int index)
{
	if (session->options->tap[0])
		snprintf(session->name, sizeof(session->name), "%s", session->options->tap);
	else if (index == 0)
		snprintf(session->name, sizeof(session->name), "qtest");
	else
		snprintf(session->name, sizeof(session->name), "qtest%u", index);
	snprintf(session->tap.name, sizeof(session->tap.name), "%s", session->name);
}

int session_begin(struct host *host, unsigned int index, struct session **session)
{
	struct session *created = calloc(1, sizeof(*created));
	int status;

	*session = NULL;
	if (!created) {
		complain("out of memory");
		return EXIT_FAILED;
	}
	created->host = host;
	created->options = host->command->adapters[index];
	created->loop = host->loop;
	created->tap.descriptor = -1;
	created->control.listener = -1;
	created->loop_test.wire = -1;
	name_session(created, index);
	created->status = open_session(created);
	if (created->status == EXIT_OK) {
		session_print_start(created, stdout);
		*session = created;
		return EXIT_OK;
	}
	close_session(created);
	status = created->status;
	free(created);
	return status;
}

/* The miniport gets time to send what it has, before it is asked to drop it. */
static void let_sends_end(struct session *session)
{
	uint64_t end = event_loop_now() + SENDS_PATIENCE;
	struct shim_statistics statistics;
	uint64_t now;
	int result;

	bridge_stop(&session->bridge);
	watch_drivers(true);
	do {
		shim_adapter_statistics(session->adapter, &statistics);
		now = event_loop_now();
		if (!statistics.sends_pending || now >= end)
			break;
		result = shim_run_once((int64_t)(end - now));
	} while (result >= 0);
	if (statistics.sends_pending)
		shim_cancel_sends(session->adapter, session->adapter);
	watch_drivers(false);
}

int session_end(struct session *session)
{
	int status;

	let_sends_end(session);

	session_qtest_finish(session);
	if (session->options->statistics)
		session_print_statistics(session, stdout);
	close_session(session);
	status = session->status;
	free(session);
	return status;
}
