/* SPDX-License-Identifier: MIT */
/*
 * session.h - one miniport on one device, from binding to giving back
 *
 *	session.c           order of opening and closing, main loop
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
#include "ndisrun/driver_library.h"
#include "ndisrun/fault_list.h"
#include "ndisrun/guardian.h"
#include "ndisrun/loop_test.h"
#include "ndisrun/run_options.h"
#include "ndisrun/tap.h"
#include "platform/event_loop.h"
#include "platform/linux/pci_device.h"

/** SESSION_OID_SIZE - bytes of the longest value of an object identifier. */
#define SESSION_OID_SIZE 4096

/**
 * struct session
 * @device: as it was before it was taken.
 * @station: address of the NIC.
 * @mtu: bytes.
 * @loop_test: with QEMU: its wire, and what goes over it.
 * @signals, @timer: descriptors of the loop, -1 when closed.
 * @stop: the main loop shall end.
 * @status: exit status so far.
 */
struct session {
	const struct run_options *options;
	struct event_loop *loop;
	struct driver_library library;
	struct pci_device device;
	struct guardian guardian;
	struct platform *platform;
	struct shim_driver *driver;
	struct shim_adapter *adapter;
	struct tap tap;
	struct bridge bridge;
	struct loop_test loop_test;
	struct control_server control;
	struct fault_list faults;
	uint8_t station[6];
	unsigned int mtu;
	FILE *trace;
	int signals;
	int timer;
	bool stop;
	int status;
};

/** session_run() - the whole life of a session.  Return: an exit status; failures are complained
 * about. */
int session_run(const struct run_options *options);

/** session_isa_take_device() - open an ISA device of this machine.  Return: an exit status. */
int session_isa_take_device(struct session *session);

/** session_isa_print_start() - resources of an ISA device. */
void session_isa_print_start(const struct session *session, FILE *file);

/** session_qtest_take_device() - start QEMU, or attach to it.  Return: an exit status. */
int session_qtest_take_device(struct session *session);

/** session_qtest_start() - begin the loop test, if it was asked for.  Return: an exit status. */
int session_qtest_start(struct session *session);

/** session_qtest_poll() - now and then: is QEMU there, and do frames move?  May end the session. */
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
