/* SPDX-License-Identifier: MIT */
/*
 * session.c - one miniport on one device, from binding to giving back
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <ndis/oid.h>

#include "ndisrun/command.h"
#include "ndisrun/session.h"
#include "platform/linux/pci_bind.h"
#include "platform/vfio/vfio.h"

#define DRIVER			"vfio-pci"
#define FAULT_POLL_MILLISECONDS 500
#define ETHERNET_MTU_MINIMUM	68
#define ETHERNET_MTU_MAXIMUM	65521
#define ETHERNET_OVERHEAD	18

static int fail(int status, const char *message)
{
	complain("%s", message);
	return status;
}

/* ---- events ------------------------------------------------------------------------------- */

static void on_signal(void *context)
{
	struct session *session = context;
	struct signalfd_siginfo info;

	if (read(session->signals, &info, sizeof(info)) == sizeof(info))
		session->stop = true;
}

static void on_timer(void *context)
{
	struct session *session = context;
	uint64_t expirations;

	if (read(session->timer, &expirations, sizeof(expirations)) == sizeof(expirations) &&
	    session->platform) {
		fault_list_poll(&session->faults, session->platform, session->adapter);
		session_qtest_poll(session);
	}
}

static void on_link(void *context, bool up)
{
	struct session *session = context;

	fprintf(stderr, "ndisrun: %s: link is %s\n", session->tap.name, up ? "up" : "down");
	tap_set_carrier(&session->tap, up);
}

static void on_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
	struct session *session = context;

	bridge_receive(&session->bridge, pieces, count);
	loop_test_receive(&session->loop_test, pieces, count);
}

static void on_removed(void *context)
{
	struct session *session = context;

	complain("the miniport has given its device up");
	session->status = EXIT_DRIVER;
	session->stop = true;
}

/* ---- opening, in this order; each returns an exit status ---------------------------------- */

static int open_loop(struct session *session)
{
	const struct itimerspec period = {
		.it_interval.tv_nsec = FAULT_POLL_MILLISECONDS * 1000000,
		.it_value.tv_nsec = FAULT_POLL_MILLISECONDS * 1000000,
	};
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	session->loop = event_loop_create();
	session->signals = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
	session->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (!session->loop || session->signals < 0 || session->timer < 0 ||
	    timerfd_settime(session->timer, 0, &period, NULL) < 0 ||
	    !event_loop_add(session->loop, session->signals, on_signal, session) ||
	    !event_loop_add(session->loop, session->timer, on_timer, session)) {
		complain("cannot make the event loop: %s", strerror(errno));
		return EXIT_FAILED;
	}
	return EXIT_OK;
}

static int open_files(struct session *session)
{
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};
	const char *trace = session->options->trace;

	if (trace) {
		session->trace = fopen(trace, "we");
		if (!session->trace) {
			complain("--trace '%s': cannot be written: %s", trace, strerror(errno));
			return EXIT_USAGE;
		}
		shim_trace_to(session->trace);
	}
	if (driver_library_open(session->options->miniport, &session->library, &why) < 0)
		return fail(EXIT_DRIVER, message);
	return EXIT_OK;
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
		return fail(EXIT_DEVICE, message);
	if (geteuid() != 0)
		return fail(EXIT_DEVICE,
			    "'run' changes drivers and programs an IOMMU: run it as root");
	if (session->device.class_code >> 16 != PCI_CLASS_NETWORK)
		fprintf(stderr, "ndisrun: %s is no network device (class %06x); going on\n",
			address, session->device.class_code);
	if (session->device.iommu_group == PCI_NO_IOMMU_GROUP) {
		/* Say so before the device is taken from its driver for nothing. */
		vfio_platform_open(address, session->options->vfio, session->loop,
				   &session->platform, message, sizeof(message));
		return fail(EXIT_DEVICE, message);
	}
	if (guardian_start(&session->guardian, &binding, &why) < 0 ||
	    pci_binding_change(sysfs, &binding, DRIVER, &why) < 0 ||
	    vfio_platform_open(address, session->options->vfio, session->loop, &session->platform,
			       message, sizeof(message)) < 0)
		return fail(EXIT_DEVICE, message);
	return EXIT_OK;
}

