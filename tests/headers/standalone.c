/* SPDX-License-Identifier: MIT */

/*
 * Compiled once per public header, which the command line includes before this line, twice.
 */
extern int standalone_header_is_complete;
