/* SPDX-License-Identifier: MIT */
/*
 * isa_dma_nic_harness.h - an isa-dma-nic device with a wire and guest memory
 *
 * The wire, the memory and the account of QEMU's log are those of sgnic_harness.h: pass
 * &device->nic to its functions and to those of sgnic_wire.h.  Functions that program the
 * system's DMA controller are in dma_controller.h.
 */
#ifndef ISA_DMA_NIC_HARNESS_H
#define ISA_DMA_NIC_HARNESS_H

#include "../../qemu-device/isa_dma_nic_regs.h"
#include "dma_controller.h"
#include "sgnic_wire.h"

/**
 * struct isa_nic_options - where and how the device is created; zero gives the default.
 * @machine:     "q35" (default), "pc" or "isapc".
 * @properties:  appended to "-device isa-dma-nic,", for example "dma=5".
 * @iobase:      what "iobase" in @properties says; 0 for the default.
 * @channel:     what "dma" in @properties says; 0 for the default. Channel 0: see @channel_0.
 * @channel_0:   "dma=0" is in @properties.
 * @wire_buffer: bytes QEMU may have in flight on the wire before it is busy.
 * @incoming:    wait for a migration stream; the harness does not touch the device.
 */
struct isa_nic_options {
	const char *machine;
	const char *properties;
	uint16_t iobase;
	unsigned int channel;
	bool channel_0;
	int wire_buffer;
	bool incoming;
};

/** struct isa_nic - one QEMU with one isa-dma-nic; members are for reading. */
struct isa_nic {
	struct nic nic; /* first: nic_stop() releases the whole */
	struct isa_nic_options options;
	uint16_t iobase;
	unsigned int channel;
};

/** isa_nic_start() - run QEMU with the device; NULL for the defaults. */
struct isa_nic *isa_nic_start(const struct isa_nic_options *options);

/** isa_nic_start_channel() - isa_nic_start() with "dma=@channel" on @machine. */
struct isa_nic *isa_nic_start_channel(const char *machine, unsigned int channel);

/** isa_nic_stop() - end QEMU; fails if it logged anything no test asked for. */
void isa_nic_stop(struct isa_nic *device);

/** isa_nic_in(), isa_nic_out() - access the 16-bit register at port iobase + @port. */
uint16_t isa_nic_in(struct isa_nic *device, uint16_t port);
void isa_nic_out(struct isa_nic *device, uint16_t port, uint16_t value);

/** isa_nic_get(), isa_nic_set() - access the register behind INDEX and DATA. */
uint16_t isa_nic_get(struct isa_nic *device, uint16_t index);
void isa_nic_set(struct isa_nic *device, uint16_t index, uint16_t value);

/** isa_nic_register_exists() - whether section 3.2 defines a register at @index. */
bool isa_nic_register_exists(uint16_t index);

/** isa_nic_command() - write COMMAND. */
void isa_nic_command(struct isa_nic *device, uint16_t command);

/** isa_nic_transfer() - STATUS.TRANSFER. */
unsigned int isa_nic_transfer(struct isa_nic *device);

/** isa_nic_statistic() - one 32-bit counter of section 3.3. */
uint32_t isa_nic_statistic(struct isa_nic *device, enum isa_dma_nic_statistic counter);

/** isa_nic_expect_statistic() - wait until a counter has exactly @value. */
void isa_nic_expect_statistic(struct isa_nic *device, enum isa_dma_nic_statistic counter,
			      uint32_t value);

/** isa_nic_wait_pending() - wait until all of @causes are pending. */
void isa_nic_wait_pending(struct isa_nic *device, uint16_t causes);

/** isa_nic_take_causes() - read and clear every pending cause; leaves the mask 0. */
uint16_t isa_nic_take_causes(struct isa_nic *device);

/** isa_nic_expect_causes() - let QEMU rest; the pending causes are @causes; clear them. */
void isa_nic_expect_causes(struct isa_nic *device, uint16_t causes);

/** isa_nic_set_link() - connect or cut the cable. */
void isa_nic_set_link(struct isa_nic *device, bool up);

/**
 * isa_nic_expect_error() - check how an error is kept, and that the log names @value; clear
 * it, its cause included.
 * @source: ERROR_SOURCE.
 */
void isa_nic_expect_error(struct isa_nic *device, enum isa_dma_nic_error code, uint16_t source,
			  uint16_t value);

/**
 * struct isa_nic_mistake - a transfer that a real controller would not do, and its report
 * @channel, @address, @bytes, @mode: as for isa_nic_arm().
 * @value: ERROR_VALUE; for a mode without the channel.
 */
struct isa_nic_mistake {
	const char *name;
	unsigned int channel;
	uint32_t address;
	uint32_t bytes;
	uint8_t mode;
	enum isa_dma_nic_error code;
	uint16_t value;
};

/** isa_nic_expect_mistake() - after the start: no request, the error, the transfer's end. */
void isa_nic_expect_mistake(struct isa_nic *device, const struct isa_nic_mistake *mistake);

/** isa_nic_expect_no_error() - ERROR_CODE is 0 and QEMU logged nothing new. */
void isa_nic_expect_no_error(struct isa_nic *device);

/** isa_nic_arm() - program and unmask the device's channel; see dma_start(). */
void isa_nic_arm(struct isa_nic *device, uint64_t address, size_t bytes, uint8_t mode);

/** isa_nic_padded() - @length rounded up to whole units of the device's channel. */
size_t isa_nic_padded(struct isa_nic *device, size_t length);

/** isa_nic_channels - on every machine, what a test of each is to run on. */
#define ISA_NIC_CHANNELS 12
struct isa_nic_channel {
	const char *machine;
	unsigned int number;
};
extern const struct isa_nic_channel isa_nic_channels[ISA_NIC_CHANNELS];

/** isa_nic_modes - request modes of the channel, with and without auto-initialise. */
#define ISA_NIC_MODES 5
extern const uint8_t isa_nic_modes[ISA_NIC_MODES];

/** isa_nic_start_tx() - write TX_LENGTH and TX_START. */
void isa_nic_start_tx(struct isa_nic *device, size_t length);

/** isa_nic_inject() - send a frame to the device and wait until it is in the FIFO. */
void isa_nic_inject(struct isa_nic *device, const struct frame *frame);

#endif /* ISA_DMA_NIC_HARNESS_H */
