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
         "NDIS_TIMER": {OPAQUE}, "NPAGED_LOOKASIDE_LIST": {OPAQUE},
         "NDIS_WORK_ITEM": {"WrapperReserved"},
     }),
    ("declared as far as the last member that has to do with DMA; Reserved covers the queue entry",
     {"IRP": {SIZE, MISSING}, "DEVICE_OBJECT": {SIZE, MISSING, "Reserved"}}),
    ("a miniport for Ethernet sees only pointers to it",
     {"struct _NDIS_REQUEST": {SIZE}, "struct _CO_CALL_PARAMETERS": {SIZE},
      "DRIVER_OBJECT": {SIZE}}),
    ("CardBus bridges are no network cards", {"PCI_COMMON_CONFIG": {MISSING}}),
    ("Microsoft declares an array without length, so that sizeof is the header's",
     {"SCATTER_GATHER_LIST": {SIZE, "Elements"}}),
    ("the DDK of mingw-w64 lacks the members Removed, QueryStopped and Stopped, so it counts on "
     "from other numbers than Microsoft's",
     {
         "NdisDevicePnPEventSurpriseRemoved": {VALUE}, "NdisDevicePnPEventMaximum": {VALUE},
         "NdisDevicePnPEventPowerProfileChanged": {VALUE},
     }),
    ("Microsoft's documentation says 0xD2", {"BUGCODE_ID_DRIVER": {VALUE}}),
    ("the DDK of mingw-w64 has the media of NDIS 6 in every version",
     {"NdisPhysicalMediumMax": {VALUE}}),
    ("an annotation or a decoration of another linker: nothing here",
     {"DECLSPEC_IMPORT": {KIND}, "_Check_return_": {KIND}}),
)

INTENDED = {name: (allowed, reason) for reason, names in _REASONS for name, allowed in names.items()}
