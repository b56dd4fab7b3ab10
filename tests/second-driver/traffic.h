/* SPDX-License-Identifier: MIT */
/*
 * traffic.h - one driver and both ends of its wire, every byte compared
 *
 * A function that cannot do what it promises, and anything that arrives and is not expected, fails
 * the test.
 */
#ifndef TESTS_SECOND_DRIVER_TRAFFIC_H
#define TESTS_SECOND_DRIVER_TRAFFIC_H

#include "../qtest/platform/fixture.h"
#include "driver.h"

#define TRAFFIC_FRAMES	300
#define TRAFFIC_RING	16
#define TRAFFIC_TAGS	32
#define TRAFFIC_LONGEST 1518

/** struct expected - what is to arrive at the driver or on the wire, as it is to look. */
struct expected {
	unsigned char bytes[TRAFFIC_LONGEST + 4];
	size_t length;
	bool hashed;
	uint32_t hash;
	uint16_t flags;
	uint16_t vlan_tag;
};

/**
 * struct traffic - members are for reading
 * @to_wire, @to_driver: what is under way, of each queue in order.
 * @busy: tags that the device has; the frame's elements are in that part of @elements, @length
 * bytes.
 * @status: how many transmit completions had it; @element: of the last that was not OK.
 * @refused: receive completions with a status other than OK, @refused_status the last.
 * @seen, @received: frames that arrived on the wire and at the driver.
 */
struct traffic {
	struct fixture *f;
	struct driver *driver;
	struct memory elements;
	GQueue to_wire[DRIVER_PAIRS];
	GQueue to_driver[DRIVER_PAIRS];
	bool busy[TRAFFIC_TAGS];
	uint32_t length[TRAFFIC_TAGS];
	unsigned int status[16];
	unsigned int element;
	unsigned int refused;
	unsigned int refused_status;
	unsigned int seen;
	unsigned int received;
	GRand *random;
};

/** traffic_start() - QEMU with sgnic and @properties, and traffic_start_driver(). */
void traffic_start(struct traffic *t, const char *properties, const struct driver_options *options);

/** traffic_start_driver() - the driver with @options, which need no callbacks and no filter. */
void traffic_start_driver(struct traffic *t, const struct driver_options *options);

/** traffic_stop_driver() - nothing reaches memory any more. */
void traffic_stop_driver(struct traffic *t);

/** traffic_stop() - everything has arrived; driver and QEMU end. */
void traffic_stop(struct traffic *t);

/** traffic_set_scaling() - packet_udp() frames go by their hash. */
void traffic_set_scaling(struct traffic *t);

/** traffic_statistic() - of the device, section 3.6. */
uint64_t traffic_statistic(struct traffic *t, enum sgnic_statistic n);

/** traffic_submit() - send @bytes in @count elements of any size, with gaps between them. Return:
 * there was room. */
bool traffic_submit(struct traffic *t, unsigned int queue, const struct sgnic_offload *offload,
		    const unsigned char *bytes, uint32_t length, unsigned int count);

/** traffic_expect_on_wire() - from @queue, which is the last byte of the source address, @bytes
 * come. */
void traffic_expect_on_wire(struct traffic *t, unsigned int queue, const unsigned char *bytes,
			    size_t length);

/** traffic_put_on_wire() - Return: there was room. */
bool traffic_put_on_wire(struct traffic *t, const unsigned char *bytes, size_t length);

/** traffic_expect_by_driver() - by @queue. */
void traffic_expect_by_driver(struct traffic *t, unsigned int queue,
			      const struct expected *expected);

/** traffic_work() - let the driver run once: its interrupt, if it uses one. */
void traffic_work(struct traffic *t);

/** traffic_look_at_wire() - take one frame. Return: there was one. */
bool traffic_look_at_wire(struct traffic *t);

/** traffic_settle() - until all that is expected has arrived, and all elements are back. */
void traffic_settle(struct traffic *t);

/** traffic_wait() - until @counter is @wanted, and no more. */
void traffic_wait(struct traffic *t, const unsigned int *counter, unsigned int wanted);

/** traffic_transmit() - frame @number, of any length, in 1 to 6 elements. Return: there was room.
 */
bool traffic_transmit(struct traffic *t, unsigned int number, unsigned int pairs);

/** traffic_receive() - frame @number, by turns: two packets to us, a broadcast that is no packet,
 * one to somebody else. Return: there was room. */
bool traffic_receive(struct traffic *t, unsigned int number, unsigned int pairs);

/** traffic_exchange() - TRAFFIC_FRAMES each way, at once. */
void traffic_exchange(struct traffic *t, unsigned int pairs);

#endif /* TESTS_SECOND_DRIVER_TRAFFIC_H */
