/* SPDX-License-Identifier: MIT */
/*
 * device.c - buses and device objects; see include/shim_device.h
 */
#include <errno.h>
#include <stdlib.h>

#include "hal/hal.h"
#include "support/log.h"

#define REGISTERS_LIMIT 4096u
#define DEVICE_TYPE	3

_Thread_local struct hal_bus *hal_buses;

static bool options_are_valid(const struct shim_device_options *options)
{
	if (options->map_registers > REGISTERS_LIMIT) {
		log_error("map_registers is %u: at most %u", options->map_registers,
			  REGISTERS_LIMIT);
		return false;
	}
	for (const struct hal_bus *bus = hal_buses; bus; bus = bus->next) {
		if (bus->options.bus_number == options->bus_number) {
			log_error("bus_number %u belongs to another platform", options->bus_number);
			return false;
		}
	}
	return true;
}

static struct hal_bus *find_bus(const struct platform *platform)
{
	struct hal_bus *bus = hal_buses;

	while (bus && bus->platform != platform)
		bus = bus->next;
	return bus;
}

static int find_or_create_bus(struct platform *platform, const struct shim_device_options *options,
			      struct hal_bus **bus)
{
	*bus = find_bus(platform);
	if (*bus && options) {
		log_error("options belong to the first device of a platform");
		return -EINVAL;
	}
	if (*bus)
		return 0;
	if (!options) {
		log_error("the first device of a platform needs options");
		return -EINVAL;
	}
	if (!options_are_valid(options))
		return -EINVAL;
	*bus = calloc(1, sizeof(**bus));
	if (!*bus)
		return -ENOMEM;
	(*bus)->platform = platform;
	(*bus)->options = *options;
	(*bus)->last_code = HAL_CODE_NONE;
	(*bus)->next = hal_buses;
	hal_buses = *bus;
	return 0;
}

static void destroy_bus(struct hal_bus *bus)
{
	struct hal_bus **link = &hal_buses;

	while (bus->adapters) {
		struct hal_adapter *adapter = bus->adapters;

		bus->adapters = adapter->next;
		free(adapter);
	}
	if (bus->dma)
		dma_adapter_destroy(bus->dma);
	while (*link != bus)
		link = &(*link)->next;
	*link = bus->next;
	free(bus);
}

SHIM_EXPORT int shim_device_create(struct platform *platform,
				   const struct shim_device_options *options,
				   struct shim_device **device)
{
	struct shim_device *created;
	struct hal_bus *bus;
	int result = find_or_create_bus(platform, options, &bus);

	if (result)
		return result;
	created = calloc(1, sizeof(*created));
	if (!created) {
		if (!bus->devices)
			destroy_bus(bus);
		return -ENOMEM;
	}
	created->object.Type = DEVICE_TYPE;
	created->object.Size = sizeof(*created);
	created->bus = bus;
	created->next = bus->devices;
	bus->devices = created;
	*device = created;
	return 0;
}

SHIM_EXPORT void *shim_device_object(struct shim_device *device)
{
	return &device->object;
}

static void unlink_device(struct shim_device *device)
{
	struct shim_device **link = &device->bus->devices;

	while (*link != device)
		link = &(*link)->next;
	*link = device->next;
}

/* Everything of the device in the line of an adapter, and the channel if it keeps it. */
static unsigned int leave(struct hal_adapter *adapter, struct shim_device *device, const char *call)
{
	unsigned int left = hal_drop_requests(adapter, device);

	if (left)
		hal_violation(adapter, HAL_CODE_NONE, call,
			      "a device has no request in line when its driver is done with it",
			      "%u requests wait", left);
	if (adapter->holder == device) {
		struct hal_base *held = adapter->held;

		hal_violation(adapter, HAL_CODE_CHANNEL_LEFT, call,
			      "IoFreeAdapterChannel gives back what KeepObject kept",
			      "device %p keeps the adapter %p", (void *)&device->object,
			      (void *)adapter);
		adapter->holder = NULL;
		adapter->held = NULL;
		hal_base_release(adapter, held, HAL_CODE_NOT_FLUSHED, call);
		left++;
	}
	return left;
}

static unsigned int release_adapters(struct hal_bus *bus, const char *call)
{
	unsigned int left = 0;

	for (struct hal_adapter *adapter = bus->adapters; adapter; adapter = adapter->next) {
		if (!adapter->references)
			continue;
		if (!adapter->permanent) {
			hal_violation(adapter, HAL_CODE_NONE, call,
				      "PutDmaAdapter gives back what IoGetDmaAdapter yielded",
				      "the adapter %p is not given back", (void *)adapter);
			left++;
		}
		left += hal_adapter_discard(adapter, call);
	}
	return left;
}

SHIM_EXPORT unsigned int shim_device_destroy(struct shim_device *device)
{
	static const char call[] = "shim_device_destroy";
	struct hal_bus *bus = device->bus;
	unsigned int left = 0;

	for (struct hal_adapter *adapter = bus->adapters; adapter; adapter = adapter->next) {
		if (adapter->references)
			left += leave(adapter, device, call);
	}
	if (!device->next && bus->devices == device)
		left += release_adapters(bus, call);
	for (struct hal_adapter *adapter = bus->adapters; adapter; adapter = adapter->next) {
		if (adapter->references)
			hal_serve_queue(adapter);
	}
	if (!hal_buses->next && !device->next && bus->devices == device)
		left += hal_mdls_discard();
	unlink_device(device);
	if (!bus->devices)
		destroy_bus(bus);
	free(device);
	return left;
}

static void add(struct dma_statistics *sum, const struct dma_statistics *part)
{
	sum->map_registers_allocated += part->map_registers_allocated;
	sum->map_registers_mapped += part->map_registers_mapped;
	sum->map_registers_peak += part->map_registers_peak;
	for (unsigned int i = 0; i < DMA_POLICY_COUNT; i++) {
		sum->mappings[i] += part->mappings[i];
		sum->bytes[i] += part->bytes[i];
	}
	sum->failures += part->failures;
	sum->common_bytes += part->common_bytes;
	sum->cache_entries += part->cache_entries;
	sum->cache_hits += part->cache_hits;
	sum->cache_misses += part->cache_misses;
	sum->cache_evictions += part->cache_evictions;
}

SHIM_EXPORT void shim_device_statistics(struct shim_device *device,
					struct shim_device_statistics *statistics)
{
	const struct hal_bus *bus = device->bus;

	*statistics = (struct shim_device_statistics){
		.violations = bus->violations,
		.last_code = bus->last_code,
	};
	for (const struct hal_adapter *adapter = bus->adapters; adapter; adapter = adapter->next) {
		if (!adapter->references)
			continue;
		statistics->adapters++;
		for (const struct hal_request *r = adapter->queue; r; r = r->next)
			statistics->waiting++;
		if (adapter->dma)
			add(&statistics->dma, dma_adapter_statistics(adapter->dma));
	}
}
