/* SPDX-License-Identifier: MIT */
/*
 * nvme_session.h - the nvme example with QEMU's nvme behind VT-d, whose disk is a file of this process
 *
 * What the controller is told to write is looked at where it is, at the physical addresses that the
 * command's addresses lead to; then in the file.
 */
#ifndef NVME_SESSION_H
#define NVME_SESSION_H

#include "fixture.h"
#include "host.h"
#include "interposer.h"
#include "nvme.h"

#define DISK_BYTES	(4u << 20)
#define BLOCK		512u
#define PAGES		20
#define PLAIN_DEVICE	"nvme,drive=disk,serial=example"

/** struct nvme_scene - how the driver is run: @name for messages. */
struct nvme_scene {
	const char *name;
	struct shim_device_options options;
	enum platform_interrupt interrupt;
};

/**
 * struct nvme_session - @disk: the file, and @path; @image: what it should hold.
 * @memory: pages of guest RAM, described by @mdl.
 * @queues: logical address of the driver's common buffer.
 * @commands: for blocks, so far.
 * @expected: the bytes of the next write; NULL: not looked at.
 * @spoil: the next command gets an opcode that does not exist.
 */
struct nvme_session {
	struct fixture *f;
	struct interposer below;
	struct host host;
	int disk;
	char *path;
	unsigned char *image;
	unsigned char *memory;
	PMDL mdl;
	uint32_t queues;
	unsigned int commands;
	const unsigned char *expected;
	bool spoil;
};

/** nvme_open_device() - QEMU with @device, and its disk. */
void nvme_open_device(struct nvme_session *s, const char *device);

/** nvme_open_scene() - a host for the driver, and its memory. */
void nvme_open_scene(struct nvme_session *s, const struct nvme_scene *scene);

/** nvme_open_session() - both. */
void nvme_open_session(struct nvme_session *s, const struct nvme_scene *scene, const char *device);

/** nvme_session_start() - nvme_start(), and the interrupt.  Return: its status. */
NTSTATUS nvme_session_start(struct nvme_session *s, enum platform_interrupt interrupt);

/** nvme_begin() - all of it, with PLAIN_DEVICE. */
void nvme_begin(struct nvme_session *s, const struct nvme_scene *scene);

/** nvme_session_stop(), nvme_close_scene(), nvme_close_device(), nvme_close_session() - the ways back. */
void nvme_session_stop(struct nvme_session *s);
void nvme_close_scene(struct nvme_session *s);
void nvme_close_device(struct nvme_session *s);
void nvme_close_session(struct nvme_session *s);

/** nvme_perform() - a request, from beginning to end.  Return: its status. */
NTSTATUS nvme_perform(struct nvme_session *s, enum nvme_operation operation, ULONG offset,
		      ULONG length, uint64_t block);

/** nvme_expect_disk() - it holds what it should. */
void nvme_expect_disk(struct nvme_session *s);

/** nvme_exchange() - memory to the disk, and another part of the disk to the same memory. */
void nvme_exchange(struct nvme_session *s, ULONG offset, ULONG length, uint64_t block);

#endif /* NVME_SESSION_H */
