/* SPDX-License-Identifier: MIT */
/*
 * hal_driver.c - see hal_driver.h
 */
#include "hal_driver.h"

#include "dma_controller_model.h"

static struct dma_controller_model model;

void driver_set_up(struct hal_fixture *f, gconstpointer policy)
{
	const struct hal_variant variant = {(enum dma_policy)GPOINTER_TO_INT(policy),
					    DMA_FRAGMENT_NONE, 32};

	hal_set_up(f, &variant);
	model_attach(&model, f->platform);
	f->options.map_registers = DRIVER_REGISTERS;
	hal_verify(f, SHIM_VERIFY_REPORT);
}

void driver_get(struct driver *d, struct hal_fixture *f, bool scatter_gather)
{
	DEVICE_DESCRIPTION description = hal_master(f, scatter_gather, 64 * PAGE);

	*d = (struct driver){.f = f, .action = DeallocateObjectKeepRegisters};
	d->adapter = hal_get(f, &description, &d->granted);
}

static IO_ALLOCATION_ACTION control(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	struct driver *d = context;
	KIRQL old;

	d->base = base;
	if (d->leave_at > DISPATCH_LEVEL)
		KeRaiseIrql(d->leave_at, &old);
	return (IO_ALLOCATION_ACTION)d->action;
}

static VOID list_routine(PDEVICE_OBJECT object, PIRP irp, PSCATTER_GATHER_LIST list, PVOID context)
{
	((struct driver *)context)->list = list;
}

void driver_ask(struct driver *d, ULONG registers)
{
	NTSTATUS status;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	status = IoAllocateAdapterChannel(d->adapter, d->f->object, registers, control, d);
	KeLowerIrql(old);
	g_assert_cmphex((ULONG)status, ==,
			registers > d->granted ? (ULONG)STATUS_INSUFFICIENT_RESOURCES : 0);
}

uint64_t driver_map(struct driver *d, PMDL mdl, ULONG length, BOOLEAN to_device)
{
	PHYSICAL_ADDRESS logical = IoMapTransfer(d->adapter, mdl, d->base,
						 MmGetMdlVirtualAddress(mdl), &length, to_device);

	return (uint64_t)logical.QuadPart;
}

void driver_flush(struct driver *d, PMDL mdl, ULONG length, BOOLEAN to_device)
{
	IoFlushAdapterBuffers(d->adapter, mdl, d->base, MmGetMdlVirtualAddress(mdl), length,
			      to_device);
}

void driver_free_registers(struct driver *d, ULONG registers)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoFreeMapRegisters(d->adapter, d->base, registers);
	KeLowerIrql(old);
}

void driver_free_channel(struct driver *d)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoFreeAdapterChannel(d->adapter);
	KeLowerIrql(old);
}

NTSTATUS driver_get_list(struct driver *d, PMDL mdl, PVOID va, ULONG length)
{
	NTSTATUS status;
	KIRQL old;

	d->list = NULL;
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	status = d->adapter->DmaOperations->GetScatterGatherList(d->adapter, d->f->object, mdl, va,
								 length, list_routine, d, TRUE);
	KeLowerIrql(old);
	return status;
}

void driver_put_list(struct driver *d, BOOLEAN to_device)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	d->adapter->DmaOperations->PutScatterGatherList(d->adapter, d->list, to_device);
	KeLowerIrql(old);
}

void driver_put(struct driver *d)
{
	d->adapter->DmaOperations->PutDmaAdapter(d->adapter);
}

DEVICE_DESCRIPTION driver_slave(ULONG channel)
{
	return (DEVICE_DESCRIPTION){
		.Version = DEVICE_DESCRIPTION_VERSION2,
		.DmaChannel = channel,
		.InterfaceType = Isa,
		.DmaWidth = channel > 3 ? Width16Bits : Width8Bits,
		.MaximumLength = PAGE,
	};
}

uint64_t driver_count_of(struct hal_fixture *f, unsigned int code)
{
	return hal_statistics(f).verify.codes[code];
}

uint64_t driver_records(struct hal_fixture *f)
{
	return hal_statistics(f).verify.records;
}
