/* SPDX-License-Identifier: MIT */
/* fake_private.h - between the files of the fake platform */
#ifndef PLATFORM_FAKE_PRIVATE_H
#define PLATFORM_FAKE_PRIVATE_H

#include "platform/fake/fake.h"

#define MAX_RANGES  8
#define MAX_FAULTS  16
#define CONFIG_SIZE 4096

/* One call of platform_map(): type1v2 only unmaps whole ones. */
struct fake_mapping {
	struct fake_mapping *next;
	uint64_t first;
	uint64_t length;
	unsigned char *va;
	enum platform_access access;
};

/* One call of platform_memory_allocate(). */
struct fake_memory {
	struct fake_memory *next;
	unsigned char *va;
	size_t length;
};

struct injected_failure {
	bool armed;
	unsigned int successes;
	int error;
};

struct fake_platform {
	struct platform platform;
	struct fake_device device;
	struct fake_mapping *mappings;
	struct fake_memory *memory;
	struct logical_range ranges[MAX_RANGES];
	unsigned int range_count;
	struct injected_failure map_failure;
	struct injected_failure memory_failure;
	size_t short_unmap;
	struct platform_fault faults[MAX_FAULTS];
	unsigned int fault_count;
	struct fake_counts counts;
	unsigned char config[CONFIG_SIZE];
	_Alignas(8) unsigned char registers[FAKE_BAR_SIZE];
	enum platform_interrupt kind;
	platform_interrupt_handler handler;
	void *handler_context;
	struct event_source *source;
	int interrupt;
	bool masked;
	bool raised_while_masked;
	platform_removal_handler removal_handler;
	void *removal_context;
	struct fake_ports ports;
	unsigned char *low_memory;
	size_t low_length;
	uint32_t low_physical;
};

static inline struct fake_platform *fake(struct platform *p)
{
	return (struct fake_platform *)p;
}

/* What the call that is about to be made is to return; 0: it is to be made. */
static inline int fake_fails(struct injected_failure *failure)
{
	if (!failure->armed)
		return 0;
	if (failure->successes) {
		failure->successes--;
		return 0;
	}
	failure->armed = false;
	return failure->error;
}

/* fake_memory.c */
int fake_memory_allocate(struct platform *p, size_t length, void **va);
void fake_memory_free(struct platform *p, void *va, size_t length);
int fake_frame_number(struct platform *p, const void *va, frame_t *frame);
bool fake_may_map(const struct fake_platform *f, const void *va, size_t length);
int fake_use_physical(struct platform *p, char *error, size_t error_size);
void *fake_memory_at(struct platform *p, logical_t logical);
void fake_memory_close(struct fake_platform *f);

/* fake_isa.c */
int fake_port_read(struct platform *p, uint16_t port, void *value, unsigned int width);
int fake_port_write(struct platform *p, uint16_t port, const void *value, unsigned int width);
int fake_low_memory(struct platform *p, size_t length, void **va, uint32_t *physical);

#endif /* PLATFORM_FAKE_PRIVATE_H */
