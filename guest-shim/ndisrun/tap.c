/* SPDX-License-Identifier: MIT */
/*
 * tap.c - the network interface through which Linux uses the miniport
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ndisrun/tap.h"

static int open_device(struct explanation *why)
{
	int descriptor = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (descriptor >= 0)
		return descriptor;
	if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
		return explain(
			why, -ENOENT,
			"/dev/net/tun is missing: load the kernel module with 'modprobe tun'");
	return explain(why, -errno, "cannot open /dev/net/tun: %s; run as root", strerror(errno));
}

static int attach(int descriptor, const char *name, bool headers, struct explanation *why)
{
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};

	if (headers)
		request.ifr_flags |= IFF_VNET_HDR;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(descriptor, TUNSETIFF, &request) == 0)
		return 0;
	if (errno == EBUSY)
		return explain(
			why, -EBUSY,
			"interface %s is in use by another program: choose another name with "
			"--tap",
			name);
	if (errno == EINVAL)
		return explain(why, -EBUSY,
			       "interface %s exists and is no TAP: choose another name with --tap",
			       name);
	return explain(why, -errno, "cannot make interface %s: %s", name, strerror(errno));
}

/* A persistent TAP still has what the program before set. */
static int set_offload(struct tap *tap, const struct tap_offload *offload, struct explanation *why)
{
	unsigned int tasks = offload->checksums ? TUN_F_CSUM : 0;
	int header = sizeof(struct virtio_net_hdr);

	if (offload->segments)
		tasks |= TUN_F_TSO4;
	if (ioctl(tap->descriptor, TUNSETOFFLOAD, tasks) < 0)
		return explain(why, -errno, "cannot set the offload of interface %s: %s", tap->name,
			       strerror(errno));
	if (!offload->headers)
		return 0;
	if (ioctl(tap->descriptor, TUNSETVNETHDRSZ, &header) < 0)
		return explain(why, -errno, "cannot set the header size of interface %s: %s",
			       tap->name, strerror(errno));
	tap->header = sizeof(struct virtio_net_hdr);
	return 0;
}

static int configure(const char *name, const uint8_t mac[6], unsigned int mtu,
		     struct explanation *why)
{
	int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {.ifr_flags = 0};
	const char *what = "address";
	int result;

	if (control < 0)
		return explain(why, -errno, "cannot configure interface %s: %s", name,
			       strerror(errno));
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	memcpy(request.ifr_hwaddr.sa_data, mac, 6);
	result = ioctl(control, SIOCSIFHWADDR, &request);
	if (result == 0) {
		what = "MTU";
		request.ifr_mtu = (int)mtu;
		result = ioctl(control, SIOCSIFMTU, &request);
	}
	if (result == 0) {
		what = "flags";
		result = ioctl(control, SIOCGIFFLAGS, &request);
	}
	if (result == 0) {
		request.ifr_flags |= IFF_UP;
		result = ioctl(control, SIOCSIFFLAGS, &request);
	}
	if (result < 0)
		result = explain(why, -errno, "cannot set the %s of interface %s: %s", what, name,
				 strerror(errno));
	close(control);
	return result;
}

int tap_open(struct tap *tap, const char *name, const uint8_t mac[6], unsigned int mtu,
	     const struct tap_offload *offload, bool carrier, struct explanation *why)
{
	int result;

	tap->header = 0;
	snprintf(tap->name, sizeof(tap->name), "%s", name);
	tap->descriptor = open_device(why);
	if (tap->descriptor < 0)
		return tap->descriptor;
	result = attach(tap->descriptor, name, offload->headers, why);
	if (result == 0)
		result = set_offload(tap, offload, why);
	if (result == 0)
		tap_set_carrier(tap, carrier);
	if (result == 0)
		result = configure(name, mac, mtu, why);
	if (result < 0)
		tap_close(tap);
	return result;
}

void tap_close(struct tap *tap)
{
	if (tap->descriptor >= 0) {
		ioctl(tap->descriptor, TUNSETOFFLOAD, 0);
		close(tap->descriptor);
	}
	tap->descriptor = -1;
}

void tap_set_carrier(const struct tap *tap, bool up)
{
	int carrier = up;

	if (tap->descriptor >= 0)
		ioctl(tap->descriptor, TUNSETCARRIER, &carrier);
}
