/* SPDX-License-Identifier: MIT */
/*
 * queue.h - inside of the simulated processor, for the files of ke/ only
 */
#ifndef KE_QUEUE_H
#define KE_QUEUE_H

#include "ke/processor.h"

struct ke_dpc_queue {
	struct ke_dpc *head;
	struct ke_dpc **tail; /* NULL while the queue has never been used */
};

struct ke_work_queue {
	struct ke_work_item *head;
	struct ke_work_item **tail;
};

struct ke_processor {
	struct ke_dpc_queue dpcs;
	struct ke_timer *timers; /* ascending deadlines */
	struct ke_work_queue work_items;
	struct event_loop *loop;
	unsigned int loop_users;
	unsigned int mutexes; /* that drivers hold: their work items wait meanwhile */
};

/** ke_processor() - the processor of the calling thread. */
struct ke_processor *ke_processor(void);

/** ke_run_dpcs() - at DISPATCH: run DPCs until none is queued.  Return: how many. */
int ke_run_dpcs(void);

/** ke_run_timers() - PASSIVE: run the timers whose time has come.  Return: how many. */
int ke_run_timers(void);

/** ke_time_to_next_timer() - ns, 0 when one is due, -1 when none is armed. */
int64_t ke_time_to_next_timer(void);

/** ke_run_queued_work_items() - PASSIVE: run the work items queued now.  Return: how many. */
int ke_run_queued_work_items(void);

/* Parts of ke_forget_memory(). */
unsigned int ke_forget_timers(const void *va, size_t length);

static inline bool ke_is_within(const void *object, const void *va, size_t length)
{
	return (uintptr_t)object - (uintptr_t)va < length;
}

#endif /* KE_QUEUE_H */
