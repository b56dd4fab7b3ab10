/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h - what the programs of this directory share
 *
 * Each has one function, libFuzzer's, and is built twice: by the project's compiler with
 * replay.c, which runs given inputs, and by clang with libFuzzer, which makes its own.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/** LLVMFuzzerTestOneInput() - run one input.  Return: 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** FUZZ_CHECK() - abort, which a fuzzer reports, unless @condition holds. */
#define FUZZ_CHECK(condition) ((condition) ? (void)0 : abort())

#endif /* FUZZ_H */