static int start_miniport(struct session *session)
{
	const struct shim_client client = {
		.receive = on_receive,
		.link = on_link,
		.removed = on_removed,
		.context = session,
	};
	int result;

	result = shim_driver_start(session->library.entry, session->options->miniport,
				   &session->driver);
	if (result < 0) {
		complain(
			"miniport %s does not start: DriverEntry failed or registered nothing; the "
			"messages above tell more",
			session->library.path);
		return EXIT_DRIVER;
	}
	result = shim_adapter_start(session->driver, session->platform, &session->options->adapter,
				    &client, &session->adapter);
	if (result < 0) {
		complain("miniport %s does not start on %s: %s; the messages above tell more",
			 session->library.path, session->options->device, strerror(-result));
		return EXIT_DRIVER;
	}
	return EXIT_OK;
}

/* A frame with its VLAN tag must fit into what shim_frame_allocate() gives: a TAP cuts the rest
 * off. */
static unsigned int limit_to_frame(struct session *session, unsigned int mtu)
{
	struct shim_frame *frame;
	size_t capacity = 0;
	void *data;

	frame = shim_frame_allocate(session->adapter, &data, &capacity);
	if (!frame)
		return mtu;
	shim_frame_free(session->adapter, frame);
	return mtu + ETHERNET_OVERHEAD > capacity ? (unsigned int)capacity - ETHERNET_OVERHEAD
						  : mtu;
}

static int query_station(struct session *session)
{
	uint32_t mtu = 0;
	int result;

	result = shim_query(session->adapter, OID_802_3_CURRENT_ADDRESS, session->station,
			    sizeof(session->station));
	if (result != sizeof(session->station)) {
		complain("miniport %s does not tell its station address "
			 "(OID_802_3_CURRENT_ADDRESS): "
			 "only Ethernet is supported",
			 session->library.path);
		return EXIT_DRIVER;
	}
	result = shim_query(session->adapter, OID_GEN_MAXIMUM_FRAME_SIZE, &mtu, sizeof(mtu));
	if (result != sizeof(mtu) || mtu < ETHERNET_MTU_MINIMUM || mtu > ETHERNET_MTU_MAXIMUM) {
		complain("miniport %s tells no usable frame size (OID_GEN_MAXIMUM_FRAME_SIZE %u): "
			 "it "
			 "must be %d to %d",
			 session->library.path, mtu, ETHERNET_MTU_MINIMUM, ETHERNET_MTU_MAXIMUM);
		return EXIT_DRIVER;
	}
	session->mtu = limit_to_frame(session, mtu);
	return EXIT_OK;
}

/* Linux chooses its multicast groups on the TAP, so the NIC lets all of them through. */
static int set_filter(struct session *session)
{
	static const uint32_t filters[] = {
		NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_MULTICAST |
			NDIS_PACKET_TYPE_ALL_MULTICAST | NDIS_PACKET_TYPE_BROADCAST,
		NDIS_PACKET_TYPE_PROMISCUOUS | NDIS_PACKET_TYPE_BROADCAST,
		NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_BROADCAST,
	};
	size_t i;

	for (i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		if (shim_set(session->adapter, OID_GEN_CURRENT_PACKET_FILTER, &filters[i],
			     sizeof(filters[i])) >= 0)
			return EXIT_OK;
	complain("miniport %s accepts no packet filter (OID_GEN_CURRENT_PACKET_FILTER)",
		 session->library.path);
	return EXIT_DRIVER;
}

/* Without an agreement, Linux computes and checks all checksums. */
static struct tap_offload agree_on_offload(struct session *session)
{
	struct offload *offload = &session->bridge.offload;
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};
	int result;

	if (session->options->no_offload)
		return (struct tap_offload){false, false};
	result = offload_negotiate(offload, session->adapter, &why);
	if (result < 0 && result != -ENOTSUP)
		fprintf(stderr,
			"ndisrun: miniport %s is asked for no checksums (OID_TCP_TASK_OFFLOAD): "
			"%s\n",
			session->library.path, message);
	return (struct tap_offload){offload->transmit || offload->receive, offload->transmit};
}

