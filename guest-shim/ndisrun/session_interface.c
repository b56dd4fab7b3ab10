/* SPDX-License-Identifier: MIT */
/*
 * session_interface.c - frames and checksums: the interface, and what goes through it
 */
#include <errno.h>
#include <string.h>

#include <ndis/oid.h>

#include "ndisrun/command.h"
#include "ndisrun/session.h"

#define ETHERNET_OVERHEAD 18

/* What TCP/IP asks for: the headers of IP and TCP with room for their options. */
#define LOOKAHEAD 128

/* A frame with its VLAN tag must fit into what shim_frame_allocate() gives: a TAP cuts the rest
 * off. */
static unsigned int limit_to_frame(struct session *session, unsigned int mtu)
{
	struct shim_frame *frame;
	size_t capacity = 0;
	void *data;

	frame = shim_frame_allocate(session->adapter, &data, &capacity);
	if (!frame)
		return mtu;
	shim_frame_free(session->adapter, frame);
	return mtu + ETHERNET_OVERHEAD > capacity ? (unsigned int)capacity - ETHERNET_OVERHEAD
						  : mtu;
}

/* A miniport may leave NetworkAddress unread, or take it for something else. */
static void compare_station(const struct session *session)
{
	const uint8_t *used = session->station;
	char text[sizeof(session->options->mac)];

	snprintf(text, sizeof(text), "%02x%02x%02x%02x%02x%02x", used[0], used[1], used[2], used[3],
		 used[4], used[5]);
	if (session->options->mac[0] && strcmp(text, session->options->mac))
		fprintf(stderr,
			"ndisrun: miniport %s uses the address %s and not %s, which --mac gave as "
			"NetworkAddress\n",
			session->driver->library.path, text, session->options->mac);
}

int session_query_station(struct session *session)
{
	uint32_t mtu = 0;
	int result;

	result = shim_query(session->adapter, OID_802_3_CURRENT_ADDRESS, session->station,
			    sizeof(session->station));
	if (result != sizeof(session->station)) {
		return session_fail(session, EXIT_DRIVER,
				    "miniport %s does not tell its station address "
				    "(OID_802_3_CURRENT_ADDRESS): "
				    "only Ethernet is supported",
				    session->driver->library.path);
	}
	result = shim_query(session->adapter, OID_GEN_MAXIMUM_FRAME_SIZE, &mtu, sizeof(mtu));
	if (result != sizeof(mtu) || mtu < MTU_MINIMUM || mtu > MTU_MAXIMUM) {
		return session_fail(
			session, EXIT_DRIVER,
			"miniport %s tells no usable frame size (OID_GEN_MAXIMUM_FRAME_SIZE %u): "
			"it "
			"must be %d to %d",
			session->driver->library.path, mtu, MTU_MINIMUM,
			MTU_MAXIMUM);
	}
	session->mtu = limit_to_frame(session, mtu);
	if (session->options->mtu > session->mtu)
		return session_fail(session, EXIT_USAGE, "--mtu %u: miniport %s takes up to %u",
				    session->options->mtu, session->driver->library.path,
				    session->mtu);
	if (session->options->mtu)
		session->mtu = session->options->mtu;
	compare_station(session);
	return EXIT_OK;
}

/* A miniport may refuse, and shows as much of a frame as it likes. */
static void set_lookahead(struct session *session)
{
	uint32_t lookahead = LOOKAHEAD;
	uint32_t maximum;

	if (shim_query(session->adapter, OID_GEN_MAXIMUM_LOOKAHEAD, &maximum, sizeof(maximum)) ==
		    sizeof(maximum) &&
	    maximum < lookahead)
		lookahead = maximum;
	shim_set(session->adapter, OID_GEN_CURRENT_LOOKAHEAD, &lookahead, sizeof(lookahead));
}

/*
 * What a protocol says when it is bound, in its order.  Linux chooses its multicast groups on the
 * TAP, so the NIC lets all of them through.
 */
int session_set_filter(struct session *session)
{
	static const uint32_t filters[] = {
		NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_MULTICAST |
			NDIS_PACKET_TYPE_ALL_MULTICAST | NDIS_PACKET_TYPE_BROADCAST,
		NDIS_PACKET_TYPE_PROMISCUOUS | NDIS_PACKET_TYPE_BROADCAST,
		NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_BROADCAST,
	};
	size_t i;

	set_lookahead(session);
	for (i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		if (shim_set(session->adapter, OID_GEN_CURRENT_PACKET_FILTER, &filters[i],
			     sizeof(filters[i])) >= 0)
			return EXIT_OK;
	return session_fail(session, EXIT_DRIVER,
			    "miniport %s accepts no packet filter (OID_GEN_CURRENT_PACKET_FILTER)",
			    session->driver->library.path);
}

/* Without an agreement, Linux computes and checks all checksums. */
static struct tap_offload agree_on_offload(struct session *session)
{
	struct offload *offload = &session->bridge.offload;
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};
	int result;

	if (session->options->no_offload)
		return (struct tap_offload){false, false, false};
	result = offload_negotiate(offload, session->adapter, &why);
	if (result < 0 && result != -ENOTSUP)
		fprintf(stderr,
			"ndisrun: miniport %s is asked for no checksums (OID_TCP_TASK_OFFLOAD): "
			"%s\n",
			session->driver->library.path, message);
	return (struct tap_offload){offload->transmit || offload->receive, offload->transmit,
				    offload->large_sends};
}

int session_open_interface(struct session *session)
{
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};
	const char *name = session->options->tap;
	struct tap_offload offload;
	uint32_t disconnected = 0;

	if (!name[0])
		return EXIT_OK;
	offload = agree_on_offload(session);
	if (shim_query(session->adapter, OID_GEN_MEDIA_CONNECT_STATUS, &disconnected,
		       sizeof(disconnected)) != sizeof(disconnected))
		disconnected = 0;
	if (tap_open(&session->tap, name, session->station, session->mtu, &offload, !disconnected,
		     &why) < 0 ||
	    control_server_open(&session->control, name, session->loop, session_request, session,
				&why) < 0)
		return session_fail(session, EXIT_INTERFACE, "%s", message);
	if (bridge_start(&session->bridge, &session->tap, session->loop, session->adapter) < 0)
		return session_fail(session, EXIT_INTERFACE, "cannot watch the interface");
	return EXIT_OK;
}
