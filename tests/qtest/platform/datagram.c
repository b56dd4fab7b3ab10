/* SPDX-License-Identifier: MIT */
/*
 * datagram.c - see datagram.h
 */
#include <string.h>

#include "datagram.h"
#include "fixture.h"

#define IP4  20u
#define IP6  40u
#define TCP  20u
#define UDP  8u
#define DATA 333u

void datagram_put16(unsigned char *to, unsigned int value)
{
	to[0] = (unsigned char)(value >> 8);
	to[1] = (unsigned char)value;
}

unsigned int datagram_sum(const unsigned char *bytes, unsigned int length, unsigned int sum)
{
	unsigned int i;

	for (i = 0; i < length; i++)
		sum += (unsigned int)bytes[i] << (i & 1 ? 0 : 8);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

unsigned char *datagram_checksum(struct datagram *d)
{
	return d->bytes + d->transport + (d->udp ? 6 : 16);
}

unsigned int datagram_pseudo_header(const struct datagram *d)
{
	unsigned int length = d->length - d->transport;

	return datagram_sum(d->bytes + d->network + (d->ip6 ? 8 : 12), d->ip6 ? 32 : 8,
			    length + (d->udp ? 17 : 6));
}

void datagram_make(struct datagram *d, bool ip6, bool udp)
{
	unsigned char *ip = d->bytes + DATAGRAM_ETHERNET;

	*d = (struct datagram){.ip6 = ip6, .udp = udp, .network = DATAGRAM_ETHERNET};
	d->transport = DATAGRAM_ETHERNET + (ip6 ? IP6 : IP4);
	d->length = d->transport + (udp ? UDP : TCP) + DATA;
	fixture_frame(d->bytes, d->length, 5);
	memset(d->bytes, 0xff, 6);
	datagram_put16(ip - 2, ip6 ? 0x86dd : 0x0800);
	if (ip6) {
		ip[0] = 0x60;
		datagram_put16(ip + 4, d->length - d->transport);
		ip[6] = udp ? 17 : 6;
	} else {
		ip[0] = 0x45;
		datagram_put16(ip + 2, d->length - d->network);
		datagram_put16(ip + 6, 0);
		ip[9] = udp ? 17 : 6;
		datagram_put16(ip + 10, 0);
		datagram_put16(ip + 10, ~datagram_sum(ip, IP4, 0));
	}
	if (udp)
		datagram_put16(d->bytes + d->transport + 4, d->length - d->transport);
	else
		d->bytes[d->transport + 12] = TCP / 4 << 4;
	datagram_put16(datagram_checksum(d), datagram_pseudo_header(d));
	datagram_put16(datagram_checksum(d),
		       ~datagram_sum(d->bytes + d->transport, d->length - d->transport, 0));
}
