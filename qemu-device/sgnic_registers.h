/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: how a register is described
 */
#ifndef SGNIC_REGISTERS_H
#define SGNIC_REGISTERS_H

#include "sgnic_internal.h"

enum {
    SGNIC_R = 1,
    SGNIC_W = 2,
    SGNIC_RW = SGNIC_R | SGNIC_W,
    SGNIC_STOPPED = 4,          /* BUSY unless the queue or all are DISABLED */
    SGNIC_UNSET = 8,            /* 0 after reset, which no write can bring */
    SGNIC_DERIVED = 16,         /* the device stores what no write can */
};

typedef struct SgnicRegister {
    const char *name;
    unsigned access;
    size_t field;               /* in SgnicState or SgnicQueue; 0: none */
    uint32_t constant;
    uint32_t (*read)(SgnicState *s, SgnicQueue *q);
    bool (*valid)(const SgnicState *s, uint32_t value);
    void (*written)(SgnicState *s, SgnicQueue *q, uint32_t value);
} SgnicRegister;

/* What an offset stands for */
typedef struct SgnicTarget {
    const SgnicRegister *reg;
    uint32_t *storage;          /* of the value, if it has one */
    SgnicQueue *q;
} SgnicTarget;

/* By offset; one without a name is none. */
extern const SgnicRegister sgnic_queue_registers[SGNIC_QUEUE_SPAN / 4];
extern const SgnicRegister sgnic_statistic_register;
extern const SgnicRegister sgnic_doorbell_register;

bool sgnic_valid_one_bit(const SgnicState *s, uint32_t value);
bool sgnic_valid_vector(const SgnicState *s, uint32_t value);
bool sgnic_find_register(SgnicState *s, hwaddr offset, SgnicTarget *t);

#endif /* SGNIC_REGISTERS_H */
