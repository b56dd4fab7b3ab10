/* SPDX-License-Identifier: MIT */
/*
 * The checking mode: what a device does that it may not, outside of what was mapped for it or after
 * the end of the mapping.
 */
#include <errno.h>

#include "checked_fixture.h"

/* ---- guard bytes of transfers -------------------------------------------------------------- */

static void test_overrun(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(checked_memory + 50, 1000);
	uint64_t logical = checked_start(f, buffer, 0, FALSE);

	fake_device_write(f->platform, (logical_t){logical + 1000}, "x", 1);
	checked_complete(f, buffer, 0);
	CHECKED_EXPECT(f, 0x0F, "the tag behind the transfer of 1000 bytes at",
		       "    map register 0, buffer", "for the device to write");
	/* After the end: found by the next mapping, and told of the former one. */
	fake_device_write(f->platform, (logical_t){logical}, "x", 1);
	checked_start(f, buffer, 0, FALSE);
	CHECKED_EXPECT(f, 0x0F, "a free map register",
		       "ended by NdisMCompleteBufferPhysicalMapping");
	checked_complete(f, buffer, 0);
	checked_start(f, buffer, 0, TRUE);
	checked_memory[60] ^= 1;
	checked_complete(f, buffer, 0);
	fixture_expect_violation(f, "the data of the transfer of 1000 bytes at");
	g_assert_cmpuint(checked_count_of(f, 0x0F), ==, 2);
	g_assert_cmpuint(fixture_statistics(f).verify.uncoded, ==, 1);
	NdisFreeBuffer(buffer);
}

/* ---- faults -------------------------------------------------------------------------------- */

static void report_faults(struct ndis_fixture *f)
{
	struct platform_fault fault;

	while (platform_next_fault(f->platform, &fault) == 1)
		shim_adapter_fault(f->adapter, &fault);
}

static void access_device(struct ndis_fixture *f, uint64_t logical, bool is_write)
{
	unsigned char byte = 0;

	if (is_write)
		g_assert_cmpint(fake_device_write(f->platform, (logical_t){logical}, &byte, 1), ==,
				-EFAULT);
	else
		g_assert_cmpint(fake_device_read(f->platform, (logical_t){logical}, &byte, 1), ==,
				-EFAULT);
	report_faults(f);
}

static void test_faults(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(checked_memory + 50, 1000);
	uint64_t logical = checked_start(f, buffer, 2, TRUE);

	access_device(f, logical, true);
	CHECKED_EXPECT(f, 0x26, "write of the device at 0x", "refused: in map register 2, buffer",
		       "a device does not write to what was mapped with WriteToDevice TRUE");
	access_device(f, (logical & ~(uint64_t)(PAGE - 1)) + PAGE, false);
	CHECKED_EXPECT(f, 0x26, "refused: behind the end of map register 2");
	checked_complete(f, buffer, 2);
	access_device(f, logical + 10, false);
	CHECKED_EXPECT(f, 0x26, "refused: in the former map register 2, buffer",
		       "mapped by NdisMStartBufferPhysicalMapping",
		       "; ended by NdisMCompleteBufferPhysicalMapping from test_verifier_device",
		       " ms ago");
	access_device(f, logical & ~(uint64_t)(PAGE - 1), false);
	CHECKED_EXPECT(f, 0x26, "refused: in a page of the former map register 2");
	access_device(f, 0x123456789000, true);
	CHECKED_EXPECT(f, 0x26, "nothing that the adapter has, or had lately, is there");
	g_assert_cmpuint(checked_count_of(f, 0x26), ==, 5);
	NdisFreeBuffer(buffer);
}

#define ADD(name, set_up_function, policy, function)                                               \
	g_test_add("/verifier-device/" name, struct ndis_fixture, GINT_TO_POINTER(policy),         \
		   set_up_function, function, checked_tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("overrun", checked_set_up, DMA_POLICY_COPY, test_overrun);
	ADD("faults", checked_set_up, DMA_POLICY_REMAP, test_faults);
	return g_test_run();
}
