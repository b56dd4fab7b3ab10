/* SPDX-License-Identifier: MIT */
/*
 * e1000_regs.h - registers and descriptors of the Intel 82540EM
 *
 * From the "PCI/PCI-X Family of Gigabit Ethernet Controllers Software Developer's Manual" (Intel
 * document 317453): chapter 13 describes the registers, 3.2 and 3.3 the descriptors, 5 the EEPROM.
 * Only what the driver uses is here. Includes nothing but stdint.h, so that tests can use it.
 */
#ifndef E1000_REGS_H
#define E1000_REGS_H

#include <stdint.h>

#define E1000_PCI_ID			0x100E8086u	/* 82540EM: device ID, vendor ID */
#define E1000_REGISTERS_SIZE		0x20000u	/* of BAR 0 */
#define E1000_ALL_ONES			0xFFFFFFFFu	/* what the bus answers for a device that is gone */

/* ---- general ------------------------------------------------------------------------------ */

#define E1000_CTRL			0x0000
#define E1000_CTRL_FULL_DUPLEX		0x00000001u
#define E1000_CTRL_LINK_RESET		0x00000008u
#define E1000_CTRL_AUTO_SPEED		0x00000020u	/* ASDE: speed as the PHY says */
#define E1000_CTRL_SET_LINK_UP		0x00000040u
#define E1000_CTRL_INVERT_LOSS		0x00000080u
#define E1000_CTRL_FORCE_SPEED		0x00000800u
#define E1000_CTRL_FORCE_DUPLEX		0x00001000u
#define E1000_CTRL_RESET		0x04000000u	/* clears itself */
#define E1000_CTRL_RECEIVE_PAUSE	0x08000000u
#define E1000_CTRL_TRANSMIT_PAUSE	0x10000000u
#define E1000_CTRL_VLAN			0x40000000u
#define E1000_CTRL_PHY_RESET		0x80000000u

#define E1000_STATUS			0x0008
#define E1000_STATUS_LINK_UP		0x00000002u
#define E1000_STATUS_SPEED(status)	(((status) >> 6) & 3u)	/* 0: 10, 1: 100, 2 and 3: 1000 Mbit/s */

#define E1000_EERD			0x0014
#define E1000_EERD_START		0x00000001u
#define E1000_EERD_DONE			0x00000010u
#define E1000_EERD_ADDRESS(word)	((uint32_t)(word) << 8)
#define E1000_EERD_DATA(value)		((uint16_t)((value) >> 16))

/* Flow control is off: what pause frames look like and how long to pause is all zero. */
#define E1000_FCAL			0x0028
#define E1000_FCAH			0x002C
#define E1000_FCT			0x0030
#define E1000_FCTTV			0x0170

/* EEPROM: 64 words whose sum is this; the first three are the address, low byte first. */
#define E1000_EEPROM_WORDS		64
#define E1000_EEPROM_SUM		0xBABAu

/* ---- interrupts --------------------------------------------------------------------------- */

#define E1000_ICR			0x00C0		/* reading it clears it */
#define E1000_ICS			0x00C8		/* sets causes */
#define E1000_IMS			0x00D0		/* enables causes */
#define E1000_IMC			0x00D8		/* disables causes */
#define E1000_CAUSE_TX_WRITTEN		0x00000001u	/* a descriptor with REPORT was written back */
#define E1000_CAUSE_LINK		0x00000004u
#define E1000_CAUSE_RX_LOW		0x00000010u	/* few receive descriptors are left */
#define E1000_CAUSE_RX_OVERRUN		0x00000040u
#define E1000_CAUSE_RX_TIMER		0x00000080u	/* frames were received */

/* ---- receive ------------------------------------------------------------------------------ */

