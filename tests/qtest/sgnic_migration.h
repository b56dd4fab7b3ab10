/* SPDX-License-Identifier: MIT */
/*
 * sgnic_migration.h - move a device from one QEMU to another
 *
 * The stream goes through an anonymous file of the test, so that a test can damage it.
 * The machine that was saved stays stopped: end it with migration_retire().
 */
#ifndef SGNIC_MIGRATION_H
#define SGNIC_MIGRATION_H

#include "sgnic_harness.h"

/** migration_save() - stop the machine; return a file with its state. */
int migration_save(struct nic *nic);

/** migration_completes() - wait for the end of a migration; returns whether it succeeded. */
bool migration_completes(struct nic *nic);

/** migration_begin_load() - make a QEMU that waits for a stream, of any device, take it. */
void migration_begin_load(struct qtest *qemu, int stream);

/**
 * migration_can_refuse() - whether QEMU lives on when it refuses a stream; if not, the test
 * is marked as skipped, and has to return.
 */
bool migration_can_refuse(void);

/**
 * migration_load() - start a QEMU from the stream; *loaded tells whether it accepted it.
 * migration_load_into() - the same with properties for the device, as in struct nic_options.
 */
struct nic *migration_load(int stream, bool *loaded);
struct nic *migration_load_into(int stream, const char *properties, bool *loaded);

/**
 * migration_move() - migration_load_into() of a stream that must be accepted, into a device
 * with as many queues.
 * @source: the machine that was saved; its memory allocations are taken over.
 */
struct nic *migration_move(struct nic *source, int stream);

/** Bytes of the stream that migration_section() and migration_patch() look at. */
#define MIGRATION_SECTION 8192

/**
 * migration_section() - the device's state within the stream, mapped for writing until the
 * program ends.  QEMU saves it behind the device's name.
 */
uint8_t *migration_section(int stream);

/**
 * migration_patch() - replace the only 32-bit integer @value in the device's state; QEMU
 * saves integers big endian.
 */
void migration_patch(int stream, uint32_t value, uint32_t replacement);

/** migration_patch_at() - replace the integer @offset bytes behind the only @value. */
void migration_patch_at(int stream, uint32_t value, int offset, uint32_t replacement);

/** migration_resume() - let the loaded machine run. */
void migration_resume(struct nic *nic);

/** migration_retire() - end the saved machine and close the stream. */
void migration_retire(struct nic *nic, int stream);

#endif /* SGNIC_MIGRATION_H */
