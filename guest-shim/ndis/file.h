/* SPDX-License-Identifier: MIT */
/*
 * file.h - files that a driver brings with it, inside the library
 */
#ifndef NDIS_FILE_H
#define NDIS_FILE_H

/**
 * ndis_files_folder() - what shim_files_from() named last
 * @folder: out: a copy to be freed, or NULL.
 *
 * Return: 0 or -ENOMEM.
 */
int ndis_files_folder(char **folder);

#endif /* NDIS_FILE_H */