#define E1000_RCTL			0x0100
#define E1000_RCTL_ENABLE		0x00000002u
#define E1000_RCTL_ALL_UNICAST		0x00000008u
#define E1000_RCTL_ALL_MULTICAST	0x00000010u
#define E1000_RCTL_LOW_HALF		0x00000000u	/* RDMTS: RX_LOW with half of the ring */
#define E1000_RCTL_BROADCAST		0x00008000u
#define E1000_RCTL_BUFFER_2048		0x00000000u	/* BSIZE, with BSEX 0 */
#define E1000_RCTL_STRIP_CRC		0x04000000u

#define E1000_RDBAL			0x2800
#define E1000_RDBAH			0x2804
#define E1000_RDLEN			0x2808		/* bytes, a multiple of 128 */
#define E1000_RDH			0x2810
#define E1000_RDT			0x2818
#define E1000_RDTR			0x2820
#define E1000_RADV			0x282C

#define E1000_MULTICAST_TABLE(n)	(0x5200u + 4u * (n))
#define E1000_MULTICAST_ENTRIES		128
#define E1000_ADDRESS_LOW(n)		(0x5400u + 8u * (n))
#define E1000_ADDRESS_HIGH(n)		(0x5404u + 8u * (n))
#define E1000_ADDRESS_VALID		0x80000000u
#define E1000_ADDRESS_ENTRIES		16		/* entry 0 is the station's */

struct e1000_receive_descriptor {
	uint64_t address;
	uint16_t length;
	uint16_t checksum;
	uint8_t status;
	uint8_t errors;
	uint16_t special;
};

#define E1000_RECEIVE_DONE		0x01u
#define E1000_RECEIVE_END		0x02u
#define E1000_RECEIVE_ERRORS		0x97u	/* CRC, symbol, sequence, carrier extension, data */

/* ---- transmit ----------------------------------------------------------------------------- */

#define E1000_TCTL			0x0400
#define E1000_TCTL_ENABLE		0x00000002u
#define E1000_TCTL_PAD			0x00000008u
#define E1000_TCTL_COLLISIONS(n)	((uint32_t)(n) << 4)
#define E1000_TCTL_DISTANCE(n)		((uint32_t)(n) << 12)
#define E1000_TIPG			0x0410
#define E1000_TIPG_COPPER		(10u | 8u << 10 | 6u << 20)

#define E1000_TDBAL			0x3800
#define E1000_TDBAH			0x3804
#define E1000_TDLEN			0x3808		/* bytes, a multiple of 128 */
#define E1000_TDH			0x3810
#define E1000_TDT			0x3818
#define E1000_TIDV			0x3820
#define E1000_TADV			0x382C

struct e1000_transmit_descriptor {
	uint64_t address;
	uint16_t length;
	uint8_t checksum_offset;
	uint8_t command;
	uint8_t status;
	uint8_t checksum_start;
	uint16_t special;
};

#define E1000_TRANSMIT_END		0x01u	/* command: last of the frame */
#define E1000_TRANSMIT_INSERT_CRC	0x02u
#define E1000_TRANSMIT_REPORT		0x08u	/* write DONE when it is read */
#define E1000_TRANSMIT_DONE		0x01u	/* status */
#define E1000_TRANSMIT_ERRORS		0x06u	/* excess or late collision */

/* ---- counters, cleared by reading (13.7) -------------------------------------------------- */

#define E1000_CRCERRS			0x4000
#define E1000_ALGNERRC			0x4004
#define E1000_RXERRC			0x400C
#define E1000_MPC			0x4010		/* missed: no room */
#define E1000_SCC			0x4014
#define E1000_ECOL			0x4018
#define E1000_MCC			0x401C
#define E1000_LATECOL			0x4020
#define E1000_RLEC			0x4040
#define E1000_GPRC			0x4074
#define E1000_BPRC			0x4078
#define E1000_MPRC			0x407C
#define E1000_GPTC			0x4080
#define E1000_RUC			0x40A4
#define E1000_ROC			0x40AC
#define E1000_MPTC			0x40F0
#define E1000_BPTC			0x40F4

#endif /* E1000_REGS_H */
