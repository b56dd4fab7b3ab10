/* SPDX-License-Identifier: MIT */
/*
 * session.h - one miniport on one device, from binding to giving back
 *
 *	session.c           order of opening and closing
 *	session_interface.c frames and checksums: the interface, and what goes through it
 *	session_inf.c       settings from an INF file
 *	session_isa.c       what is different with an ISA device
 *	session_qtest.c     what is different with a device of QEMU
 *	session_requests.c  what a running session answers on its control socket
 *	session_report.c    start-up lines and counters
 */
#ifndef NDISRUN_SESSION_H
#define NDISRUN_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "include/ndis_shim.h"
#include "ndisrun/bridge.h"
#include "ndisrun/control_server.h"
#include "ndisrun/fault_list.h"
#include "ndisrun/guardian.h"
#include "ndisrun/host.h"
#include "ndisrun/inf_settings.h"
#include "ndisrun/loop_test.h"
#include "ndisrun/run_options.h"
#include "ndisrun/tap.h"
#include "platform/linux/pci_device.h"

/** SESSION_OID_SIZE - bytes of the longest value of an object identifier. */
#define SESSION_OID_SIZE 4096

/**
 * struct session
 * @name: of its interface, or what stands for it; the default of --tap is "nic" and a number.
 * @inf, @settings: of --inf; NULL, zero without it.
 * @parameters, @parameter_count: those of @settings and of --set; NULL: those of --set.
 * @device: as it was before it was taken.
 * @station: address of the NIC.
 * @mtu: bytes.
 * @loop_test: with QEMU: its wire, and what goes over it.
 * @stop: it shall end.
 * @status: exit status so far.
 */
struct session {
	struct host *host;
	const struct run_options *options;
	struct event_loop *loop;
	char name[IFNAMSIZ];
	struct host_driver *driver;
	struct inf_file *inf;
	struct inf_settings settings;
	struct shim_parameter *parameters;
	unsigned int parameter_count;
	struct pci_device device;
	struct guardian guardian;
	struct platform *platform;
	struct shim_adapter *adapter;
	struct tap tap;
	struct bridge bridge;
	struct loop_test loop_test;
	struct control_server control;
	struct fault_list faults;
	uint8_t station[6];
	unsigned int mtu;
	bool stop;
	int status;
};

/**
 * session_begin() - take the device of an adapter, start the miniport, open the interface
 * @index: of the adapter in the command line.
 * @session: out: NULL after a failure, when all that was done is undone.
 *
 * Return: an exit status; failures are complained about.
 */
int session_begin(struct host *host, unsigned int index, struct session **session);

/** session_serve() - carry out requests that have arrived. */
void session_serve(struct session *session);

/** session_tick() - now and then: look for faults and at what is tested. */
void session_tick(struct session *session);

/** session_is_over() - whether it wants to be ended. */
bool session_is_over(const struct session *session);

/** session_end() - stop the miniport, give the device back, free @session.  Return: an exit status. */
int session_end(struct session *session);

/** session_fail() - complain, with the name of the session if there are several.  Return: @status. */
int session_fail(const struct session *session, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** session_read_inf() - the file of --inf, as far as it can be read without the device.  Return: an
 * exit status. */
int session_read_inf(struct session *session);

/** session_configure() - what the file of --inf sets for the device, and --set above it.  Return: an
 * exit status. */
int session_configure(struct session *session);

/** session_open_interface() - TAP, control socket, bridge.  Return: an exit status. */
int session_open_interface(struct session *session);

/** session_query_station() - address and MTU of the NIC.  Return: an exit status. */
int session_query_station(struct session *session);

/** session_set_filter() - let frames in.  Return: an exit status. */
int session_set_filter(struct session *session);

/** session_isa_take_device() - open an ISA device of this machine.  Return: an exit status. */
int session_isa_take_device(struct session *session);

/** session_isa_print_start() - resources of an ISA device. */
void session_isa_print_start(const struct session *session, FILE *file);

/** session_qtest_take_device() - start QEMU, or attach to it.  Return: an exit status. */
int session_qtest_take_device(struct session *session);

/** session_qtest_start() - begin the loop test, if it was asked for.  Return: an exit status. */
int session_qtest_start(struct session *session);

/** session_qtest_is_lost() - there is no QEMU any more. */
bool session_qtest_is_lost(const struct session *session);

/** session_qtest_poll() - now and then: do frames move? */
void session_qtest_poll(struct session *session);

/** session_qtest_finish() - report on the loop test, if there was one; sets the status. */
void session_qtest_finish(struct session *session);

/** session_qtest_print_start() - the first lines of session_print_start(). */
void session_qtest_print_start(const struct session *session, FILE *file);

/** session_request() - control_handler of a session. */
int session_request(void *context, char *request, FILE *reply);

/** session_print_start() - what is running on what. */
void session_print_start(const struct session *session, FILE *file);

/** session_print_statistics() - counters, one "name: value" in a line. */
void session_print_statistics(struct session *session, FILE *file);

#endif /* NDISRUN_SESSION_H */
