/* SPDX-License-Identifier: MIT */
/*
 * ndis_fixture.h - a miniport made of hooks, on the fake platform
 *
 * The functions of the miniport are given here; what they do is up to the hooks of
 * a test, and without hooks they succeed.  The log of the library is captured, so that a
 * test can ask for the one violation it provoked and tear_down() can insist that
 * there was no other.
 */
#ifndef NDIS_FIXTURE_H
#define NDIS_FIXTURE_H

#include <glib.h>

#include <ndis.h>

#include "include/ndis_shim.h"
#include "platform/fake/fake.h"

#define PAGE PLATFORM_PAGE_SIZE

struct ndis_fixture;

/** struct miniport_hooks - what the miniport of a test does; NULL: succeed and do nothing */
struct miniport_hooks {
	NDIS_STATUS (*initialize)(struct ndis_fixture *f, NDIS_HANDLE configuration);
	void (*halt)(struct ndis_fixture *f);
	NDIS_STATUS (*reset)(struct ndis_fixture *f, PBOOLEAN addressing);
	NDIS_STATUS(*query)
	(struct ndis_fixture *f, NDIS_OID oid, void *buffer, ULONG length, PULONG written,
	 PULONG needed);
	NDIS_STATUS(*set)
	(struct ndis_fixture *f, NDIS_OID oid, void *buffer, ULONG length, PULONG read,
	 PULONG needed);
	NDIS_STATUS (*send)(struct ndis_fixture *f, PNDIS_PACKET packet);
	void (*send_packets)(struct ndis_fixture *f, PPNDIS_PACKET packets, UINT count);
	void (*return_packet)(struct ndis_fixture *f, PNDIS_PACKET packet);
	NDIS_STATUS(*transfer_data)
	(struct ndis_fixture *f, PNDIS_PACKET packet, PUINT transferred, NDIS_HANDLE context,
	 UINT offset, UINT length);
	void (*allocate_complete)(struct ndis_fixture *f, PVOID va, PNDIS_PHYSICAL_ADDRESS logical,
				  ULONG length, PVOID context);
	void (*isr)(struct ndis_fixture *f, PBOOLEAN recognized, PBOOLEAN queue);
	void (*handle_interrupt)(struct ndis_fixture *f);
	void (*enable_interrupt)(struct ndis_fixture *f);
	void (*disable_interrupt)(struct ndis_fixture *f);
	BOOLEAN (*check_for_hang)(struct ndis_fixture *f);
};

/** struct ndis_fixture - a test's machine */
struct ndis_fixture {
	struct event_loop *loop;
	struct platform *platform;
	struct shim_driver *driver;
	struct shim_adapter *adapter;
	struct shim_adapter_options options;
	struct miniport_hooks hooks;

	ULONG attributes; /* for NdisMSetAttributesEx; BUS_MASTER at first */
	unsigned int hang_seconds;
	UCHAR major, minor;	 /* version to register; 5.1 at first */
	UINT medium;		 /* SelectedMediumIndex */
	bool without_attributes; /* MiniportInitialize calls no NdisMSetAttributes(Ex) itself */
	bool without_send_packets;
	bool without_transfer_data;
	bool without_return_packet;
	bool without_allocate_complete;
	bool without_isr;
	void (*edit)(NDIS51_MINIPORT_CHARACTERISTICS *functions);

	NDIS_HANDLE handle; /* MiniportAdapterHandle */
	NDIS_STATUS status; /* for hooks to leave results in */
	unsigned int halts;
	unsigned int unloads;
	unsigned int violations; /* that the test has expected */

	GByteArray *received; /* the last frame */
	unsigned int frames_received;
	unsigned int receive_done;
	unsigned int link_changes;
	bool link_up;
	unsigned int removed;
	unsigned int asked_back;
	bool gone;
	GArray *sent; /* int32_t: statuses of completed sends */

	char *log;
	size_t log_length;
	FILE *log_stream;
};

/** fixture_current - the fixture of the running test: DriverEntry has no context. */
extern struct ndis_fixture *fixture_current;

/** fixture_set_up() - platform and log, no driver yet. */
void fixture_set_up(struct ndis_fixture *f);

/** fixture_start_driver() - DriverEntry.  Return: of shim_driver_start(). */
int fixture_start_driver(struct ndis_fixture *f);

/**
 * fixture_start() - DriverEntry, unless done, and MiniportInitialize.  Return: of
 * shim_adapter_start().
 */
int fixture_start(struct ndis_fixture *f);

/** fixture_stop() - MiniportHalt.  Return: leaks. */
unsigned int fixture_stop(struct ndis_fixture *f);

/**
 * fixture_tear_down() - stop everything; nothing may be leaked, and no violation be left
 * unexpected.
 */
void fixture_tear_down(struct ndis_fixture *f);

/** fixture_log() - what was logged since the last call of fixture_expect_log(). */
const char *fixture_log(struct ndis_fixture *f);

/** fixture_expect_log() - @text was logged; forget the log. */
void fixture_expect_log(struct ndis_fixture *f, const char *text);

/**
 * fixture_expect_violation() - one violation of the adapter, with @text in its message; forget
 * the log.
 */
void fixture_expect_violation(struct ndis_fixture *f, const char *text);

/** fixture_expect_violations() - @count of them, the last with @text. */
void fixture_expect_violations(struct ndis_fixture *f, unsigned int count, const char *text);

/** fixture_settle() - run until nothing is due. */
void fixture_settle(struct ndis_fixture *f);

/** fixture_run() - run for so many milliseconds. */
void fixture_run(struct ndis_fixture *f, unsigned int milliseconds);

/** fixture_send() - a frame of @length bytes, byte i being @seed + i. */
void fixture_send(struct ndis_fixture *f, size_t length, unsigned int seed);

/** fixture_expect_sent() - so many sends were completed with @status since the last call. */
void fixture_expect_sent(struct ndis_fixture *f, unsigned int count, NDIS_STATUS status);

/** fixture_statistics() - of the adapter. */
struct shim_statistics fixture_statistics(struct ndis_fixture *f);

/** fixture_buffer() - a buffer descriptor for memory; to be freed with NdisFreeBuffer. */
PNDIS_BUFFER fixture_buffer(void *va, size_t length);

/** fill() - @length bytes, byte i being @seed + i. */
void fill(void *va, size_t length, unsigned int seed);

/**
 * read_runs() - the bytes that the device finds at the runs of a mapping, which must have
 * @length in total.
 */
void read_runs(struct ndis_fixture *f, const NDIS_PHYSICAL_ADDRESS_UNIT *runs, UINT count,
	       void *bytes, size_t length);

#endif /* NDIS_FIXTURE_H */
