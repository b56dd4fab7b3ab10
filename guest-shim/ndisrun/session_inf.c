/* SPDX-License-Identifier: MIT */
/*
 * session_inf.c - settings from an INF file
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ndisrun/command.h"
#include "ndisrun/session.h"

#define CONFIGURATION_HEADER 64

int session_read_inf(struct session *session)
{
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};

	if (session->options->inf && inf_file_read(session->options->inf, &session->inf, &why) < 0)
		return session_fail(session, EXIT_USAGE, "--inf: %s", message);
	return EXIT_OK;
}

/* Later parameters replace earlier ones of the same name. */
static int join_parameters(struct session *session)
{
	const struct shim_adapter_options *options = &session->options->adapter;
	const struct inf_keyword *keyword;
	unsigned int count = options->parameter_count;

	for (keyword = session->settings.keywords; keyword; keyword = keyword->next)
		count += keyword->value != NULL;
	session->parameters = calloc(count + 1, sizeof(*session->parameters));
	if (!session->parameters)
		return session_fail(session, EXIT_FAILED, "out of memory");
	count = 0;
	for (keyword = session->settings.keywords; keyword; keyword = keyword->next) {
		if (!keyword->value)
			continue;
		session->parameters[count].keyword = keyword->name;
		session->parameters[count++].value = keyword->value;
	}
	memcpy(session->parameters + count, options->parameters,
	       options->parameter_count * sizeof(*options->parameters));
	session->parameter_count = count + options->parameter_count;
	return EXIT_OK;
}

int session_configure(struct session *session)
{
	const struct shim_adapter_options *options = &session->options->adapter;
	uint8_t header[CONFIGURATION_HEADER];
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};
	struct inf_device device;
	unsigned int i;

	session->parameter_count = options->parameter_count;
	if (!session->inf)
		return EXIT_OK;
	if (platform_config_read(session->platform, 0, header, sizeof(header)) != sizeof(header))
		return session_fail(session, EXIT_DEVICE,
				    "cannot read the configuration space of %s",
				    session->options->device);
	inf_device_of_pci(header, &device);
	if (inf_settings_read(session->inf, &device, &session->settings, &why) < 0)
		return session_fail(session, EXIT_USAGE, "--inf: %s", message);
	for (i = 0; i < options->parameter_count; i++)
		if (inf_settings_check(&session->settings, options->parameters[i].keyword,
				       options->parameters[i].value, &why) < 0)
			return session_fail(session, EXIT_USAGE, "--set %s=%s: %s",
					    options->parameters[i].keyword,
					    options->parameters[i].value, message);
	return join_parameters(session);
}
