/* SPDX-License-Identifier: MIT */
/*
 * pcnet_regs.h - registers and descriptors of the Am79C970A (PCnet-PCI II)
 *
 * Names are those of the chip's data sheet: CSRn is control and status register n, reached through
 * RAP and RDP; BCRn is bus configuration register n, through RAP and BDP. Numbers in memory are
 * little endian. Only the 32-bit structures of software style 2 are described.
 */
#ifndef PCNET_REGS_H
#define PCNET_REGS_H

#include <stdint.h>

#define PCNET_PCI_VENDOR_ID	0x1022u
#define PCNET_PCI_DEVICE_ID	0x2000u

/* The I/O range. Word mode, in which the chip is after a reset. */
#define PCNET_PORTS		32u
#define PCNET_APROM		0x00u	/* 16 bytes; the first 6 are the station address */
#define PCNET_RDP		0x10u	/* the CSR that RAP names */
#define PCNET_RAP		0x12u
#define PCNET_RESET		0x14u	/* reading it resets the chip */
#define PCNET_BDP		0x16u	/* the BCR that RAP names */
#define PCNET_RESET_DWORD	0x18u	/* RESET in double-word mode, a 32-bit port */

/* CSR0: status and control. Causes are cleared by writing 1; INEA is as written. */
#define PCNET_CSR_STATUS	0u
#define PCNET_CSR0_INIT		0x0001u	/* read the initialization block */
#define PCNET_CSR0_STRT		0x0002u
#define PCNET_CSR0_STOP		0x0004u
#define PCNET_CSR0_TDMD		0x0008u	/* look at the transmit ring now */
#define PCNET_CSR0_TXON		0x0010u	/* the transmitter works */
#define PCNET_CSR0_RXON		0x0020u	/* the receiver works */
#define PCNET_CSR0_INEA		0x0040u	/* interrupts are enabled */
#define PCNET_CSR0_INTR		0x0080u	/* a cause that is not masked is there */
#define PCNET_CSR0_IDON		0x0100u	/* initialization is done */
#define PCNET_CSR0_TINT		0x0200u	/* a frame was sent */
#define PCNET_CSR0_RINT		0x0400u	/* a frame was received */
#define PCNET_CSR0_MERR		0x0800u	/* the bus was not granted in time */
#define PCNET_CSR0_MISS		0x1000u	/* a frame found no receive descriptor */
#define PCNET_CSR0_CERR		0x2000u	/* collision test failed; no interrupt */
#define PCNET_CSR0_BABL		0x4000u	/* a transmission was too long */
#define PCNET_CSR0_CAUSES	0x7F00u

/* CSR1, CSR2: logical address of the initialization block. */
#define PCNET_CSR_BLOCK_LOW	1u
#define PCNET_CSR_BLOCK_HIGH	2u

/* CSR3: interrupt masks, at the place of the cause in CSR0. */
#define PCNET_CSR_MASKS		3u

/* CSR4. */
#define PCNET_CSR_FEATURES	4u
#define PCNET_CSR4_JABM		0x0001u	/* four causes that are masked */
#define PCNET_CSR4_TXSTRTM	0x0004u
#define PCNET_CSR4_RCVCCOM	0x0010u
#define PCNET_CSR4_MFCOM	0x0100u
#define PCNET_CSR4_APAD_XMT	0x0800u	/* pad short frames */
#define PCNET_CSR4_DPOLL	0x1000u	/* look at the transmit ring after TDMD only */

/* CSR5. */
#define PCNET_CSR_EXTENDED	5u
#define PCNET_CSR5_SPND		0x0001u	/* suspend; reads as 1 when the chip is suspended */

/* Registers that may be written while the chip is stopped or suspended. */
#define PCNET_CSR_LADRF(word)	(8u + (word))	/* 4 words */
#define PCNET_CSR_MODE		15u

