/* SPDX-License-Identifier: MIT */
/*
 * wire - the other end of QEMU's network backends of type dgram, on Unix sockets
 *
 * Counts what comes, floods a network card with frames, or waits for an answer to each. Cards are numbered
 * from 0; card N of QEMU has the socket DIRECTORY/card-N and sends to DIRECTORY/wire-N.
 *
 * usage: wire DIRECTORY CARDS      commands on standard input, one answer each on standard output
 *
 *   count CARD                     frames and bytes received so far: "N frames M bytes"
 *   flood CARD LENGTH MAC          send frames of that length to that address, until "stop"
 *   ping CARD LENGTH MAC           send one such frame after the other, each when the answer to the
 *                                  one before is there, or is taken for lost, until "stop"
 *   stop                           answers "sent N frames" of the flood or ping
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_CARDS	32
#define BATCH		32
#define MAX_FRAME	2048
#define SHORTEST	60
#define NONE		(-1)
#define PATIENCE	200	/* milliseconds without an answer */

struct card {
	int socket;
	struct sockaddr_un peer;
	uint64_t frames;
	uint64_t bytes;
};

static struct card cards[MAX_CARDS];
static int card_count;
static int flooded = NONE;
static int pinged = NONE;
static size_t ping_length;
static uint64_t sent;
static unsigned char buffers[BATCH][MAX_FRAME];
static struct iovec vectors[BATCH];
static struct mmsghdr messages[BATCH];
static unsigned char input[BATCH][MAX_FRAME];
static struct iovec input_vectors[BATCH];
static struct mmsghdr received[BATCH];

static void die(const char *what)
{
	fprintf(stderr, "wire: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct sockaddr_un address_of(const char *directory, const char *end, int number)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int length = snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s-%d", directory,
			      end, number);

	if (length >= (int)sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		die(directory);
	}
	return address;
}

static void open_card(const char *directory, int number)
{
	struct sockaddr_un own = address_of(directory, "wire", number);
	int size = 8 << 20;

	cards[number].peer = address_of(directory, "card", number);
	cards[number].socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* That of an earlier guest; the directory is ours. */
	unlink(own.sun_path);
	if (cards[number].socket < 0 ||
	    bind(cards[number].socket, (struct sockaddr *)&own, sizeof(own)))
		die(own.sun_path);
	setsockopt(cards[number].socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	setsockopt(cards[number].socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static void prepare_messages(void)
{
	for (int i = 0; i < BATCH; i++) {
		vectors[i] = (struct iovec){buffers[i], MAX_FRAME};
		messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &vectors[i],
							   .msg_iovlen = 1}};
		input_vectors[i] = (struct iovec){input[i], MAX_FRAME};
		received[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &input_vectors[i],
							   .msg_iovlen = 1}};
	}
}

static void send_one(struct card *card)
{
	if (send(card->socket, buffers[0], ping_length, 0) == (ssize_t)ping_length)
		sent++;
}

static void receive(int number)
{
	struct card *card = &cards[number];
	int count;

	count = recvmmsg(card->socket, received, BATCH, 0, NULL);
	for (int i = 0; i < count; i++) {
		card->frames++;
		card->bytes += received[i].msg_len;
		if (number == pinged)
			send_one(card);
	}
}

static void flood(void)
{
	int count = sendmmsg(cards[flooded].socket, messages, BATCH, 0);

	if (count > 0)
		sent += (uint64_t)count;
	else if (errno != EAGAIN && errno != ENOBUFS)
		die("flood");
}

static int parse_card(const char *text)
{
	char *end;
	long number = strtol(text, &end, 10);

	if (end == text || *end || number < 0 || number >= card_count)
		return NONE;
	return (int)number;
}

/* Return: the card's number, or NONE. */
static int prepare(const char *card, const char *length, const char *mac)
{
	unsigned char *to = buffers[0];
	int number = parse_card(card);
	int bytes = atoi(length);

	if (number == NONE || bytes < SHORTEST || bytes > MAX_FRAME ||
	    sscanf(mac, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", to, to + 1, to + 2, to + 3, to + 4,
		   to + 5) != 6)
		return NONE;
	if (connect(cards[number].socket, (struct sockaddr *)&cards[number].peer,
		    sizeof(cards[number].peer)))
		die(cards[number].peer.sun_path);
	memcpy(buffers[0] + 6, "\x02\x00\x00\x00\x00\x01\x88\xb5", 8);
	for (int i = 0; i < BATCH; i++) {
		memcpy(buffers[i], buffers[0], 14);
		vectors[i].iov_len = (size_t)bytes;
	}
	ping_length = (size_t)bytes;
	return number;
}

static void stop(void)
{
	printf("sent %" PRIu64 " frames\n", sent);
	flooded = NONE;
	pinged = NONE;
	sent = 0;
}

static void answer(char *line)
{
	char *words[4] = {strtok(line, " \n"), strtok(NULL, " \n"), strtok(NULL, " \n"),
			  strtok(NULL, " \n")};
	int card = words[1] ? parse_card(words[1]) : NONE;

	if (words[0] && strcmp(words[0], "stop") == 0) {
		stop();
	} else if (card != NONE && strcmp(words[0], "count") == 0) {
		printf("%" PRIu64 " frames %" PRIu64 " bytes\n", cards[card].frames,
		       cards[card].bytes);
	} else if (words[3] && strcmp(words[0], "flood") == 0) {
		flooded = prepare(words[1], words[2], words[3]);
		printf(flooded == NONE ? "unknown command\n" : "ok\n");
	} else if (words[3] && strcmp(words[0], "ping") == 0) {
		pinged = prepare(words[1], words[2], words[3]);
		if (pinged != NONE)
			send_one(&cards[pinged]);
		printf(pinged == NONE ? "unknown command\n" : "ok\n");
	} else {
		printf("unknown command\n");
	}
	fflush(stdout);
}

/* Commands come seldom, and one at a time. */
static bool obey(void)
{
	static char line[256];
	ssize_t length = read(STDIN_FILENO, line, sizeof(line) - 1);

	if (length <= 0)
		return false;
	line[length] = '\0';
	answer(line);
	return true;
}

static bool turn(void)
{
	struct pollfd polled[MAX_CARDS + 1];
	int count;

	for (int i = 0; i < card_count; i++)
		polled[i] = (struct pollfd){cards[i].socket, POLLIN, 0};
	polled[card_count] = (struct pollfd){STDIN_FILENO, POLLIN, 0};
	if (flooded != NONE)
		polled[flooded].events = POLLOUT;
	count = poll(polled, (nfds_t)card_count + 1, pinged == NONE ? -1 : PATIENCE);
	if (count < 0)
		die("poll");
	if (count == 0)
		send_one(&cards[pinged]);
	for (int i = 0; i < card_count; i++) {
		if (polled[i].revents & POLLOUT)
			flood();
		else if (polled[i].revents & POLLIN)
			receive(i);
	}
	return !polled[card_count].revents || obey();
}

int main(int argc, char **argv)
{
	if (argc != 3 || atoi(argv[2]) < 1 || atoi(argv[2]) > MAX_CARDS) {
		fprintf(stderr, "usage: wire DIRECTORY CARDS (1 to %d)\n", MAX_CARDS);
		return 2;
	}
	card_count = atoi(argv[2]);
	prepare_messages();
	for (int i = 0; i < card_count; i++)
		open_card(argv[1], i);
	while (turn())
		;
	return 0;
}
