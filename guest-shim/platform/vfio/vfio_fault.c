/* SPDX-License-Identifier: MIT */
/*
 * vfio_fault.c - reports of refused accesses, from the kernel's log
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "platform/linux/fault_report.h"
#include "platform/vfio/vfio_private.h"

#define RECORD_SIZE 8192

void vfio_fault_open(struct vfio_platform *vfio)
{
	vfio->kernel_log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (vfio->kernel_log >= 0)
		lseek(vfio->kernel_log, 0, SEEK_END);
}

void vfio_fault_close(struct vfio_platform *vfio)
{
	if (vfio->kernel_log >= 0)
		close(vfio->kernel_log);
	vfio->kernel_log = -1;
}

int vfio_fault_next(struct platform *p, struct platform_fault *fault)
{
	struct vfio_platform *vfio = vfio_platform_from(p);
	char record[RECORD_SIZE + 1];

	if (vfio->kernel_log < 0)
		return -ENOTSUP;
	for (;;) {
		ssize_t length = read(vfio->kernel_log, record, RECORD_SIZE);

		/* EPIPE: the log has overwritten what we had not read; go on with what is left. */
		if (length < 0 && (errno == EPIPE || errno == EINTR))
			continue;
		if (length <= 0)
			return 0;
		record[length] = '\0';
		if (fault_report_parse(record, vfio->address, fault))
			return 1;
	}
}
