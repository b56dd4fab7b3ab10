/* SPDX-License-Identifier: MIT */
/*
 * hal_fixture.h - a device object on the fake platform, for tests of the HAL's DMA functions
 *
 * The log of the library is captured: a test asks for each violation that it provokes, and
 * the end insists that there was no other, and that nothing is left mapped or allocated.
 */
#ifndef HAL_FIXTURE_H
#define HAL_FIXTURE_H

#include <glib.h>

#include <wdm.h>

#include "include/ndis_shim.h"
#include "include/shim_device.h"
#include "platform/fake/fake.h"

#define PAGE	   PLATFORM_PAGE_SIZE
#define HEAP_PAGES 64u

/** struct hal_variant - policy, fragment and width that a test is run with */
struct hal_variant {
	enum dma_policy policy;
	enum dma_fragment fragment;
	unsigned int bits;
};

struct hal_fixture {
	struct event_loop *loop;
	struct platform *platform;
	struct shim_device_options options;
	struct shim_device *device;
	PDEVICE_OBJECT object;
	unsigned int bits;
	unsigned char *heap; /* HEAP_PAGES pages */
	uint64_t violations; /* that the test has expected */
	char *log;
	size_t log_length;
	FILE *log_stream;
};

/**
 * hal_set_up() - platform and one device; @data: a struct hal_variant or NULL (remap, none, 32
 * bits).
 */
void hal_set_up(struct hal_fixture *f, gconstpointer data);

/** hal_tear_down() - nothing left, no violation unexpected. */
void hal_tear_down(struct hal_fixture *f, gconstpointer data);

/** hal_restart() - the same platform with another value of map_registers. */
void hal_restart(struct hal_fixture *f, unsigned int map_registers);

/** hal_verify() - the same platform in another checking mode. */
void hal_verify(struct hal_fixture *f, enum shim_verify mode);

/** hal_expect() - one violation since the last call, with this code and @text in its message. */
void hal_expect(struct hal_fixture *f, int code, const char *text);

/** HAL_EXPECT() - hal_expect() of a violation with a number, whose report has all of the texts. */
#define HAL_EXPECT(f, code, ...)                                                                   \
	hal_expect_texts(f, code, (const char *const[]){__VA_ARGS__, NULL})
void hal_expect_texts(struct hal_fixture *f, int code, const char *const *texts);

/** hal_expect_log() - @text was logged; forget the log. */
void hal_expect_log(struct hal_fixture *f, const char *text);

/** hal_statistics() - of the platform. */
struct shim_device_statistics hal_statistics(struct hal_fixture *f);

/** hal_master() - a bus master of f->bits on PCI, version 2. */
DEVICE_DESCRIPTION hal_master(const struct hal_fixture *f, bool scatter_gather, ULONG maximum);

/** hal_get() - IoGetDmaAdapter, which succeeds. */
PDMA_ADAPTER hal_get(struct hal_fixture *f, const DEVICE_DESCRIPTION *description,
		     ULONG *registers);

/** hal_mdl() - IoAllocateMdl and MmBuildMdlForNonPagedPool. */
PMDL hal_mdl(void *va, size_t length);

/** hal_fill() - byte i is @seed + i + i / 256. */
void hal_fill(void *va, size_t length, unsigned int seed);

/** hal_check() - the bytes are those of hal_fill(). */
void hal_check(const void *va, size_t length, unsigned int seed);

/**
 * hal_device_reads() - the device reads at a logical address what hal_fill() wrote, from byte @skip
 * of it on.
 */
void hal_device_reads(struct hal_fixture *f, PHYSICAL_ADDRESS logical, size_t length,
		      unsigned int seed, size_t skip);

/** hal_device_writes() - the device writes what hal_fill() would, from byte @skip of it on. */
void hal_device_writes(struct hal_fixture *f, PHYSICAL_ADDRESS logical, size_t length,
		       unsigned int seed, size_t skip);

/** hal_add_variants() - a test for every policy, fragment setting and width. */
void hal_add_variants(const char *name, void (*test)(struct hal_fixture *f, gconstpointer data));

#define HAL_TEST(name, function)                                                                   \
	g_test_add("/" name, struct hal_fixture, NULL, hal_set_up, function, hal_tear_down)

#endif /* HAL_FIXTURE_H */
