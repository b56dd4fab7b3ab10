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
 * The names of the first generation are defined in C. In C++ they are left undefined unless the
 * macro NDIS_HEADERS_SAL1 is defined before the first include: the C++ standard library uses some
 * of them as parameter names. ndis-cc defines it.
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
#define _In_reads_z_(Count)
#define _In_reads_or_z_(Count)
#define _In_reads_to_ptr_(Pointer)
#define _In_bytecount_(Size)
#define _In_count_(Count)
#define _In_function_class_(Name)
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
#define _Outptr_result_buffer_(Count)
#define _Outptr_result_nullonfailure_
#define _Outptr_opt_result_maybenull_
#define _Out_writes_z_(Count)
#define _Out_writes_opt_z_(Count)
#define _Out_writes_bytes_to_opt_(Size, Written)
#define _Out_writes_to_opt_(Count, Written)
#define _Out_range_(Low, High)
#define _Out_bytecap_(Size)
#define _Out_cap_(Count)
#define _Deref_out_
#define _Deref_out_opt_
#define _Deref_out_range_(Low, High)
#define _Deref_pre_maybenull_
#define _Deref_post_maybenull_
#endif

/* Parameters that are read and written. */
#ifndef _Inout_
#define _Inout_
#define _Inout_opt_
#define _Inout_updates_(Count)
#define _Inout_updates_bytes_(Size)
#define _Inout_updates_opt_(Count)
#define _Inout_updates_z_(Count)
#define _Inout_updates_bytes_opt_(Size)
#define _Inout_z_
#define _Inout_opt_z_
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
#define _Interlocked_
#define _Interlocked_operand_
#define _Points_to_data_
#define _Ret_z_
#define _Ret_range_(Low, High)
#define _Ret_writes_bytes_(Size)
#define _Ret_writes_bytes_maybenull_(Size)
#define _Ret_maybenull_z_
#define _Maybe_raises_SEH_exception_
#define _Strict_type_match_
#define _On_failure_(Annotations)
#define _Always_(Annotations)
#define _Post_invalid_
#define _Post_ptr_invalid_
#define _Frees_ptr_
#define _Frees_ptr_opt_
#define _Post_writable_byte_size_(Size)
#define _Post_maybenull_
#define _Post_notnull_
#define _Post_equal_to_(Value)
#define _Pre_maybenull_
#define _Field_z_
#define _Field_size_opt_(Count)
#define _Field_size_bytes_opt_(Size)
#define _Field_size_part_(Count, Used)
#define _Struct_size_bytes_opt_(Size)
#define _Literal_
#define _Benign_race_begin_
#define _Benign_race_end_
#define _Analysis_noreturn_
#define _Enum_is_bitflag_
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
#define _Has_lock_level_(Level)
#define _Has_lock_kind_(Kind)
#define _Create_lock_level_(Level)
#define _Lock_level_order_(First, Second)
#define _Write_guarded_by_(Lock)
#define _Acquires_exclusive_lock_(Lock)
#define _Releases_exclusive_lock_(Lock)
#define _Acquires_shared_lock_(Lock)
#define _Releases_shared_lock_(Lock)
#define _IRQL_uses_cancel_
#define _IRQL_is_cancel_
#define _IRQL_raises_from_(Level)
#define _IRQL_restores_global_to_(Kind, Name)
#define _Kernel_clear_do_init_(Yes)
#define _Kernel_float_saved_
#define _Kernel_float_restored_
#define _Kernel_requires_resource_held_(Kind)
#define _Kernel_requires_resource_not_held_(Kind)
#define _Kernel_acquires_resource_(Kind)
#define _Kernel_releases_resource_(Kind)
#define _Kernel_IoGetDmaAdapter_
#endif

/* Ends a case of a switch that goes on with the next one, for the reader and the compiler. */
#ifndef __fallthrough
#ifdef __cplusplus
#define __fallthrough ((void)0)
#else
#define __fallthrough __attribute__((fallthrough))
#endif
#endif

