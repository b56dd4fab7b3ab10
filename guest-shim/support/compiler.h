/* SPDX-License-Identifier: MIT */
/*
 * compiler.h - attributes and helpers the C language has no words for
 */
#ifndef SUPPORT_COMPILER_H
#define SUPPORT_COMPILER_H

#include <stddef.h>

/* Hints for branches that are taken nearly always or hardly ever. */
#define likely(condition)   __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

/* Lets the compiler check the arguments of a printf-like function. */
#define PRINTF_FORMAT(text, first) __attribute__((__format__(__printf__, text, first)))

/* A structure that lies in memory which another type, a driver's, declares as opaque words. */
#define MAY_ALIAS __attribute__((may_alias))

/* A symbol host programs and drivers may link to; everything else is hidden. */
#define SHIM_EXPORT __attribute__((visibility("default")))

/* A variable of the library that is read often: found without a table. */
#define HIDDEN __attribute__((visibility("hidden")))

/* A thread-local variable of the library that is read often: found without a call. */
#define FAST_THREAD_LOCAL __attribute__((visibility("hidden"), tls_model("initial-exec")))

/* A function of every frame, expanded where it is used. */
#define EXPANDED inline __attribute__((always_inline))

/* A function that is hardly ever called, so that its caller stays short. */
#define SELDOM __attribute__((cold, noinline))

/* The structure that holds @member at address @pointer. */
#define container_of(pointer, type, member)                                                        \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif /* SUPPORT_COMPILER_H */
