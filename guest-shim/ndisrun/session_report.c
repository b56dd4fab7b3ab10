/* SPDX-License-Identifier: MIT */
/*
 * session_report.c - start-up lines and counters
 */
#include <inttypes.h>
#include <string.h>

#include <ndis/oid.h>

#include "ndisrun/session.h"

static const char *iommu_kind(const char *name)
{
	if (strncmp(name, "dmar", 4) == 0)
		return "Intel VT-d";
	if (strncmp(name, "ivhd", 4) == 0)
		return "AMD-Vi";
	return "IOMMU";
}

static void print_interrupt(const struct session *session, FILE *file)
{
	const struct isa_run_options *isa = &session->options->isa;

	if (isa->enabled)
		fprintf(file, "interrupt: %u%s\n", isa->resources.irq,
			session->platform->capabilities.polls_interrupt ? ", polled" : "");
	else
		fprintf(file, "interrupt: %s\n",
			interrupt_kind_name(platform_interrupt_kind(session->platform)));
}

void session_print_start(const struct session *session, FILE *file)
{
	const struct pci_device *device = &session->device;
	const struct dma_options *dma = &session->options->adapter.dma;
	const uint8_t *mac = session->station;
	const struct isa_run_options *isa = &session->options->isa;
	const struct offload *offload = &session->bridge.offload;

	shim_log_end_line();
	if (session->options->qtest.enabled) {
		session_qtest_print_start(session, file);
	} else if (isa->enabled) {
		fprintf(file, "device: %s\n", session->options->device);
	} else {
		fprintf(file, "device: %s (%04x:%04x)\n", device->address, device->vendor,
			device->device);
		fprintf(file, "driver before: %s\n", device->driver[0] ? device->driver : "none");
		fprintf(file, "IOMMU: %s (%s), group %d\n", iommu_kind(device->iommu),
			device->iommu, device->iommu_group);
		fprintf(file, "VFIO: %s\n", vfio_platform_way(session->platform));
	}
	fprintf(file, "miniport: %s\n", session->driver->library.path);
	if (isa->enabled)
		session_isa_print_start(session, file);
	else
		fprintf(file, "policy: %s, fragment %s, copybreak %zu\n",
			dma_policy_name(dma->policy),
			dma->fragment == DMA_FRAGMENT_PAGE ? "page" : "none", dma->copybreak);
	if (session->options->physical)
		fprintf(file, "addresses: physical\n");
	print_interrupt(session, file);
	fprintf(file, "verifier: %s\n", shim_verify_name(session->options->adapter.verify));
	fprintf(file, "interface: %s, address %02x:%02x:%02x:%02x:%02x:%02x, MTU %u\n",
		session->tap.name, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5], session->mtu);
	if (session->tap.descriptor >= 0)
		fprintf(file, "checksum offload: %s\n",
			offload->transmit && offload->receive ? "transmit, receive"
			: offload->transmit		      ? "transmit"
			: offload->receive		      ? "receive"
							      : "none");
	if (session->tap.descriptor >= 0 && offload->large_sends)
		fprintf(file, "large send offload: up to %u bytes, from %u segments on\n",
			offload->tasks.large_send.MaxOffLoadSize,
			offload->tasks.large_send.MinSegmentCount);
	else if (session->tap.descriptor >= 0)
		fprintf(file, "large send offload: none\n");
	if (session->control.listener >= 0)
		fprintf(file, "control socket: %s\n", session->control.address.sun_path);
	fflush(file);
}

static void print_counter(FILE *file, const char *name, uint64_t value)
{
	fprintf(file, "%s: %" PRIu64 "\n", name, value);
}

/* A miniport that does not count something leaves the line out. */
static void print_oid(struct session *session, FILE *file, const char *name, uint32_t oid)
{
	uint64_t value = 0;

	if (shim_query(session->adapter, oid, &value, sizeof(uint32_t)) > 0)
		print_counter(file, name, value);
}

