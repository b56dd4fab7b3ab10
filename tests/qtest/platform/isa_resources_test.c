/* SPDX-License-Identifier: MIT */
/*
 * isa_resources_test.c - the isa-dma-nic miniport: configuration, ports, interrupt, channel, memory
 */
#include <errno.h>

#include "../../../qemu-device/isa_dma_nic_regs.h"
#include "hal/system_dma.h"
#include "isa_session.h"

#define LOW_BYTES ((uint32_t)15 << 20)

/* MiniportInitialize fails, the library says @words, and nothing is left behind. */
static void refuse(const struct isa_scene *scene, const char *words)
{
	struct session s;

	isa_open(&s, scene);
	g_assert_cmpint(isa_start(&s, scene), ==, -EIO);
	session_logged(&s, words);
	session_stop(&s);
}

static void refuse_keyword(const char *keyword, const char *value, const char *words)
{
	struct isa_scene scene = isa_scene(3);

	isa_scene_set(&scene, keyword, value);
	refuse(&scene, words);
}

static void test_bad_keywords(void)
{
	refuse_keyword("DmaChannel", "4", "4 connects the two DMA controllers");
	refuse_keyword("DmaChannel", "8", "DmaChannel is 8");
	refuse_keyword("InterruptNumber", "8", "InterruptNumber is 8");
	refuse_keyword("IoBaseAddress", "777", "IoBaseAddress is 777");
	refuse_keyword("ReceiveRing", "1520", "ReceiveRing is 1520");
	refuse_keyword("ReceiveRing", "2046", "ReceiveRing is 2046");
	refuse_keyword("ReceiveRing", "65540", "65536 or less on DMA channel 3");
	refuse_keyword("DemandMode", "2", "DemandMode is 2");
	refuse_keyword("NetworkAddress", "010203040506", "group address");
}

/* The driver asks for what the platform does not have. */
static void test_conflicts(void)
{
	struct platform_isa without_dma = {ISA_PORT, ISA_DMA_NIC_PORTS, ISA_IRQ,
					   PLATFORM_ISA_NO_DMA};
	struct platform_isa few_ports = {ISA_PORT, 8, ISA_IRQ, 3};
	struct isa_scene scene = isa_scene(3);

	refuse_keyword("IoBaseAddress", "0x320", "16 ports at 0x320 do not");
	refuse_keyword("DmaChannel", "1", "uses interrupt 5 and DMA channel 3");
	refuse_keyword("InterruptNumber", "7", "InterruptNumber is 7");
	scene.resources = &few_ports;
	refuse(&scene, "16 ports at 0x300 do not");
	scene.resources = &without_dma;
	isa_scene_set(&scene, "DmaChannel", "3");
	refuse(&scene, "DmaChannel is 3, the resources have -1");
}

static void test_nobody_there(void)
{
	struct platform_isa elsewhere = {0x340, ISA_DMA_NIC_PORTS, ISA_IRQ, 3};
	struct isa_scene scene = isa_scene(3);

	scene.resources = &elsewhere;
	refuse(&scene, "MiniportInitialize failed: NDIS_STATUS_ADAPTER_NOT_FOUND");
}

static void test_channel_in_use(void)
{
	const struct system_dma_setup setup = {.channel = 3, .maximum = 4096};
	struct isa_scene scene = isa_scene(3);
	struct system_dma *channel;
	struct session s;

	isa_open(&s, &scene);
	g_assert_cmpint(system_dma_open(s.f->platform, &setup, &channel), ==, 0);
	g_assert_cmpint(isa_start(&s, &scene), ==, -EIO);
	session_logged(&s, "MiniportInitialize failed: NDIS_STATUS_RESOURCE_CONFLICT");
	system_dma_close(channel);
	g_assert_cmpint(isa_start(&s, &scene), ==, 0);
	session_stop(&s);
}

/* All memory below 16 MiB is taken, but for less than the miniport needs. */
static void test_no_low_memory(void)
{
	const struct system_dma_setup setup = {.channel = 5, .words = true, .maximum = 4096};
	struct isa_scene scene = isa_scene(3);
	void *taken[LOW_BYTES >> 17];
	struct system_dma *channel;
	struct session s;
	unsigned int count;
	uint32_t physical;

	isa_open(&s, &scene);
	g_assert_cmpint(system_dma_open(s.f->platform, &setup, &channel), ==, 0);
	for (count = 0; count < G_N_ELEMENTS(taken); count++)
		if (system_dma_memory_take(channel, 128 << 10, &taken[count], &physical))
			break;
	g_assert_cmpuint(count, >, 100);
	/* The rest of the first 128 KiB. */
	g_assert_cmpint(isa_start(&s, &scene), ==, 0);
	g_assert_cmpuint(session_halt(&s), ==, 0);
	isa_scene_set(&scene, "ReceiveRing", "65536");
	g_assert_cmpint(isa_start(&s, &scene), ==, -EIO);
	session_logged(&s, "MiniportInitialize failed: NDIS_STATUS_RESOURCES");
	while (count)
		system_dma_memory_give(s.f->platform, taken[--count]);
	system_dma_close(channel);
	g_assert_cmpint(isa_start(&s, &scene), ==, 0);
	session_stop(&s);
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/qtest-platform/isa-resources/bad-keywords", test_bad_keywords);
	g_test_add_func("/qtest-platform/isa-resources/conflicts", test_conflicts);
	g_test_add_func("/qtest-platform/isa-resources/nobody-there", test_nobody_there);
	g_test_add_func("/qtest-platform/isa-resources/channel-in-use", test_channel_in_use);
	g_test_add_func("/qtest-platform/isa-resources/no-low-memory", test_no_low_memory);
	return g_test_run();
}
