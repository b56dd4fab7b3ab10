/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_SAL_H
#define NDIS_HEADERS_SAL_H

/*
 * Source annotation language, both generations, as empty macros.
 *
 * Driver sources annotate parameters and functions for Microsoft's static analysers. The
 * annotations have no influence on the generated code, so every name expands to nothing and a
 * driver that uses them compiles unchanged. A host header that has given one of the names a
 * meaning of its own keeps it: each definition is guarded.
 *
 * Two names of the first generation, __in and __out, are left undefined unless the macro
 * NDIS_HEADERS_SAL1 is defined before the first include: the C++ standard library uses them as
 * parameter names, and so do some C libraries.
 *
 * Source: miniport-api.md section 3 item 5.
 */

/* Parameters that are read. */
#ifndef _In_
#define _In_
#define _In_opt_
#define _In_z_
#define _In_opt_z_
#define _In_reads_(Count)
#define _In_reads_opt_(Count)
#define _In_reads_bytes_(Size)
#define _In_reads_bytes_opt_(Size)
#define _In_range_(Low, High)
#define _Const_
#define _Reserved_
#endif

/* Parameters that are written. */
#ifndef _Out_
#define _Out_
#define _Out_opt_
#define _Out_writes_(Count)
#define _Out_writes_opt_(Count)
#define _Out_writes_all_(Count)
#define _Out_writes_bytes_(Size)
#define _Out_writes_bytes_opt_(Size)
#define _Out_writes_bytes_all_(Size)
#define _Out_writes_to_(Count, Written)
#define _Out_writes_bytes_to_(Size, Written)
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_result_maybenull_
#define _Outptr_result_bytebuffer_(Size)
#endif

/* Parameters that are read and written. */
#ifndef _Inout_
#define _Inout_
#define _Inout_opt_
#define _Inout_updates_(Count)
#define _Inout_updates_bytes_(Size)
#endif

/* Results and conditions. */
#ifndef _Must_inspect_result_
#define _Must_inspect_result_
#define _Check_return_
#define _Ret_maybenull_
#define _Ret_notnull_
#define _Success_(Expression)
#define _When_(Condition, Annotations)
#define _At_(Target, Annotations)
#define _Pre_
#define _Post_
#define _Pre_notnull_
#define _Post_satisfies_(Condition)
#define _Pre_satisfies_(Condition)
#define _Notnull_
#define _Maybenull_
#define _Field_size_(Count)
#define _Field_size_bytes_(Size)
#define _Field_range_(Low, High)
#define _Struct_size_bytes_(Size)
#define _Use_decl_annotations_
#define _Analysis_assume_(Expression) ((void)0)
#define _Function_class_(Name)
#define _Printf_format_string_
#define _Null_terminated_
#define _Interlocked_operand_
#endif

/* Interrupt request level and locks. */
#ifndef _IRQL_requires_
#define _IRQL_requires_(Level)
#define _IRQL_requires_max_(Level)
#define _IRQL_requires_min_(Level)
#define _IRQL_requires_same_
#define _IRQL_raises_(Level)
#define _IRQL_saves_
#define _IRQL_restores_
#define _IRQL_always_function_max_(Level)
#define _IRQL_always_function_min_(Level)
#define _IRQL_saves_global_(Kind, Name)
#define _IRQL_restores_global_(Kind, Name)
#define _Acquires_lock_(Lock)
#define _Releases_lock_(Lock)
#define _Requires_lock_held_(Lock)
#define _Requires_lock_not_held_(Lock)
#define _Guarded_by_(Lock)
#define _Dispatch_type_(Type)
#endif

/* Allocation. */
#ifndef __drv_allocatesMem
#define __drv_allocatesMem(Kind)
#define __drv_freesMem(Kind)
#define __drv_aliasesMem
#define __drv_maxIRQL(Level)
#define __drv_requiresIRQL(Level)
#define __drv_sameIRQL
#endif

/* First generation. */
#ifdef NDIS_HEADERS_SAL1
#define __in
#define __out
#define __inout
#define __in_opt
#define __out_opt
#define __inout_opt
#define __deref_out
#define __in_bcount(Size)
#define __in_ecount(Count)
#define __out_bcount(Size)
#define __out_ecount(Count)
#define __reserved
#define __checkReturn
#define __success(Expression)
#endif

#endif