static int open_interface(struct session *session)
{
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};
	const char *name = session->options->tap;
	struct tap_offload offload;
	uint32_t disconnected = 0;

	if (!name[0])
		return EXIT_OK;
	offload = agree_on_offload(session);
	if (tap_open(&session->tap, name, session->station, session->mtu, &offload, &why) < 0 ||
	    control_server_open(&session->control, name, session->loop, session_request, session,
				&why) < 0)
		return fail(EXIT_INTERFACE, message);
	if (bridge_start(&session->bridge, &session->tap, session->loop, session->adapter) < 0)
		return fail(EXIT_INTERFACE, "cannot watch the interface");
	if (shim_query(session->adapter, OID_GEN_MEDIA_CONNECT_STATUS, &disconnected,
		       sizeof(disconnected)) == sizeof(disconnected))
		tap_set_carrier(&session->tap, !disconnected);
	return EXIT_OK;
}

static int open_session(struct session *session)
{
	static int (*const steps[])(struct session * session) = {
		open_loop,     open_files,     take_device, start_miniport,
		query_station, open_interface, set_filter,  session_qtest_start,
	};
	int status = EXIT_OK;
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]) && status == EXIT_OK; i++)
		status = steps[i](session);
	return status;
}

/* ---- running and closing ------------------------------------------------------------------ */

static void serve(struct session *session)
{
	const struct loop_test *test = &session->loop_test;

	while (!session->stop && !(test->adapter && loop_test_is_over(test))) {
		int result = shim_run_once(-1);

		if (result < 0 && result != -EINTR) {
			complain("the event loop failed: %s", strerror(-result));
			session->status = EXIT_FAILED;
			return;
		}
		control_server_serve(&session->control);
	}
}

static void note_status(struct session *session, int status)
{
	if (session->status == EXIT_OK)
		session->status = status;
}

static void stop_miniport(struct session *session)
{
	unsigned int leaks;

	if (session->adapter) {
		leaks = shim_adapter_stop(session->adapter);
		if (leaks) {
			complain("the miniport left %u things behind when it stopped; the messages "
				 "above name them",
				 leaks);
			note_status(session, EXIT_LEAK);
		}
	}
	session->adapter = NULL;
	if (session->driver)
		shim_driver_stop(session->driver);
	session->driver = NULL;
}

static void close_session(struct session *session)
{
	control_server_close(&session->control);
	bridge_stop(&session->bridge);
	loop_test_stop(&session->loop_test);
	if (session->platform)
		fault_list_poll(&session->faults, session->platform, session->adapter);
	stop_miniport(session);
	tap_close(&session->tap);
	if (session->platform) {
		fault_list_poll(&session->faults, session->platform, session->adapter);
		platform_close(session->platform);
	}
	session->platform = NULL;
	driver_library_close(&session->library);
	if (guardian_finish(&session->guardian) < 0)
		note_status(session, EXIT_GIVE_BACK);
	control_server_finish(&session->control, session->status,
			      session->status == EXIT_OK ? "stopped\n" : "stopped with an error\n");
	shim_trace_to(NULL);
	if (session->trace)
		fclose(session->trace);
	event_loop_destroy(session->loop);
	if (session->signals >= 0)
		close(session->signals);
	if (session->timer >= 0)
		close(session->timer);
	if (session->loop_test.wire >= 0)
		close(session->loop_test.wire);
}

int session_run(const struct run_options *options)
{
	struct session *session = calloc(1, sizeof(*session));
	int status;

	if (!session)
		return fail(EXIT_FAILED, "out of memory");
	session->options = options;
	session->tap.descriptor = -1;
	session->control.listener = -1;
	session->loop_test.wire = -1;
	snprintf(session->tap.name, sizeof(session->tap.name), "%s",
		 options->tap[0] ? options->tap : "qtest");
	session->signals = -1;
	session->timer = -1;
	session->status = open_session(session);
	if (session->status == EXIT_OK) {
		session_print_start(session, stdout);
		serve(session);
		session_qtest_finish(session);
		if (options->statistics)
			session_print_statistics(session, stdout);
	}
	close_session(session);
	status = session->status;
	free(session);
	return status;
}
