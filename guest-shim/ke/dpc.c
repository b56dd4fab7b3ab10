/* SPDX-License-Identifier: MIT */
/*
 * dpc.c - deferred procedure calls and work items: two first-in first-out queues
 */
#include "ke/queue.h"

bool ke_dpc_queue(struct ke_dpc *dpc, ke_routine routine, void *context)
{
	struct ke_dpc_queue *queue = &ke_processor()->dpcs;

	if (dpc->queued)
		return false;
	*dpc = (struct ke_dpc){.routine = routine, .context = context, .queued = true};
	if (!queue->head)
		queue->tail = &queue->head;
	*queue->tail = dpc;
	queue->tail = &dpc->next;
	return true;
}

static void unlink_dpc(struct ke_dpc **link)
{
	struct ke_dpc_queue *queue = &ke_processor()->dpcs;
	struct ke_dpc *dpc = *link;

	*link = dpc->next;
	if (queue->tail == &dpc->next)
		queue->tail = link;
	dpc->queued = false;
}

void ke_dpc_to_front(struct ke_dpc *dpc)
{
	struct ke_dpc_queue *queue = &ke_processor()->dpcs;

	if (!ke_dpc_cancel(dpc))
		return;
	dpc->queued = true;
	dpc->next = queue->head;
	if (!queue->head)
		queue->tail = &dpc->next;
	queue->head = dpc;
}

bool ke_dpc_cancel(struct ke_dpc *dpc)
{
	struct ke_dpc **link = &ke_processor()->dpcs.head;

	while (*link && *link != dpc)
		link = &(*link)->next;
	if (!*link)
		return false;
	unlink_dpc(link);
	return true;
}

int ke_run_dpcs(void)
{
	struct ke_dpc_queue *queue = &ke_processor()->dpcs;
	struct ke_dpc *dpc;
	int count = 0;

	while ((dpc = queue->head)) {
		unlink_dpc(&queue->head);
		dpc->routine(dpc->context);
		count++;
	}
	return count;
}

static bool queue_work_item(struct ke_work_item *item, ke_routine routine, void *context,
			    bool of_driver)
{
	struct ke_work_queue *queue = &ke_processor()->work_items;

	/* The list decides, not item->queued: drivers prepare items that wait. */
	for (const struct ke_work_item *i = queue->head; i; i = i->next) {
		if (i == item)
			return false;
	}
	*item = (struct ke_work_item){
		.routine = routine, .context = context, .queued = true, .of_driver = of_driver};
	if (!queue->head)
		queue->tail = &queue->head;
	*queue->tail = item;
	queue->tail = &item->next;
	return true;
}

bool ke_work_item_queue(struct ke_work_item *item, ke_routine routine, void *context)
{
	return queue_work_item(item, routine, context, false);
}

bool ke_work_item_queue_of_driver(struct ke_work_item *item, ke_routine routine, void *context)
{
	return queue_work_item(item, routine, context, true);
}

static void unlink_work_item(struct ke_work_item **link)
{
	struct ke_work_queue *queue = &ke_processor()->work_items;
	struct ke_work_item *item = *link;

	*link = item->next;
	if (queue->tail == &item->next)
		queue->tail = link;
	item->queued = false;
}

bool ke_work_item_cancel(struct ke_work_item *item)
{
	struct ke_work_item **link = &ke_processor()->work_items.head;

	while (*link && *link != item)
		link = &(*link)->next;
	if (!*link)
		return false;
	unlink_work_item(link);
	return true;
}

static bool may_run(const struct ke_work_item *item)
{
	return !item->of_driver || !ke_processor()->mutexes;
}

/* Return: where the first item is that may run, or the end. */
static struct ke_work_item **first_to_run(void)
{
	struct ke_work_item **link = &ke_processor()->work_items.head;

	while (*link && !may_run(*link))
		link = &(*link)->next;
	return link;
}

int ke_run_queued_work_items(void)
{
	struct ke_work_item **link;
	unsigned int waiting = 0;
	int count = 0;

	/* Items queued by these calls are left for the next round, so that interrupts get a turn.
	 */
	for (const struct ke_work_item *i = ke_processor()->work_items.head; i; i = i->next)
		waiting += may_run(i);
	while (waiting-- && *(link = first_to_run())) {
		struct ke_work_item *item = *link;

		unlink_work_item(link);
		item->routine(item->context);
		count++;
	}
	return count;
}

void ke_run_work_items(void)
{
	while (ke_run_queued_work_items())
		;
}

void *ke_work_item_find(ke_routine routine, ke_matcher matches, const void *key)
{
	const struct ke_work_item *item = ke_processor()->work_items.head;

	while (item && (item->routine != routine || !matches(item->context, key)))
		item = item->next;
	return item ? item->context : NULL;
}

unsigned int ke_forget_memory(const void *va, size_t length)
{
	struct ke_processor *processor = ke_processor();
	unsigned int count = ke_forget_timers(va, length);

	for (struct ke_dpc **link = &processor->dpcs.head; *link;) {
		if (ke_is_within(*link, va, length)) {
			unlink_dpc(link);
			count++;
		} else {
			link = &(*link)->next;
		}
	}
	for (struct ke_work_item **link = &processor->work_items.head; *link;) {
		if (ke_is_within(*link, va, length)) {
			unlink_work_item(link);
			count++;
		} else {
			link = &(*link)->next;
		}
	}
	return count;
}
