/* SPDX-License-Identifier: MIT */
/*
 * session_isa.c - a session on an ISA device
 */
#include <unistd.h>

#include "ndisrun/command.h"
#include "ndisrun/session.h"
#include "platform/isa/isa.h"
#include "platform/linux/explain.h"

int session_isa_take_device(struct session *session)
{
	char message[EXPLAIN_SIZE];

	if (geteuid() != 0)
		return session_fail(
			session, EXIT_DEVICE,
			"'run' with --isa uses I/O ports and physical memory: run it as root");
	if (isa_platform_open(&session->options->isa.resources, session->loop, &session->platform,
			      message, sizeof(message)) < 0)
		return session_fail(session, EXIT_DEVICE, "%s", message);
	return EXIT_OK;
}

void session_isa_print_start(const struct session *session, FILE *file)
{
	const struct platform_isa *isa = &session->options->isa.resources;

	fprintf(file, "ports: 0x%x to 0x%x\n", isa->port, isa->port + isa->ports - 1);
	if (isa->dma != PLATFORM_ISA_NO_DMA)
		fprintf(file, "DMA: channel %u, %u bits\n", isa->dma, isa->dma > 3 ? 16 : 8);
}