static void print_traffic(struct session *session, const struct shim_statistics *statistics,
			  FILE *file)
{
	const struct offload *offload = &session->bridge.offload;
	enum offload_refusal refusal;

	print_counter(file, "frames sent", statistics->frames_sent);
	print_counter(file, "bytes sent", statistics->bytes_sent);
	print_counter(file, "send failures", statistics->send_failures);
	print_counter(file, "sends pending", statistics->sends_pending);
	print_counter(file, "frames received", statistics->frames_received);
	print_counter(file, "bytes received", statistics->bytes_received);
	print_counter(file, "not delivered", session->bridge.not_delivered);
	print_counter(file, "not sent", bridge_not_sent(&session->bridge));
	for (refusal = 0; refusal < OFFLOAD_REFUSALS; refusal++)
		fprintf(file, "not sent, %s: %" PRIu64 "\n", offload_refusal_text(refusal),
			offload->refused[refusal]);
	print_counter(file, "transmit pauses", session->bridge.pauses);
	print_counter(file, "checksums left to the driver", offload->checksums_left);
	print_counter(file, "checksums computed", offload->checksums_computed);
	print_counter(file, "checksums found good", offload->checksums_good);
	print_counter(file, "received segments merged", session->bridge.merged);
	print_counter(file, "large sends", statistics->large_sends);
	print_counter(file, "large sends left to the driver", offload->large_sends_left);
	print_counter(file, "large sends cut up", offload->large_sends_cut);
	print_counter(file, "VLAN tags put back", offload->tags);
	print_oid(session, file, "device transmit errors", OID_GEN_XMIT_ERROR);
	print_oid(session, file, "device receive errors", OID_GEN_RCV_ERROR);
	print_oid(session, file, "device out of receive buffers", OID_GEN_RCV_NO_BUFFER);
	print_counter(file, "interrupts", statistics->interrupts);
	print_counter(file, "foreign interrupts", statistics->interrupts_foreign);
	print_counter(file, "DPCs", statistics->dpcs);
}

static void print_dma(const struct dma_statistics *dma, FILE *file)
{
	enum dma_policy policy;

	print_counter(file, "map registers allocated", dma->map_registers_allocated);
	print_counter(file, "map registers high-water mark", dma->map_registers_peak);
	print_counter(file, "map registers mapped now", dma->map_registers_mapped);
	for (policy = DMA_POLICY_REMAP; policy < DMA_POLICY_COUNT; policy++) {
		fprintf(file, "mappings %s: %" PRIu64 "\n", dma_policy_name(policy),
			dma->mappings[policy]);
		fprintf(file, "bytes mapped %s: %" PRIu64 "\n", dma_policy_name(policy),
			dma->bytes[policy]);
	}
	print_counter(file, "cached buffers", dma->cache_entries);
	print_counter(file, "cache hits", dma->cache_hits);
	print_counter(file, "cache misses", dma->cache_misses);
	print_counter(file, "cache evictions", dma->cache_evictions);
	print_counter(file, "mapping failures", dma->failures);
	print_counter(file, "shared memory bytes", dma->common_bytes);
}

static void print_verifier(const struct shim_verify_statistics *verify, FILE *file)
{
	unsigned int code;

	fprintf(file, "verifier: %s\n", shim_verify_name(verify->mode));
	if (verify->mode == SHIM_VERIFY_OFF)
		return;
	print_counter(file, "verifier records", verify->records);
	for (code = 0; code < SHIM_VERIFY_CODES; code++)
		if (verify->codes[code])
			fprintf(file, "verifier 0x%02X (%s): %" PRIu64 "\n", code,
				shim_verify_code_text(code), verify->codes[code]);
	print_counter(file, "verifier, rules without a number", verify->uncoded);
}

void session_print_statistics(struct session *session, FILE *file)
{
	struct shim_statistics statistics;

	fault_list_poll(&session->faults, session->platform, session->adapter);
	shim_adapter_statistics(session->adapter, &statistics);
	fprintf(file, "interface: %s\n", session->tap.name);
	print_interrupt(session, file);
	print_traffic(session, &statistics, file);
	print_dma(&statistics.dma, file);
	print_counter(file, "broken rules", statistics.violations);
	print_verifier(&statistics.verify, file);
	print_counter(file, "IOMMU faults", session->faults.count);
	fflush(file);
}
