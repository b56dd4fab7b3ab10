/* SPDX-License-Identifier: MIT */
/*
 * vfio_container.c - which way to the IOMMU
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "platform/vfio/vfio_private.h"

int vfio_open_node(const char *directory, const char *name)
{
	char path[PATH_MAX];
	int descriptor;

	snprintf(path, sizeof(path), "%s%s%s", directory, name ? "/" : "", name ? name : "");
	descriptor = open(path, O_RDWR | O_CLOEXEC);
	return descriptor < 0 ? -errno : descriptor;
}

/* A sandbox may show the group and keep the device's own node away. */
static bool has_iommufd(const struct vfio_platform *vfio)
{
	const struct vfio_environment *environment = &vfio->environment;
	char name[VFIO_NODE_SIZE];
	char path[PATH_MAX];

	if (vfio_device_node(environment, vfio->address, name, NULL) < 0)
		return false;
	snprintf(path, sizeof(path), "%s/%s", environment->dev, name);
	return access(path, F_OK) == 0 && access(environment->iommufd, F_OK) == 0;
}

int vfio_container_open(struct vfio_platform *vfio, enum vfio_way way, struct explanation *why)
{
	if (way == VFIO_WAY_AUTO)
		way = has_iommufd(vfio) ? VFIO_WAY_IOMMUFD : VFIO_WAY_TYPE1;
	vfio->container_ops =
		way == VFIO_WAY_IOMMUFD ? &vfio_container_iommufd : &vfio_container_type1;
	return vfio->container_ops->open(vfio, why);
}

void vfio_container_close(struct vfio_platform *vfio)
{
	if (vfio->container_ops)
		vfio->container_ops->close(vfio);
}