/* Allocation, and the names that driver checkers of the first generation used. */
#ifndef __drv_allocatesMem
#define __drv_allocatesMem(Kind)
#define __drv_freesMem(Kind)
#define __drv_aliasesMem
#define __drv_maxIRQL(Level)
#define __drv_minIRQL(Level)
#define __drv_requiresIRQL(Level)
#define __drv_raisesIRQL(Level)
#define __drv_setsIRQL(Level)
#define __drv_savesIRQL
#define __drv_restoresIRQL
#define __drv_savesIRQLGlobal(Kind, Name)
#define __drv_restoresIRQLGlobal(Kind, Name)
#define __drv_sameIRQL
#define __drv_useCancelIRQL
#define __drv_isCancelIRQL
#define __drv_neverHold(Lock)
#define __drv_mustHold(Lock)
#define __drv_acquiresResource(Kind)
#define __drv_releasesResource(Kind)
#define __drv_acquiresExclusiveResource(Kind)
#define __drv_releasesExclusiveResource(Kind)
#define __drv_acquiresCriticalRegion
#define __drv_releasesCriticalRegion
#define __drv_functionClass(Name)
#define __drv_dispatchType(Type)
#define __drv_dispatchType_other
#define __drv_completionType(Type)
#define __drv_clearDoInit(Yes)
#define __drv_when(Condition, Annotations)
#define __drv_at(Target, Annotations)
#define __drv_arg(Argument, Annotations)
#define __drv_in(Annotations)
#define __drv_out(Annotations)
#define __drv_in_deref(Annotations)
#define __drv_out_deref(Annotations)
#define __drv_ret(Annotations)
#define __drv_reportError(Text)
#define __drv_interlocked
#define __drv_inTry
#define __drv_notInTry
#define __drv_strictType(Type, Mode)
#define __drv_strictTypeMatch(Mode)
#define __drv_preferredFunction(Name, Reason)
#define __drv_constant
#define __drv_nonConstant
#endif

/* First generation. */
#if (!defined(__cplusplus) || defined(NDIS_HEADERS_SAL1)) && !defined(__in)
#define __in
#define __out
#define __inout
#define __in_opt
#define __out_opt
#define __inout_opt
#define __in_z
#define __in_z_opt
#define __out_z
#define __inout_z
#define __deref_in
#define __deref_out
#define __deref_out_opt
#define __deref_opt_out
#define __deref_opt_out_opt
#define __deref_inout
#define __deref_inout_opt
#define __deref_out_bcount(Size)
#define __deref_out_ecount(Count)
#define __in_bcount(Size)
#define __in_bcount_opt(Size)
#define __in_ecount(Count)
#define __in_ecount_opt(Count)
#define __in_xcount(Count)
#define __in_range(Low, High)
#define __out_bcount(Size)
#define __out_bcount_opt(Size)
#define __out_bcount_part(Size, Written)
#define __out_bcount_part_opt(Size, Written)
#define __out_bcount_full(Size)
#define __out_ecount(Count)
#define __out_ecount_opt(Count)
#define __out_ecount_part(Count, Written)
#define __out_ecount_z(Count)
#define __inout_bcount(Size)
#define __inout_bcount_opt(Size)
#define __inout_ecount(Count)
#define __inout_ecount_opt(Count)
#define __inout_bcount_part(Size, Written)
#define __inout_ecount_part(Count, Written)
#define __field_bcount(Size)
#define __field_ecount(Count)
#define __field_range(Low, High)
#define __struct_bcount(Size)
#define __nullterminated
#define __reserved
#define __checkReturn
#define __success(Expression)
#define __analysis_assume(Expression) ((void)0)
#define __analysis_noreturn
#define __control_entrypoint(Kind)
#define __bound
#define __format_string
#define __typefix(Type)
#endif

#endif
