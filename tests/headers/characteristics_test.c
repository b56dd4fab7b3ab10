/* SPDX-License-Identifier: MIT */

/*
 * Built once per NDIS version: the structure that a driver declares follows the macros it
 * defines.
 */

#include <ndis.h>

#include <glib.h>

static void test_version_numbers(void)
{
	g_assert_cmpint(NDIS_MINIPORT_MAJOR_VERSION, ==, EXPECTED_MAJOR);
	g_assert_cmpint(NDIS_MINIPORT_MINOR_VERSION, ==, EXPECTED_MINOR);
}

static void test_size(void)
{
	g_assert_cmpuint(sizeof(NDIS_MINIPORT_CHARACTERISTICS), ==, EXPECTED_SIZE);
}

/*
 * A shorter structure is a prefix of a longer one, so the library can read any of them as the
 * longest up to the length that was registered.
 */
static void test_versions_nest(void)
{
	g_assert_cmpuint(offsetof(NDIS51_MINIPORT_CHARACTERISTICS, ReturnPacketHandler), ==,
			 sizeof(NDIS30_MINIPORT_CHARACTERISTICS));
	g_assert_cmpuint(offsetof(NDIS51_MINIPORT_CHARACTERISTICS, CoCreateVcHandler), ==,
			 sizeof(NDIS40_MINIPORT_CHARACTERISTICS));
	g_assert_cmpuint(offsetof(NDIS51_MINIPORT_CHARACTERISTICS, CancelSendPacketsHandler), ==,
			 sizeof(NDIS50_MINIPORT_CHARACTERISTICS));
	g_assert_cmpuint(offsetof(NDIS_MINIPORT_CHARACTERISTICS, TransferDataHandler), ==,
			 offsetof(NDIS51_MINIPORT_CHARACTERISTICS, TransferDataHandler));
	g_assert_cmpuint(offsetof(NDIS_MINIPORT_CHARACTERISTICS, CheckForHangHandler), ==, 8);
	g_assert_cmpuint(offsetof(NDIS40_MINIPORT_CHARACTERISTICS, AllocateCompleteHandler), ==,
			 sizeof(NDIS40_MINIPORT_CHARACTERISTICS) - sizeof(PVOID));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/headers/characteristics/version", test_version_numbers);
	g_test_add_func("/headers/characteristics/size", test_size);
	g_test_add_func("/headers/characteristics/nesting", test_versions_nest);
	return g_test_run();
}
