/* SPDX-License-Identifier: MIT */
/*
 * system_routine.c - functions of the library by their names
 */
#include <dlfcn.h>

#include <ddk/system_routine.h>

#include "ke/level.h"

#define NAME_LIMIT 128u

/* Whether the address lies in this library: the C library's functions are none of the kernel's. */
static bool is_ours(void *address)
{
	Dl_info own, found;

	return dladdr((void *)(uintptr_t)MmGetSystemRoutineAddress, &own) &&
	       dladdr(address, &found) && own.dli_fbase == found.dli_fbase;
}

PVOID NTAPI MmGetSystemRoutineAddress(PUNICODE_STRING SystemRoutineName)
{
	static const char call[] = "MmGetSystemRoutineAddress";
	char name[NAME_LIMIT];
	size_t length;
	void *address;

	ke_irql_at_most(call, KE_PASSIVE_LEVEL);
	if (!ke_is_given(call, "SystemRoutineName", SystemRoutineName))
		return NULL;
	length = SystemRoutineName->Length / sizeof(WCHAR);
	if (!length || length >= sizeof(name) || !SystemRoutineName->Buffer)
		return NULL;
	for (size_t i = 0; i < length; i++) {
		if (SystemRoutineName->Buffer[i] > 0x7F)
			return NULL;
		name[i] = (char)SystemRoutineName->Buffer[i];
	}
	name[length] = '\0';
	address = dlsym(RTLD_DEFAULT, name);
	return address && is_ours(address) ? address : NULL;
}
