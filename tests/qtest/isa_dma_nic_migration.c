/* SPDX-License-Identifier: MIT */
/*
 * isa_dma_nic_migration.c - move an isa-dma-nic from one QEMU to another
 */
#include <string.h>
#include <unistd.h>

#include "isa_dma_nic_migration.h"

struct isa_nic *isa_nic_load(const struct isa_nic_options *options, int stream, bool *loaded)
{
	struct isa_nic_options use = *options;
	struct isa_nic *device;

	use.incoming = true;
	device = isa_nic_start(&use);
	migration_begin_load(device->nic.qemu, stream);
	*loaded = migration_completes(&device->nic);
	return device;
}

struct isa_nic *isa_nic_move(struct isa_nic *source)
{
	int stream = migration_save(&source->nic);
	struct isa_nic *target;
	bool loaded;

	target = isa_nic_load(&source->options, stream, &loaded);
	g_assert_true(loaded);
	target->nic.ram_next = source->nic.ram_next;
	migration_retire(&source->nic, stream);
	migration_resume(&target->nic);
	return target;
}

void isa_nic_expect_refused(const struct isa_nic_options *options, int stream, const char *text)
{
	bool loaded;
	struct isa_nic *target = isa_nic_load(options, stream, &loaded);
	char *log = qtest_log(target->nic.qemu);

	g_assert_false(loaded);
	if (!strstr(log, text)) {
		g_test_message("QEMU wrote: %s", log);
		g_assert_cmpstr(strstr(log, text), !=, NULL);
	}
	g_free(log);
	nic_ignore_log(&target->nic);
	qtest_end(target->nic.qemu);
	close(target->nic.wire);
	g_free(target);
}
