/* SPDX-License-Identifier: MIT */
/*
 * isa_dma_nic_migration.h - move an isa-dma-nic from one QEMU to another
 *
 * The stream and the saved machine are those of sgnic_migration.h: save with
 * migration_save(&device->nic), end with migration_retire().
 */
#ifndef ISA_DMA_NIC_MIGRATION_H
#define ISA_DMA_NIC_MIGRATION_H

#include "isa_dma_nic_harness.h"
#include "sgnic_migration.h"

/**
 * isa_nic_load() - start a QEMU with @options from the stream.
 * @loaded: tells whether QEMU accepted it.
 */
struct isa_nic *isa_nic_load(const struct isa_nic_options *options, int stream, bool *loaded);

/** isa_nic_move() - save @source, load it with its own options, and retire it; then run. */
struct isa_nic *isa_nic_move(struct isa_nic *source);

/** isa_nic_expect_refused() - the stream is refused with a message that has @text. */
void isa_nic_expect_refused(const struct isa_nic_options *options, int stream, const char *text);

#endif /* ISA_DMA_NIC_MIGRATION_H */
