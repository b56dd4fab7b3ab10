/* SPDX-License-Identifier: MIT */
/*
 * vfio_container.c - container, group, IOMMU
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "platform/vfio/vfio_private.h"

static int open_node(const char *directory, const char *name)
{
	char path[PATH_MAX];
	int descriptor;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	descriptor = open(path, O_RDWR | O_CLOEXEC);
	return descriptor < 0 ? -errno : descriptor;
}

static int open_container(struct vfio_platform *vfio, struct explanation *why)
{
	int descriptor = open_node(vfio->environment.dev, "vfio");
	int version;

	if (descriptor < 0)
		return vfio_explain_container(&vfio->environment, descriptor, why);
	vfio->container = descriptor;
	version = ioctl(descriptor, VFIO_GET_API_VERSION);
	if (version != VFIO_API_VERSION)
		return explain(why, -ENOTSUP, "this kernel's VFIO has interface version %d, not %d",
			       version, VFIO_API_VERSION);
	if (ioctl(descriptor, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU) <= 0)
		return vfio_explain_no_type1(why);
	return 0;
}

static int open_group(struct vfio_platform *vfio, struct explanation *why)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};
	char name[16];
	int descriptor;

	snprintf(name, sizeof(name), "%d", vfio->group_number);
	descriptor = open_node(vfio->environment.dev, name);
	if (descriptor < 0)
		return vfio_explain_group(&vfio->environment, descriptor, vfio->address,
					  vfio->group_number, why);
	vfio->group = descriptor;
	if (ioctl(descriptor, VFIO_GROUP_GET_STATUS, &status) < 0)
		return explain(why, -errno, "cannot read the state of IOMMU group %d: %s",
			       vfio->group_number, strerror(errno));
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		return vfio_explain_not_viable(&vfio->environment, vfio->address,
					       vfio->group_number, why);
	return 0;
}

static int join(struct vfio_platform *vfio, struct explanation *why)
{
	if (ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container) < 0)
		return explain(why, -errno, "cannot add IOMMU group %d to a VFIO container: %s",
			       vfio->group_number, strerror(errno));
	if (ioctl(vfio->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) < 0)
		return vfio_explain_set_iommu(-errno, vfio->address, why);
	return 0;
}

int vfio_container_open(struct vfio_platform *vfio, struct explanation *why)
{
	int result = open_container(vfio, why);

	if (result == 0)
		result = open_group(vfio, why);
	if (result == 0)
		result = join(vfio, why);
	return result;
}

void vfio_container_close(struct vfio_platform *vfio)
{
	/* The last reference to the group leaves the container, which ends every mapping. */
	if (vfio->group >= 0)
		close(vfio->group);
	if (vfio->container >= 0)
		close(vfio->container);
	vfio->group = -1;
	vfio->container = -1;
}
