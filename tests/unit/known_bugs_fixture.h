/* SPDX-License-Identifier: MIT */
/*
 * known_bugs_fixture.h - a miniport with some map registers, for the tests of known bugs
 */
#ifndef KNOWN_BUGS_FIXTURE_H
#define KNOWN_BUGS_FIXTURE_H

#include "ndis_fixture.h"

#define KNOWN_BUGS_MEMORY (20 * PAGE)

/**
 * struct known_bugs_plan - what MiniportInitialize does
 * @size, @count, @maximum: of NdisMAllocateMapRegisters; @count 0: none.
 * @during: is called before.
 * @memory: KNOWN_BUGS_MEMORY bytes of fill().
 */
struct known_bugs_plan {
	NDIS_DMA_SIZE size;
	ULONG count;
	ULONG maximum;
	void (*during)(struct ndis_fixture *f);
	unsigned char *memory;
};

/** plan - of the running test: 4 registers of 1514 bytes, 32 bits, policy remap. */
extern struct known_bugs_plan plan;

void known_bugs_set_up(struct ndis_fixture *f, gconstpointer data);
void known_bugs_tear_down(struct ndis_fixture *f, gconstpointer data);

/** allocate() - NdisMAllocateMapRegisters with plan.size. */
NDIS_STATUS allocate(struct ndis_fixture *f, ULONG count, ULONG maximum);

/** start() - fixture_start(), which succeeds. */
void start(struct ndis_fixture *f);

/** map() - NdisMStartBufferPhysicalMapping.  Return: what it stored in *ArraySize. */
UINT map(struct ndis_fixture *f, PNDIS_BUFFER buffer, ULONG index, bool to_device,
	 NDIS_PHYSICAL_ADDRESS_UNIT *runs);

/**
 * transmit() - map @length bytes at @va, have the device read them, and end the mapping
 *
 * Return: number of runs.
 */
UINT transmit(struct ndis_fixture *f, unsigned char *va, size_t length, ULONG index);

#define KNOWN_BUG(name, function)                                                                  \
	g_test_add("/known-bugs/" name, struct ndis_fixture, NULL, known_bugs_set_up, function,    \
		   known_bugs_tear_down)

#endif /* KNOWN_BUGS_FIXTURE_H */
