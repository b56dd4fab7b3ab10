/* SPDX-License-Identifier: MIT */
/*
 * bug_check_callback.h - functions of drivers that a bug check calls
 */
#ifndef KE_BUG_CHECK_CALLBACK_H
#define KE_BUG_CHECK_CALLBACK_H

/** ke_call_bug_check_callbacks() - at HIGH_LEVEL: those of the drivers of this thread. */
void ke_call_bug_check_callbacks(void);

/**
 * ke_forget_bug_check_callbacks() - the last driver of the thread is gone.  Return: how many it
 * left registered.
 */
unsigned int ke_forget_bug_check_callbacks(void);

#endif /* KE_BUG_CHECK_CALLBACK_H */
