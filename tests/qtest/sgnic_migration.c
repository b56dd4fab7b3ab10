/* SPDX-License-Identifier: MIT */
/*
 * sgnic_migration.c - move a device from one QEMU to another
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sgnic_migration.h"

bool migration_completes(struct nic *nic)
{
	gint64 deadline = g_get_monotonic_time() + QTEST_DEADLINE_SECONDS * G_USEC_PER_SEC;
	bool completed = false;
	bool failed = false;
	char *answer;

	while (!completed && !failed) {
		answer = qtest_qmp(nic->qemu, "{\"execute\": \"query-migrate\"}");
		completed = strstr(answer, "\"status\": \"completed\"") != NULL;
		failed = strstr(answer, "\"status\": \"failed\"") != NULL;
		g_free(answer);
		if (g_get_monotonic_time() > deadline)
			qtest_fail(nic->qemu, "the migration does not end");
		g_usleep(5000);
	}
	return completed;
}

/*
 * Stops the machine and writes its state to a new file.  The command that writes it, which every
 * QEMU can start, may end later than the migration; it says so in a file of its own.
 */
int migration_save(struct nic *nic)
{
	gint64 deadline = g_get_monotonic_time() + QTEST_DEADLINE_SECONDS * G_USEC_PER_SEC;
	int stream = memfd_create("stream", MFD_CLOEXEC);
	int written = memfd_create("written", MFD_CLOEXEC);

	g_assert_cmpint(stream, >=, 0);
	g_assert_cmpint(written, >=, 0);
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"stop\"}");
	qtest_qmp_ok(nic->qemu,
		     "{\"execute\": \"migrate\", \"arguments\": {\"uri\": "
		     "\"exec:cat >/proc/%d/fd/%d && echo >/proc/%d/fd/%d\"}}",
		     (int)getpid(), stream, (int)getpid(), written);
	g_assert_true(migration_completes(nic));
	while (lseek(written, 0, SEEK_END) == 0) {
		if (g_get_monotonic_time() > deadline)
			qtest_fail(nic->qemu, "the stream is not written");
		g_usleep(5000);
	}
	close(written);
	return stream;
}

void migration_begin_load(struct qtest *qemu, int stream)
{
	bool survives = qtest_qemu_since(9, 1);

	/* QEMU would put frames of its own on the wire to announce the new place */
	qtest_qmp_ok(qemu, "{\"execute\": \"migrate-set-parameters\", \"arguments\": "
			   "{\"announce-rounds\": 0}}");
	qtest_qmp_ok(qemu,
		     "{\"execute\": \"migrate-incoming\", \"arguments\": "
		     "{\"uri\": \"exec:cat /proc/%d/fd/%d\"%s}}",
		     (int)getpid(), stream, survives ? ", \"exit-on-error\": false" : "");
}

bool migration_can_refuse(void)
{
	if (qtest_qemu_since(9, 1))
		return true;
	g_test_skip("this QEMU ends when it refuses a stream: migrate-incoming has no "
		    "exit-on-error");
	return false;
}

/* Starts a QEMU from the stream.  *loaded tells whether it accepted it. */
struct nic *migration_load_into(int stream, const char *properties, bool *loaded)
{
	struct nic *nic =
		nic_start(&(struct nic_options){.incoming = true, .properties = properties});

	migration_begin_load(nic->qemu, stream);
	*loaded = migration_completes(nic);
	if (*loaded)
		nic->queues = SGNIC_LIMIT_TX_QUEUES(nic_get(nic, SGNIC_LIMIT_QUEUES));
	return nic;
}

struct nic *migration_load(int stream, bool *loaded)
{
	return migration_load_into(stream, NULL, loaded);
}

struct nic *migration_move(struct nic *source, int stream)
{
	g_autofree char *properties = g_strdup_printf("queues=%u", source->queues);
	bool loaded;
	struct nic *nic = migration_load_into(stream, properties, &loaded);

	g_assert_true(loaded);
	nic->ram_next = source->ram_next;
	return nic;
}

void migration_resume(struct nic *nic)
{
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"cont\"}");
}

/* The machine that was saved must never run again. */
void migration_retire(struct nic *nic, int stream)
{
	nic_stop(nic);
	close(stream);
}

/* Length of the part of the stream behind the device's name that holds its state. */
#define MIGRATION_SECTION 8192

/* The device's state within the stream: QEMU saves it behind the device's name. */
uint8_t *migration_section(int stream)
{
	static const char name[] = "0000:00:04.0/sgnic";
	size_t size = (size_t)lseek(stream, 0, SEEK_END);
	uint8_t *start = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, stream, 0);
	uint8_t *found;

	g_assert_true(start != MAP_FAILED);
	found = memmem(start, size, name, sizeof(name) - 1);
	g_assert_nonnull(found);
	g_assert_cmpuint((size_t)(found - start) + MIGRATION_SECTION, <, size);
	return found + sizeof(name) - 1;
}

void migration_patch_at(int stream, uint32_t value, int offset, uint32_t replacement)
{
	uint8_t *section = migration_section(stream);
	uint32_t from = GUINT32_TO_BE(value);
	uint32_t to = GUINT32_TO_BE(replacement);
	uint8_t *found = memmem(section, MIGRATION_SECTION, &from, sizeof(from));

	g_assert_nonnull(found);
	g_assert_null(memmem(found + 1, MIGRATION_SECTION - (size_t)(found + 1 - section), &from,
			     sizeof(from)));
	memcpy(found + offset, &to, sizeof(to));
}

void migration_patch(int stream, uint32_t value, uint32_t replacement)
{
	migration_patch_at(stream, value, 0, replacement);
}
