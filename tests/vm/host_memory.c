/* SPDX-License-Identifier: MIT */
/*
 * host_memory.c - see host_memory.h
 */
#include "host_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define ANSWER_MILLISECONDS (120 * 1000)

int host_memory_open(const char *port)
{
	struct termios settings;
	int fd = open(port, O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (tcgetattr(fd, &settings) < 0)
		goto fail;
	cfmakeraw(&settings);
	cfsetspeed(&settings, B115200);
	if (tcsetattr(fd, TCSAFLUSH, &settings) < 0)
		goto fail;
	return fd;

fail:
	close(fd);
	return -ENOTTY;
}

static int next_byte(int port, char *byte)
{
	struct pollfd waiting = {.fd = port, .events = POLLIN};
	int ready = poll(&waiting, 1, ANSWER_MILLISECONDS);

	if (ready < 0)
		return -errno;
	if (ready == 0)
		return -ETIMEDOUT;
	return read(port, byte, 1) == 1 ? 0 : -EIO;
}

static int digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -EIO;
}

/* The answer is a line: two digits for each byte, or something else that tells what is wrong. */
static int read_answer(int port, unsigned char *bytes, size_t length)
{
	size_t count = 0;
	int result = 0;
	char c;

	for (;;) {
		int error = next_byte(port, &c);

		if (error)
			return error;
		if (c == '\n')
			break;
		if (digit(c) < 0 || count >= 2 * length)
			result = -EIO;
		else if (count++ % 2 == 0)
			bytes[(count - 1) / 2] = (unsigned char)(digit(c) << 4);
		else
			bytes[(count - 1) / 2] |= (unsigned char)digit(c);
	}
	return result ? result : count == 2 * length ? 0 : -EIO;
}

int host_memory_read(int port, uint64_t address, void *bytes, size_t length)
{
	char request[64];
	int size = snprintf(request, sizeof(request), "%" PRIu64 " %zu\n", address, length);

	if (write(port, request, (size_t)size) != size)
		return -EIO;
	return read_answer(port, bytes, length);
}
