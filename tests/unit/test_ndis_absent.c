/* SPDX-License-Identifier: MIT */
/* Functions for what is not there: the failure that is documented, and a message that comes once. */
#include <string.h>

#include "ndis_fixture.h"

static CO_CALL_PARAMETERS parameters;
static NDIS_EISA_FUNCTION_INFORMATION eisa;
static NDIS_EISA_FUNCTION_INFORMATION *all_eisa;
static NDIS_MCA_POS_DATA mca;
static NDIS_HANDLE vc;
static NDIS_STATUS status;
static UINT number, count;

static void void_functions(void)
{
	NdisMCoActivateVcComplete(NDIS_STATUS_SUCCESS, NULL, &parameters);
	NdisMCoDeactivateVcComplete(NDIS_STATUS_SUCCESS, NULL);
	NdisMCoIndicateReceivePacket(NULL, NULL, 0);
	NdisMCoReceiveComplete(NULL);
	NdisMCoSendComplete(NDIS_STATUS_SUCCESS, NULL, NULL);
	NdisMCmDispatchCallConnected(NULL);
	NdisMCmDispatchIncomingCloseCall(NDIS_STATUS_SUCCESS, NULL, NULL, 0);
	NdisMCmMakeCallComplete(NDIS_STATUS_SUCCESS, NULL, NULL, NULL, &parameters);
	NdisMCmCloseCallComplete(NDIS_STATUS_SUCCESS, NULL, NULL);
	NdisMCmOpenAddressFamilyComplete(NDIS_STATUS_SUCCESS, NULL, NULL);
	NdisMCmCloseAddressFamilyComplete(NDIS_STATUS_SUCCESS, NULL);
	NdisMCmRegisterSapComplete(NDIS_STATUS_SUCCESS, NULL, NULL);
	NdisMCmDeregisterSapComplete(NDIS_STATUS_SUCCESS, NULL);
	NdisMCoIndicateStatus(NULL, NULL, NDIS_STATUS_SUCCESS, NULL, 0);
	NdisMCoRequestComplete(NDIS_STATUS_SUCCESS, NULL, NULL);
	NdisMTrIndicateReceive(NULL, NULL, NULL, 0, NULL, 0, 0);
	NdisMTrIndicateReceiveComplete(NULL);
	NdisMFddiIndicateReceive(NULL, NULL, NULL, 0, NULL, 0, 0);
	NdisMFddiIndicateReceiveComplete(NULL);
	NdisMArcIndicateReceive(NULL, NULL, NULL, 0);
	NdisMArcIndicateReceiveComplete(NULL);
	NdisMWanIndicateReceiveComplete(NULL, NULL);
	NdisMWanSendComplete(NULL, NULL, NDIS_STATUS_SUCCESS);
}

static void failing_functions(void)
{
	vc = &vc;
	g_assert_cmphex(NdisMCmRegisterAddressFamily(NULL, NULL, NULL, 0), ==,
			NDIS_STATUS_NOT_SUPPORTED);
	g_assert_cmphex(NdisMCmCreateVc(NULL, NULL, NULL, &vc), ==, NDIS_STATUS_FAILURE);
	g_assert_null(vc);
	g_assert_cmphex(NdisMCmDeleteVc(NULL), ==, NDIS_STATUS_FAILURE);
	g_assert_cmphex(NdisMCmActivateVc(NULL, &parameters), ==, NDIS_STATUS_FAILURE);
	g_assert_cmphex(NdisMCmDeactivateVc(NULL), ==, NDIS_STATUS_FAILURE);
	g_assert_cmphex(NdisMCmDispatchIncomingCall(NULL, NULL, &parameters), ==,
			NDIS_STATUS_FAILURE);
	g_assert_cmphex(NdisMCmRequest(NULL, NULL, NULL, NULL), ==, NDIS_STATUS_FAILURE);
	g_assert_cmpuint(NdisReadPcmciaAttributeMemory(NULL, 0, &mca, 4), ==, 0);
	g_assert_cmpuint(NdisWritePcmciaAttributeMemory(NULL, 0, &mca, 4), ==, 0);
	status = NDIS_STATUS_SUCCESS;
	NdisMWanIndicateReceive(&status, NULL, NULL, NULL, 0);
	g_assert_cmphex(status, ==, NDIS_STATUS_FAILURE);
	status = NDIS_STATUS_SUCCESS;
	NdisReadEisaSlotInformation(&status, NULL, &number, &eisa);
	g_assert_cmphex(status, ==, NDIS_STATUS_FAILURE);
	status = NDIS_STATUS_SUCCESS;
	NdisReadEisaSlotInformationEx(&status, NULL, &number, &all_eisa, &count);
	g_assert_cmphex(status, ==, NDIS_STATUS_FAILURE);
	g_assert_true(!all_eisa && !count);
	status = NDIS_STATUS_SUCCESS;
	NdisReadMcaPosInformation(&status, NULL, &number, &mca);
	g_assert_cmphex(status, ==, NDIS_STATUS_FAILURE);
}

static unsigned int lines_with(const char *text, const char *name)
{
	unsigned int lines = 0;

	for (; (text = strstr(text, name)); text += strlen(name))
		lines++;
	return lines;
}

static void test_absent(void)
{
	static const char *const names[] = {
		"NdisMCoActivateVcComplete does", "NdisMCoDeactivateVcComplete does",
		"NdisMCoIndicateReceivePacket does", "NdisMCoReceiveComplete does",
		"NdisMCoSendComplete does", "NdisMCmDispatchCallConnected does",
		"NdisMCmDispatchIncomingCloseCall does", "NdisMCmMakeCallComplete does",
		"NdisMCmCloseCallComplete does", "NdisMCmOpenAddressFamilyComplete does",
		"NdisMCmCloseAddressFamilyComplete does", "NdisMCmRegisterSapComplete does",
		"NdisMCmDeregisterSapComplete does", "NdisMCmRegisterAddressFamily does",
		"NdisMCmCreateVc does", "NdisMCmDeleteVc does", "NdisMCmActivateVc does",
		"NdisMCmDeactivateVc does", "NdisMCmDispatchIncomingCall does",
		"NdisMCoIndicateStatus does", "NdisMCoRequestComplete does",
		"NdisMCmRequest does",
		"NdisMTrIndicateReceive does", "NdisMTrIndicateReceiveComplete does",
		"NdisMFddiIndicateReceive does", "NdisMFddiIndicateReceiveComplete does",
		"NdisMArcIndicateReceive does", "NdisMArcIndicateReceiveComplete does",
		"NdisReadPcmciaAttributeMemory does", "NdisWritePcmciaAttributeMemory does",
		"NdisMWanIndicateReceive does", "NdisMWanIndicateReceiveComplete does",
		"NdisMWanSendComplete does", "NdisReadEisaSlotInformation does",
		"NdisReadEisaSlotInformationEx does", "NdisReadMcaPosInformation does"};
	struct ndis_fixture f = {0};
	unsigned int i;

	fixture_set_up(&f);
	g_assert_cmpint(fixture_start(&f), ==, 0);
	for (i = 0; i < 2; i++) {
		void_functions();
		failing_functions();
	}
	for (i = 0; i < G_N_ELEMENTS(names); i++)
		g_assert_cmpuint(lines_with(fixture_log(&f), names[i]), ==, 1);
	fixture_tear_down(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ndis-absent", test_absent);
	return g_test_run();
}
