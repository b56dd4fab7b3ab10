/* SPDX-License-Identifier: MIT */
/*
 * vfio_capability.c - capabilities behind the information blocks of VFIO
 */
#include <string.h>

#include "platform/vfio/vfio_private.h"

const struct vfio_info_cap_header *vfio_capability_find(const void *info, size_t size,
							uint32_t first, uint16_t id)
{
	const unsigned char *bytes = info;
	uint32_t offset = first;
	size_t steps = size / sizeof(struct vfio_info_cap_header);

	while (offset && steps--) {
		const struct vfio_info_cap_header *header;

		if (offset > size || size - offset < sizeof(*header) ||
		    offset % _Alignof(struct vfio_info_cap_header))
			return NULL;
		header = (const void *)(bytes + offset);
		if (header->id == id)
			return header;
		offset = header->next;
	}
	return NULL;
}

size_t vfio_capability_copy(const void *info, size_t size, uint32_t first, uint16_t id, void *copy,
			    size_t length)
{
	const struct vfio_info_cap_header *header = vfio_capability_find(info, size, first, id);
	size_t room;

	if (!header)
		return 0;
	room = size - (size_t)((const char *)header - (const char *)info);
	if (room < length)
		return 0;
	memcpy(copy, header, length);
	return room;
}