/* CSR88, CSR89: version (4 bits), part number (16), manufacturer (11), 1. Readable when stopped. */
#define PCNET_CSR_CHIP_LOW	88u
#define PCNET_CSR_CHIP_HIGH	89u
#define PCNET_CHIP_PART(id)	((id) >> 12 & 0xFFFFu)
#define PCNET_CHIP_MAKER(id)	((id) >> 1 & 0x7FFu)
#define PCNET_PART_AM79C970A	0x2621u
#define PCNET_MAKER_AMD		0x001u

/* CSR112: frames missed since STRT, 16 bits that wrap. */
#define PCNET_CSR_MISSED	112u

/* BCR4: what the first LED shows, by default the link. */
#define PCNET_BCR_LINK		4u
#define PCNET_BCR4_LEDOUT	0x8000u	/* it is lit */
#define PCNET_BCR4_LNKSTE	0x0040u	/* it shows the link */

/* BCR20: software style, written when the chip is stopped. */
#define PCNET_BCR_STYLE		20u
#define PCNET_STYLE_PCI		2u	/* 32-bit structures */

/* CSR15 and the mode of the initialization block. */
#define PCNET_MODE_DRCVPA	0x2000u	/* do not receive by station address */
#define PCNET_MODE_DRCVBC	0x4000u	/* nor broadcasts */
#define PCNET_MODE_PROM		0x8000u	/* receive everything */

#define PCNET_RING_LOG_MAX	9u	/* 512 descriptors */

/* The initialization block. Aligned to 4 bytes. */
struct pcnet_block {
	uint16_t mode;
	uint8_t receive_log;		/* bits 7-4: binary logarithm of the ring's size */
	uint8_t transmit_log;
	uint8_t address[6];
	uint16_t reserved;
	uint16_t hash[4];		/* LADRF */
	uint32_t receive_ring;		/* aligned to 16 bytes */
	uint32_t transmit_ring;
};

/* A descriptor, of either ring. */
struct pcnet_descriptor {
	uint32_t address;
	uint16_t length;		/* negative; bits 15-12 are ones */
	uint16_t flags;
	uint32_t result;
	uint32_t user;			/* the chip leaves it alone */
};

#define PCNET_LENGTH(bytes)	((uint16_t)(0xF000u | ((0x1000u - (bytes)) & 0xFFFu)))
#define PCNET_LENGTH_MAX	4096u

/* Flags of both rings: RMD1 and TMD1, the high half. */
#define PCNET_OWN		0x8000u	/* the chip's */
#define PCNET_ERR		0x4000u	/* one of the errors below */
#define PCNET_STP		0x0200u	/* first of the frame */
#define PCNET_ENP		0x0100u	/* last of the frame */

/* Of the receive ring. */
#define PCNET_RX_FRAM		0x2000u	/* not whole bytes */
#define PCNET_RX_OFLO		0x1000u	/* the FIFO was full */
#define PCNET_RX_CRC		0x0800u
#define PCNET_RX_BUFF		0x0400u	/* no further buffer */
#define PCNET_RX_COUNT(result)	((result) & 0xFFFu)	/* with the 4 bytes of the checksum */
#define PCNET_FCS		4u

/* Of the transmit ring. */
#define PCNET_TX_MORE		0x1000u	/* several collisions */
#define PCNET_TX_ONE		0x0800u	/* one collision */
#define PCNET_TX_DEF		0x0400u	/* the wire was busy */

/* Of the transmit ring, in the result: TMD2. */
#define PCNET_TX_BUFF		0x80000000u	/* the next descriptor was not the chip's */
#define PCNET_TX_UFLO		0x40000000u	/* data came too late */
#define PCNET_TX_LCOL		0x10000000u	/* late collision */
#define PCNET_TX_LCAR		0x08000000u	/* no link */
#define PCNET_TX_RTRY		0x04000000u	/* sixteen collisions */
/* After these the transmitter is off until the chip is initialized again. */
#define PCNET_TX_FATAL		(PCNET_TX_BUFF | PCNET_TX_UFLO)

#endif /* PCNET_REGS_H */
