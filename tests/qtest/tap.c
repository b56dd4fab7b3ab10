/* SPDX-License-Identifier: MIT */
/*
 * tap.c - a TAP interface as the wire, in a network namespace of the test's own
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <unistd.h>

#include "ip_packet.h"
#include "tap.h"

#define TAP_MTU	  9216
#define TUN_MAJOR 10
#define TUN_MINOR 200

/* The node is missing where there is a /dev without udev. */
static int open_tun(void)
{
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	char *directory;
	char *path;

	if (fd >= 0)
		return fd;
	directory = g_dir_make_tmp("tun-XXXXXX", NULL);
	if (!directory)
		return -1;
	path = g_build_filename(directory, "tun", NULL);
	if (mknod(path, S_IFCHR | 0600, makedev(TUN_MAJOR, TUN_MINOR)) == 0) {
		fd = open(path, O_RDWR | O_CLOEXEC);
		unlink(path);
	}
	rmdir(directory);
	g_free(path);
	g_free(directory);
	return fd;
}

/* Without it the kernel announces addresses of its own on the interface. */
static void disable_ip6(void)
{
	int fd = open("/proc/sys/net/ipv6/conf/default/disable_ipv6", O_WRONLY | O_CLOEXEC);

	if (fd >= 0) {
		g_assert_cmpint(write(fd, "1", 1), ==, 1);
		close(fd);
	}
}

static int open_packet(int index)
{
	struct timeval deadline = {.tv_sec = QTEST_DEADLINE_SECONDS};
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = index};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	int one = 1;

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)), ==, 0);
	g_assert_cmpint(setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)), ==, 0);
	g_assert_cmpint(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline)), ==,
			0);
	g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	return fd;
}

static void bring_up(struct tap *tap, struct ifreq *request)
{
	int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(control, >=, 0);
	g_assert_cmpint(ioctl(control, SIOCGIFINDEX, request), ==, 0);
	tap->index = request->ifr_ifindex;
	request->ifr_mtu = TAP_MTU;
	g_assert_cmpint(ioctl(control, SIOCSIFMTU, request), ==, 0);
	request->ifr_flags = IFF_UP | IFF_PROMISC;
	g_assert_cmpint(ioctl(control, SIOCSIFFLAGS, request), ==, 0);
	close(control);
}

struct tap *tap_open(void)
{
	return tap_open_queues(1);
}

struct tap *tap_open_queues(unsigned int queues)
{
	struct ifreq request = {.ifr_name = "wire"};
	struct tap *tap;
	int fd;

	if (unshare(CLONE_NEWNET) < 0) {
		g_test_skip("no network namespace of its own");
		return NULL;
	}
	disable_ip6();
	fd = open_tun();
	request.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR |
				    (queues > 1 ? IFF_MULTI_QUEUE : 0));
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0) {
		g_test_skip("no TAP interface");
		return NULL;
	}
	tap = g_new0(struct tap, 1);
	tap->fd = fd;
	tap->queues = queues;
	while (--queues) {
		fd = open_tun();
		g_assert_cmpint(ioctl(fd, TUNSETIFF, &request), ==, 0);
		tap->more[queues - 1] = fd;
	}
	bring_up(tap, &request);
	tap->packet = open_packet(tap->index);
	return tap;
}

void tap_close(struct tap *tap)
{
	close(tap->packet);
	close(tap->fd);
	while (--tap->queues)
		close(tap->more[tap->queues - 1]);
	g_free(tap);
}

void tap_attach(struct tap *tap, unsigned int index, bool on)
{
	struct ifreq request = {.ifr_flags = on ? IFF_ATTACH_QUEUE : IFF_DETACH_QUEUE};
	int fd = index ? tap->more[index - 1] : tap->fd;

	g_assert_cmpint(ioctl(fd, TUNSETQUEUE, &request), ==, 0);
}

/* Names the descriptors, and lets QEMU inherit those the harness does not know. */
static char *descriptors(const struct tap *tap)
{
	GString *text = g_string_new(NULL);
	unsigned int i;

	g_string_append_printf(text, "%s=%d", tap->queues > 1 ? "fds" : "fd", tap->fd);
	for (i = 1; i < tap->queues; i++) {
		g_string_append_printf(text, ":%d", tap->more[i - 1]);
		fcntl(tap->more[i - 1], F_SETFD, 0);
	}
	return g_string_free(text, FALSE);
}

struct nic *tap_start(struct tap *tap, const char *properties, bool hub)
{
	g_autofree char *queues = descriptors(tap);
	char *netdev = g_strdup_printf("tap,id=%s,%s", hub ? "far" : "wire", queues);
	const char *arguments[] = {"-netdev", netdev, hub ? "-netdev" : NULL,
				   "hubport,id=wire,hubid=0", "-netdev",
				   "hubport,id=port,hubid=0,netdev=far", NULL};
	struct nic *nic = nic_start(&(struct nic_options){
		.properties = properties, .wire_arguments = arguments, .wire_peer = tap->fd});

	g_free(netdev);
	return nic;
}

void tap_send(struct tap *tap, const struct virtio_net_hdr *header, const struct frame *frame)
{
	static const struct virtio_net_hdr none;
	struct iovec pieces[] = {
		{.iov_base = (void *)(header ? header : &none), .iov_len = sizeof(none)},
		{.iov_base = (void *)frame->bytes, .iov_len = frame->length}};
	struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
	ssize_t sent = sendmsg(tap->packet, &message, 0);

	if (sent < 0)
		g_error("cannot send %zu bytes on the TAP interface: %s", frame->length,
			g_strerror(errno));
}

/* The kernel keeps a tag beside the frame. */
static void restore_tag(struct msghdr *message, struct virtio_net_hdr *header,
			struct frame *frame)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(message);
	struct tpacket_auxdata data;

	if (!control || control->cmsg_type != PACKET_AUXDATA)
		return;
	memcpy(&data, CMSG_DATA(control), sizeof(data));
	if (!(data.tp_status & TP_STATUS_VLAN_VALID))
		return;
	ip_packet_insert_tag(frame, data.tp_vlan_tci);
	if (header->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		header->csum_start = (uint16_t)(header->csum_start + 4);
}

void tap_receive(struct tap *tap, struct virtio_net_hdr *header, struct frame *frame)
{
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct iovec pieces[] = {{.iov_base = header, .iov_len = sizeof(*header)},
				 {.iov_base = frame->bytes, .iov_len = FRAME_MAX}};
	struct msghdr message = {.msg_iov = pieces,
				 .msg_iovlen = 2,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	ssize_t got = recvmsg(tap->packet, &message, 0);

	if (got < (ssize_t)sizeof(*header))
		g_error("no frame on the TAP interface: %s", g_strerror(errno));
	frame->length = (size_t)got - sizeof(*header);
	restore_tag(&message, header, frame);
}

void tap_expect_silence(struct nic *nic, struct tap *tap)
{
	char byte;

	nic_settle(nic);
	g_assert_cmpint(recv(tap->packet, &byte, 1, MSG_DONTWAIT | MSG_TRUNC), <, 0);
}
