# SPDX-License-Identifier: MIT
"""Where ndis-headers/ differs from the DDK of mingw-w64 on purpose, and why.

INTENDED maps a name to what may differ: SIZE, MISSING (members that only the DDK has), OPAQUE
(everything inside), VALUE, KIND (a macro here, something else there), or a member's name.
"""

SIZE, MISSING, OPAQUE, VALUE, KIND = "size", "missing", "opaque", "value", "kind"

_REASONS = (
    ("drivers are compiled from source and look into none of it; the shim keeps its own state there",
     {
         "NDIS_EVENT": {OPAQUE}, "NDIS_MINIPORT_INTERRUPT": {OPAQUE},
         "NDIS_MINIPORT_TIMER": {OPAQUE}, "NDIS_SPIN_LOCK": {SIZE, "Reserved"},
         "NDIS_RW_LOCK": {OPAQUE}, "SLIST_HEADER": {OPAQUE}, "NDIS_TIMER": {OPAQUE},
         "NPAGED_LOOKASIDE_LIST": {OPAQUE}, "PAGED_LOOKASIDE_LIST": {OPAQUE},
         "NDIS_WORK_ITEM": {"WrapperReserved"}, "KDPC": {OPAQUE}, "KEVENT": {OPAQUE},
         "KTIMER": {OPAQUE}, "KMUTEX": {OPAQUE}, "KSEMAPHORE": {OPAQUE}, "KWAIT_BLOCK": {OPAQUE},
         "FAST_MUTEX": {OPAQUE}, "WORK_QUEUE_ITEM": {OPAQUE},
     }),
    ("declared as far as the last member that has to do with DMA; Reserved covers the queue entry",
     {"DEVICE_OBJECT": {SIZE, MISSING, "Reserved"}}),
    ("the DDK of mingw-w64 has the member that Windows 8 added; pointers that no driver of a NIC "
     "follows have no type",
     {"IRP": {SIZE, MISSING, "Tail",
              "Overlay.AsynchronousParameters.UserApcRoutine"}}),
    ("the requests that reach a driver of a NIC, not those of file systems",
     {"IO_STACK_LOCATION": {MISSING}}),
    ("a miniport for Ethernet has no virtual connections, and sees only pointers to it",
     {"CO_CALL_MANAGER_PARAMETERS": {SIZE}, "NDIS_CALL_MANAGER_CHARACTERISTICS": {SIZE}}),
    ("a miniport for Ethernet sees only pointers to it",
     {"DRIVER_OBJECT": {SIZE}}),
    ("the DDK of mingw-w64 lacks the members Removed, QueryStopped and Stopped, so it counts on "
     "from other numbers than Microsoft's",
     {
         "NdisDevicePnPEventSurpriseRemoved": {VALUE}, "NdisDevicePnPEventMaximum": {VALUE},
         "NdisDevicePnPEventPowerProfileChanged": {VALUE},
     }),
    ("the DDK of mingw-w64 counts the kinds of work queues that Windows 8 added",
     {"MaximumWorkQueue": {VALUE}}),
    ("Microsoft's documentation says 0xD2", {"BUGCODE_ID_DRIVER": {VALUE}}),
    ("an annotation or a decoration of another linker: nothing here", {
        "DECLSPEC_IMPORT": {KIND}, "_Check_return_": {KIND}, "__checkReturn": {KIND},
        "__fallthrough": {KIND},
    }),
)

INTENDED = {name: (allowed, reason) for reason, names in _REASONS for name, allowed in names.items()}
# Differences from some releases of mingw-w64 only: newer ones define these in the same way.
OF_SOME_RELEASES = {"DECLSPEC_IMPORT", "_Check_return_", "__checkReturn", "__fallthrough"}
