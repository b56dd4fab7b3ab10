/* SPDX-License-Identifier: MIT */
/*
 * processor.h - the simulated processor
 *
 * A thread is one processor of the simulated machine.  It has an IRQL, a queue
 * of deferred procedure calls (DPCs), a list of timers, a queue of work items,
 * and at most one event loop that delivers interrupts.  Nothing runs in the
 * background: all of it happens inside ke_run_once(), or, for DPCs, when the
 * IRQL drops below DISPATCH_LEVEL.  What NT achieves by preemption is an order
 * of calls here, so one set of rules can be checked: what runs at which level.
 *
 * The objects below live in the memory of whoever queues them and hold no
 * resource; they are zero when idle.
 */
#ifndef KE_PROCESSOR_H
#define KE_PROCESSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/event_loop.h"
#include "support/compiler.h"

/* Interrupt request levels, with the values of ndis-headers/ddk/irql.h. */
enum {
	KE_PASSIVE_LEVEL = 0,
	KE_DISPATCH_LEVEL = 2,
	KE_DEVICE_LEVEL = 5,
	KE_HIGH_LEVEL = 15,
};

typedef void (*ke_routine)(void *context);

/** struct ke_dpc - a call to be made at DISPATCH_LEVEL */
struct ke_dpc {
	struct ke_dpc *next;
	ke_routine routine;
	void *context;
	bool queued;
};

/** struct ke_timer - a call to be made at DISPATCH_LEVEL when its time has come */
struct ke_timer {
	struct ke_timer *next;
	uint64_t deadline; /* event_loop_now() in ns */
	uint64_t period;   /* ns, 0 for one shot */
	ke_routine routine;
	void *context;
	bool armed;
};

/** struct ke_work_item - a call to be made at PASSIVE_LEVEL; @of_driver: while no mutex is held */
struct ke_work_item {
	struct ke_work_item *next;
	ke_routine routine;
	void *context;
	bool queued;
	bool of_driver;
};

/* The level of the calling thread.  Read through ke_current_irql(). */
extern _Thread_local unsigned int ke_irql FAST_THREAD_LOCAL;

/** ke_current_irql() - any level: the level of the calling thread. */
static inline unsigned int ke_current_irql(void)
{
	return ke_irql;
}

/** ke_irql_to_higher(), ke_irql_to_lower() - slow parts of the two functions below. */
unsigned int ke_irql_to_higher(unsigned int level);
void ke_irql_to_lower(unsigned int level);

/**
 * ke_raise_irql() - go to @level
 *
 * Return: the level before.  Bug check IRQL_NOT_GREATER_OR_EQUAL when @level is lower.
 */
static inline unsigned int ke_raise_irql(unsigned int level)
{
	return level == ke_irql ? level : ke_irql_to_higher(level);
}

/**
 * ke_lower_irql() - go back to @level; runs waiting DPCs when that is below DISPATCH_LEVEL
 *
 * Bug check IRQL_NOT_LESS_OR_EQUAL when @level is higher than the present one.
 */
static inline void ke_lower_irql(unsigned int level)
{
	if (level != ke_irql || level < KE_DISPATCH_LEVEL)
		ke_irql_to_lower(level);
}

/**
 * ke_attach_event_loop() - PASSIVE: make @loop the source of this processor's interrupts
 *
 * Calls nest; each needs one ke_detach_event_loop().
 * Return: 0; -EBUSY when the processor has another loop.
 */
int ke_attach_event_loop(struct event_loop *loop);

/** ke_detach_event_loop() - PASSIVE: undo one ke_attach_event_loop(). */
void ke_detach_event_loop(void);

/**
 * ke_run_once() - PASSIVE: deliver what is due, waiting for it if necessary
 * @timeout: ns to wait at most; 0 polls, negative waits without limit.
 *
 * Runs expired timers, DPCs, work items and the handlers of the event loop.
 * May be called from code that runs at PASSIVE_LEVEL inside it.
 * Return: calls made; 0 at the time limit; -EINTR after a signal; -EDEADLK above PASSIVE_LEVEL;
 * another -errno of event_loop_run_once().
 */
int ke_run_once(int64_t timeout);

/**
 * ke_wait() - PASSIVE: run until @condition(@context) is true
 * @timeout: ns; negative waits without limit.
 *
 * Return: whether the condition is true.
 */
bool ke_wait(bool (*condition)(void *context), void *context, int64_t timeout);

/** ke_sleep() - PASSIVE: run for @duration ns. */
void ke_sleep(uint64_t duration);

/** ke_dpc_queue() - any level: Return: false when it was queued already. */
bool ke_dpc_queue(struct ke_dpc *dpc, ke_routine routine, void *context);

/** ke_dpc_to_front() - any level: of those that are queued it runs first. */
void ke_dpc_to_front(struct ke_dpc *dpc);

/** ke_dpc_cancel() - <= DISPATCH: Return: whether it was queued. */
bool ke_dpc_cancel(struct ke_dpc *dpc);

/**
 * ke_timer_set() - <= DISPATCH: call @routine(@context) in @delay ns, then every @period ns
 *
 * A timer that is armed is armed anew.  Return: whether it was armed before.
 */
bool ke_timer_set(struct ke_timer *timer, uint64_t delay, uint64_t period, ke_routine routine,
		  void *context);

/** ke_timer_cancel() - <= DISPATCH: no call after return.  Return: whether it was armed. */
bool ke_timer_cancel(struct ke_timer *timer);

/** ke_work_item_queue() - <= DISPATCH: Return: false when it was queued already. */
bool ke_work_item_queue(struct ke_work_item *item, ke_routine routine, void *context);

/** ke_work_item_queue_of_driver() - the same; it waits while a driver, on this stack, holds a mutex. */
bool ke_work_item_queue_of_driver(struct ke_work_item *item, ke_routine routine, void *context);

/** ke_work_item_cancel() - <= DISPATCH: Return: whether it was queued. */
bool ke_work_item_cancel(struct ke_work_item *item);

/** ke_run_work_items() - PASSIVE: run work items until none is queued that may run. */
void ke_run_work_items(void);

/**
 * ke_forget_mutexes() - PASSIVE: no mutex is held any more, so that work items run
 *
 * Return: how many were: each is a bug of whoever did not release it.
 */
unsigned int ke_forget_mutexes(void);

/** ke_matcher - is this context what is looked for? */
typedef bool (*ke_matcher)(const void *context, const void *key);

/**
 * ke_timer_find(), ke_work_item_find() - <= DISPATCH: what is armed or queued
 * @routine: that it calls.
 * @matches: called with the context of each and @key.
 *
 * Return: the context of the first that matches, or NULL.
 */
void *ke_timer_find(ke_routine routine, ke_matcher matches, const void *key);
void *ke_work_item_find(ke_routine routine, ke_matcher matches, const void *key);

/**
 * ke_forget_memory() - <= DISPATCH: [@va, @va + @length) is about to be freed
 *
 * Takes every DPC, timer and work item inside it out of its list.  Return:
 * how many there were: each is a bug of the caller that owns the memory.
 */
unsigned int ke_forget_memory(const void *va, size_t length);

#endif /* KE_PROCESSOR_H */
