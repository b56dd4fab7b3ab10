/* SPDX-License-Identifier: MIT */
/* Two adapters of one driver, of which one steps in for the other. */
#include "ndis_fixture.h"

static struct platform *second_platform;
static struct shim_adapter *second;
static NDIS_HANDLE handles[2];
static unsigned int packets_sent;

static NDIS_STATUS send_packet(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	packets_sent++;
	return NDIS_STATUS_SUCCESS;
}

static void on_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
}

static void on_link(void *context, bool up)
{
}

static void on_other(void *context)
{
}

static const struct shim_client client = {
	.receive = on_receive, .receive_done = on_other, .link = on_link, .removed = on_other};

static void start_two(struct ndis_fixture *f)
{
	fixture_set_up(f);
	f->hooks.send = send_packet;
	f->without_send_packets = true;
	g_assert_cmpint(fixture_start(f), ==, 0);
	handles[0] = f->handle;
	second_platform = fake_platform_create(f->loop, NULL, true);
	g_assert_cmpint(shim_adapter_start(f->driver, second_platform, &f->options,
					   &client, &second),
			==, 0);
	handles[1] = f->handle;
	g_assert_true(handles[0] != handles[1]);
}

static void stop_two(struct ndis_fixture *f)
{
	g_assert_cmpuint(shim_adapter_stop(second), ==, 0);
	fixture_tear_down(f);
	platform_close(second_platform);
}

static void send_once(struct ndis_fixture *f, unsigned int expected, NDIS_STATUS status)
{
	packets_sent = 0;
	fixture_send(f, 100, 1);
	fixture_settle(f);
	g_assert_cmpuint(packets_sent, ==, expected);
	fixture_expect_sent(f, 1, status);
}

static void test_bundle(void)
{
	struct ndis_fixture f;
	KIRQL old;

	start_two(&f);
	send_once(&f, 1, NDIS_STATUS_SUCCESS);
	g_assert_cmphex(NdisMSetMiniportSecondary(handles[0], handles[0]), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(&f, "different adapters of one driver");
	g_assert_cmphex(NdisMPromoteMiniport(handles[0]), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(&f, "the adapter is secondary");
	g_assert_cmphex(NdisMSetMiniportSecondary(handles[0], handles[1]), ==, NDIS_STATUS_SUCCESS);
	fixture_expect_log(&f, "is the secondary of");
	/* Protocols have no use for it now. */
	send_once(&f, 0, NDIS_STATUS_ADAPTER_NOT_READY);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	g_assert_cmphex(NdisMPromoteMiniport(handles[0]), ==, NDIS_STATUS_SUCCESS);
	KeLowerIrql(old);
	fixture_expect_log(&f, "is the primary now");
	send_once(&f, 1, NDIS_STATUS_SUCCESS);
	stop_two(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ndis-bundle", test_bundle);
	return g_test_run();
}
