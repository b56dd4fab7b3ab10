/* SPDX-License-Identifier: MIT */
/*
 * test_ndis_isa.c - what NDIS tells the driver of an ISA device: resources, keywords, interrupts
 */
#include <errno.h>

#include "dma_controller_model.h"
#include "ndis_fixture.h"

static const struct platform_isa resources = {0x320, 16, 10, 6};
static struct platform_isa current;
static struct platform_ops operations;
static struct dma_controller_model model;

static const struct platform_isa *tell(struct platform *p)
{
	return &current;
}

static int ports_as_bar(struct platform *p, unsigned int index, struct platform_bar *bar)
{
	*bar = (struct platform_bar){.size = 0};
	if (index == 0)
		*bar = (struct platform_bar){
			.size = current.ports, .bus_address = current.port, .is_io = true};
	return index < 6 ? 0 : -EINVAL;
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	model_attach(&model, f->platform);
	current = resources;
	operations = *f->platform->ops;
	operations.isa = tell;
	operations.bar = ports_as_bar;
	f->platform->ops = &operations;
	f->attributes = 0;
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

/* ---- resources ---------------------------------------------------------------------------- */

static NDIS_STATUS query_resources(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	struct {
		NDIS_RESOURCE_LIST list;
		CM_PARTIAL_RESOURCE_DESCRIPTOR more[8];
	} answer;
	PCM_PARTIAL_RESOURCE_DESCRIPTOR item = answer.list.PartialDescriptors;
	bool has_dma = current.dma != PLATFORM_ISA_NO_DMA;
	UINT size = sizeof(answer);

	NdisMQueryAdapterResources(&f->status, configuration, &answer.list, &size);
	g_assert_cmpint(f->status, ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(answer.list.Count, ==, has_dma ? 3 : 2);
	g_assert_cmpuint(item[0].Type, ==, CmResourceTypePort);
	g_assert_cmphex(item[0].u.Port.Start.QuadPart, ==, 0x320);
	g_assert_cmpuint(item[0].u.Port.Length, ==, 16);
	g_assert_cmpuint(item[1].Type, ==, CmResourceTypeInterrupt);
	g_assert_cmpuint(item[1].ShareDisposition, ==, CmResourceShareDeviceExclusive);
	g_assert_cmpuint(item[1].Flags, ==, CM_RESOURCE_INTERRUPT_LATCHED);
	g_assert_cmpuint(item[1].u.Interrupt.Level, ==, 10);
	g_assert_cmpuint(item[1].u.Interrupt.Vector, ==, 10);
	if (has_dma) {
		g_assert_cmpuint(item[2].Type, ==, CmResourceTypeDma);
		g_assert_cmpuint(item[2].Flags, ==, CM_RESOURCE_DMA_16);
		g_assert_cmpuint(item[2].u.Dma.Channel, ==, 6);
	}
	return NDIS_STATUS_SUCCESS;
}

static void test_resources(struct ndis_fixture *f, gconstpointer without_dma)
{
	if (without_dma)
		current.dma = PLATFORM_ISA_NO_DMA;
	f->hooks.initialize = query_resources;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

/* ---- keywords ----------------------------------------------------------------------------- */

static long read_keyword(NDIS_HANDLE handle, const WCHAR *name, USHORT length,
			 NDIS_PARAMETER_TYPE type)
{
	NDIS_STRING keyword = {length, length, (PWSTR)(uintptr_t)name};
	PNDIS_CONFIGURATION_PARAMETER parameter;
	NDIS_STATUS status;

	NdisReadConfiguration(&status, &parameter, handle, &keyword, type);
	return status == NDIS_STATUS_SUCCESS ? (long)parameter->ParameterData.IntegerData : -1;
}

#define READ(handle, name, type) read_keyword(handle, name, sizeof(name) - sizeof(WCHAR), type)

/* Drivers read them in either base. */
static NDIS_STATUS read_keywords(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	static const NDIS_PARAMETER_TYPE types[] = {NdisParameterInteger, NdisParameterHexInteger};
	long channel = current.dma == PLATFORM_ISA_NO_DMA ? -1 : (long)current.dma;
	NDIS_HANDLE handle;

	NdisOpenConfiguration(&f->status, &handle, configuration);
	g_assert_cmpint(f->status, ==, NDIS_STATUS_SUCCESS);
	for (size_t i = 0; i < ARRAYSIZE(types); i++) {
		g_assert_cmphex(READ(handle, u"IoBaseAddress", types[i]), ==,
				f->options.parameter_count ? 0x340 : 0x320);
		g_assert_cmpint(READ(handle, u"InterruptNumber", types[i]), ==, 10);
		g_assert_cmpint(READ(handle, u"DmaChannel", types[i]), ==, channel);
		g_assert_cmpint(READ(handle, u"BusType", types[i]), ==, NdisInterfaceIsa);
	}
	NdisCloseConfiguration(handle);
	return NDIS_STATUS_SUCCESS;
}

static void test_keywords(struct ndis_fixture *f, gconstpointer without_dma)
{
	if (without_dma)
		current.dma = PLATFORM_ISA_NO_DMA;
	f->hooks.initialize = read_keywords;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

/* The user's word counts. */
static void test_own_keyword(struct ndis_fixture *f, gconstpointer data)
{
	static const struct shim_parameter parameter = {"IoBaseAddress", "0x340"};

	f->options.parameters = &parameter;
	f->options.parameter_count = 1;
	f->hooks.initialize = read_keywords;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

/* ---- claims ------------------------------------------------------------------------------- */

static NDIS_MINIPORT_INTERRUPT interrupt;

static NDIS_STATUS register_interrupt(struct ndis_fixture *f, ULONG vector, ULONG level)
{
	return NdisMRegisterInterrupt(&interrupt, f->handle, vector, level, TRUE, FALSE,
				      NdisInterruptLatched);
}

static NDIS_STATUS claim(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_DMA_DESCRIPTION description = {.DmaWidth = Width16Bits, .DmaChannel = 5};
	NDIS_HANDLE channel = NULL;
	PVOID ports;

	g_assert_cmphex(register_interrupt(f, 5, 5), ==, NDIS_STATUS_RESOURCE_CONFLICT);
	fixture_expect_violation(f, "vector 5 and level 5 given, the resources have 10");
	g_assert_cmphex(NdisMRegisterIoPortRange(&ports, f->handle, 0x320, 17), ==,
			NDIS_STATUS_RESOURCE_CONFLICT);
	fixture_expect_violation(f, "17 ports at 0x320 do not");
	g_assert_cmphex(NdisMRegisterIoPortRange(&ports, f->handle, 0x320, 16), ==,
			NDIS_STATUS_SUCCESS);
	NdisMDeregisterIoPortRange(f->handle, 0x320, 16, ports);
	g_assert_cmphex(NdisMRegisterDmaChannel(&channel, f->handle, 5, FALSE, &description, 100),
			==, NDIS_STATUS_RESOURCE_CONFLICT);
	fixture_expect_violation(f, "DmaChannel is 5, the resources have 6");
	g_assert_null(channel);
	current.dma = PLATFORM_ISA_NO_DMA;
	g_assert_cmphex(NdisMRegisterDmaChannel(&channel, f->handle, 5, FALSE, &description, 100),
			==, NDIS_STATUS_RESOURCE_CONFLICT);
	fixture_expect_violation(f, "the resources have -1");
	return NDIS_STATUS_SUCCESS;
}

static void test_claims(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = claim;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

/* ---- interrupts that are polled ----------------------------------------------------------- */

static unsigned int isr_calls;
static bool isr_claims;

static NDIS_STATUS connect_interrupt(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	return register_interrupt(f, 10, 10);
}

static void disconnect_interrupt(struct ndis_fixture *f)
{
	NdisMDeregisterInterrupt(&interrupt);
}

static void isr(struct ndis_fixture *f, PBOOLEAN recognized, PBOOLEAN queue)
{
	isr_calls++;
	*recognized = isr_claims;
	*queue = isr_claims;
}

/* A look that finds nothing is no interrupt of another device, and calls for no hurry. */
static void test_polled(struct ndis_fixture *f, gconstpointer data)
{
	f->platform->capabilities.polls_interrupt = true;
	f->hooks.initialize = connect_interrupt;
	f->hooks.halt = disconnect_interrupt;
	f->hooks.isr = isr;
	isr_calls = 0;
	isr_claims = false;
	g_assert_cmpint(fixture_start(f), ==, 0);
	fake_raise_interrupt(f->platform);
	fixture_settle(f);
	g_assert_cmpuint(isr_calls, ==, 1);
	g_assert_cmpuint(fake_counts(f->platform)->rearms, ==, 0);
	g_assert_cmpuint(fixture_statistics(f).interrupts_foreign, ==, 0);
	g_assert_cmpuint(fixture_statistics(f).interrupts, ==, 0);
	/* The fake platform masks what was not rearmed; a platform that polls does not. */
	platform_interrupt_rearm(f->platform);
	isr_claims = true;
	fake_raise_interrupt(f->platform);
	fixture_settle(f);
	g_assert_cmpuint(isr_calls, ==, 2);
	g_assert_cmpuint(fake_counts(f->platform)->rearms, ==, 2);
	g_assert_cmpuint(fixture_statistics(f).interrupts, ==, 1);
	g_assert_cmpuint(fixture_statistics(f).dpcs, ==, 1);
}

#define ADD(name, function, data)                                                                  \
	g_test_add("/ndis/isa/" name, struct ndis_fixture, data, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("resources", test_resources, NULL);
	ADD("resources-without-dma", test_resources, "without");
	ADD("keywords", test_keywords, NULL);
	ADD("keywords-without-dma", test_keywords, "without");
	ADD("own-keyword", test_own_keyword, NULL);
	ADD("claims", test_claims, NULL);
	ADD("polled", test_polled, NULL);
	return g_test_run();
}
