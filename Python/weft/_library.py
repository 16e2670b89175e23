"""The C library and its structs, as weft.h declares them."""
from __future__ import annotations

import ctypes
import ctypes.util
import operator
import os
import pathlib
from ctypes import POINTER, Structure, byref, c_char, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint32, c_uint64
from ctypes import c_void_p
from typing import Any

from .errors import WeftError

VERSION = 100  # 0.1.0


#: The least and the greatest value of each type.
_LIMITS = {
    kind: (0, kind(-1).value) if kind(-1).value > 0 else (-1 << bits - 1, (1 << bits - 1) - 1)
    for kind, bits in ((kind, 8 * ctypes.sizeof(kind)) for kind in (c_int32, c_int64, c_size_t, c_uint32, c_uint64))
}


def integer(value: Any, kind: Any, what: str) -> int:
    """An integer that fits a C type, of which ctypes would take the low bits. Raises ValueError and TypeError."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{what} is an integer, not {value!r}") from None
    low, high = _LIMITS[kind]
    if not low <= number <= high:
        raise ValueError(f"{what} lies in {low}...{high}, not {number}")
    return number


def terminated(value: bytes, what: str) -> bytes:
    """Bytes of a C string, which would end at a NUL in them. Raises ValueError."""
    if b"\0" in value:
        raise ValueError(f"{what} holds a NUL character: {value!r}")
    return value


class Sized(Structure):
    """A struct that begins with its own size, with the defaults of its initialiser in weft.h.

    Setting a field raises ValueError for an integer that does not fit and for text with a NUL character.
    """

    _defaults_: dict = {}

    def __init__(self, **values: Any):
        super().__init__()
        self.size = ctypes.sizeof(self)
        for key, value in {**self._defaults_, **values}.items():
            setattr(self, key, value)

    def __setattr__(self, key: str, value: Any) -> None:
        kind = dict(self._fields_).get(key)
        if kind in _LIMITS:
            value = integer(value, kind, key)
        elif isinstance(value, bytes):
            value = terminated(value, key)
        super().__setattr__(key, value)


class Problem(Sized):
    _fields_ = [
        ("size", c_size_t), ("code", c_int64), ("offset", c_int64), ("expected", c_int64), ("found", c_int64),
        ("has_expected", c_int32), ("has_found", c_int32), ("text", c_char * 512),
    ]


class Tensor(Sized):
    _fields_ = [
        ("size", c_size_t), ("type", c_int32), ("width", c_int32), ("rank", c_int32), ("is_column_major", c_int32),
        ("shape", c_int64 * 8), ("layout", c_char * 9), ("has_zero_point", c_int32), ("zero_point", c_int32),
        ("convolution_groups", c_int64), ("name", c_char_p),
    ]
    _defaults_ = {"type": 3, "convolution_groups": 1}


class PackOptionsStruct(Sized):
    _fields_ = [
        ("size", c_size_t), ("group_size", c_int32), ("order", c_int32), ("block", c_int32), ("precisions", c_int32),
        ("precision_set", c_uint32), ("zero_compaction", c_int32), ("rebase_choice", c_int32), ("rebase", c_int32),
        ("kernel", c_char_p),
    ]
    _defaults_ = {"group_size": 16, "block": -1, "zero_compaction": -1, "rebase_choice": -1}


class SummaryStruct(Sized):
    _fields_ = [
        ("size", c_size_t), ("order", c_int32), ("block", c_int32), ("group_size", c_int32), ("is_compacted", c_int32),
        ("is_signed", c_int32), ("rebase", c_int32), ("precision_set", c_uint32), ("frames", c_uint32),
        ("values", c_int64), ("raw_bits", c_int64), ("header_bits", c_int64), ("mask_bits", c_int64),
        ("payload_bits", c_int64), ("packed_bytes", c_int64), ("groups_of_precision", c_int64 * 17),
    ]


class ChannelOptionsStruct(Sized):
    _fields_ = [("size", c_size_t)] + [
        (name, c_int32)
        for name in (
            "speed density burst_length is_lockstep has_write_latency_b has_read_dbi mapping has_bank_xor page "
            "page_clocks queue write_queue write_low write_high hit_cap refresh postponed"
        ).split()
    ] + [("power_down_after", c_int64), ("self_refresh_after", c_int64)]


class CompletionStruct(Sized):
    _fields_ = [
        ("size", c_size_t), ("tag", c_int64), ("accepted", c_int64), ("started", c_int64), ("data_end", c_int64),
        ("is_write", c_int32),
    ]


class ChannelStatistics(Sized):
    _fields_ = (
        [("size", c_size_t)]
        + [
            (name, c_int64)
            for name in "cycles reads writes read_bytes write_bytes activates precharges refreshes row_hits".split()
        ]
        + [
            (name, c_double)
            for name in (
                "time_ns bandwidth_gbps peak_fraction read_latency_ns_mean read_latency_ns_p99 energy_pj "
                "energy_activate_pj energy_read_pj energy_write_pj energy_refresh_pj energy_background_pj energy_io_pj"
            ).split()
        ]
    )


class LayerStruct(Sized):
    _fields_ = [("size", c_size_t)] + [
        (name, c_int32)
        for name in (
            "kind stride_height stride_width dilation_height dilation_width pad_top pad_bottom pad_left pad_right"
        ).split()
    ]


class RunOptionsStruct(Sized):
    _fields_ = [
        ("size", c_size_t), ("array", c_char_p), ("executor", c_int32), ("conventions", c_int32),
        ("trims_to_profile", c_int32), ("spends_profile", c_int32), ("maps_best", c_int32), ("cycles_only", c_int32),
        ("threads", c_int32),
    ]
    _defaults_ = {"threads": 1}


class LayerRunStruct(Sized):
    _fields_ = (
        [("size", c_size_t)]
        + [
            (name, c_int64)
            for name in (
                "macs cycles dpnn_cycles steps bit_products simulated_cycles transposer_cycles transposer_stalls "
                "weight_loads activation_rows weight_rows"
            ).split()
        ]
        + [(name, c_double) for name in "utilization activation_bits weight_bits".split()]
    )


class TrafficOptionsStruct(Sized):
    _fields_ = [
        ("size", c_size_t), ("speed", c_int32), ("is_x32", c_int32), ("activation_memory", c_int64),
        ("weight_memory", c_int64), ("group_size", c_int32), ("batch", c_int32), ("density", c_int32),
        ("reserved", c_int32), ("offchip", c_char_p),
    ]
    _defaults_ = {"speed": 4267, "activation_memory": -1, "weight_memory": 512 << 10, "group_size": 16, "batch": 1,
                  "density": 8}


class OperandTraffic(Structure):
    _fields_ = [
        ("raw_bits", c_int64), ("payload_bits", c_int64), ("header_bits", c_int64), ("mask_bits", c_int64),
        ("burst_bytes", c_int64), ("on_chip", c_int32), ("passes", c_int32),
    ]


class LayerTraffic(Sized):
    _fields_ = (
        [("size", c_size_t), ("layer", c_int64)]
        + [(name, OperandTraffic) for name in "weights inputs outputs".split()]
        + [("raw_burst_bytes", c_int64), ("burst_bytes", c_int64)]
        + [(name, c_double) for name in "dram_ns raw_dram_ns compute_ns time_ns energy_pj raw_energy_pj".split()]
        + [("is_memory_bound", c_int32)]
    )


POINTER_TO_HANDLE = POINTER(c_void_p)

# Arguments of every function: a wrong call fails here and not in the library.
_SIGNATURES = {
    "weft_version": [],
    "weft_kernel_name": [c_int64, c_char_p, c_size_t],
    "weft_tensor_bytes": [POINTER(Tensor)],
    "weft_pack_bound": [POINTER(Tensor), POINTER(PackOptionsStruct)],
    "weft_pack": [POINTER(Tensor), c_void_p, c_size_t, c_void_p, c_size_t, POINTER(PackOptionsStruct), POINTER(Problem)],
    "weft_unpacked_size": [c_void_p, c_size_t, POINTER(Problem)],
    "weft_unpack": [c_void_p, c_size_t, c_void_p, c_size_t, POINTER(Problem)],
    "weft_transpose": [c_void_p, c_size_t, c_int32, c_void_p, c_void_p, c_size_t],
    "weft_untranspose": [c_void_p, c_size_t, c_int32, c_void_p, c_int32, c_void_p, c_size_t],
    "weft_container_open": [c_void_p, c_size_t, POINTER_TO_HANDLE, POINTER(Problem)],
    "weft_container_open_file": [c_char_p, POINTER_TO_HANDLE, POINTER(Problem)],
    "weft_container_close": [c_void_p],
    "weft_container_tensor_count": [c_void_p],
    "weft_container_find": [c_void_p, c_char_p],
    "weft_container_name": [c_void_p, c_int64, c_char_p, c_size_t],
    "weft_container_shape": [c_void_p, c_int64, POINTER(c_int64), c_size_t],
    "weft_container_tensor": [c_void_p, c_int64, POINTER(Tensor)],
    "weft_container_summary": [c_void_p, c_int64, POINTER(SummaryStruct)],
    "weft_container_read": [c_void_p, c_int64, c_void_p, c_size_t, POINTER(Problem)],
    "weft_container_read_rows": [c_void_p, c_int64, c_int64, c_int64, c_void_p, c_size_t, POINTER(Problem)],
    "weft_container_verify": [c_void_p, POINTER(Problem)],
    "weft_channel_create": [POINTER(ChannelOptionsStruct), POINTER_TO_HANDLE, POINTER(Problem)],
    "weft_channel_destroy": [c_void_p],
    "weft_channel_burst_bytes": [c_void_p],
    "weft_channel_will_accept": [c_void_p, c_int32],
    "weft_channel_add_transaction": [c_void_p, c_uint64, c_int32, c_int64],
    "weft_channel_tick": [c_void_p],
    "weft_channel_advance": [c_void_p, c_int64],
    "weft_channel_clock": [c_void_p],
    "weft_channel_next_event": [c_void_p],
    "weft_channel_next_completion": [c_void_p, POINTER(CompletionStruct)],
    "weft_channel_submit": [c_void_p, c_uint64, c_uint64, c_int32, c_int64],
    "weft_channel_drain": [c_void_p],
    "weft_channel_stats": [c_void_p, POINTER(ChannelStatistics)],
    "weft_channel_reset_stats": [c_void_p],
    "weft_array_run": [
        POINTER(LayerStruct), c_void_p, c_int64, c_void_p, c_int64, c_void_p, c_size_t, POINTER(LayerRunStruct),
        POINTER(RunOptionsStruct), POINTER(Problem),
    ],
    "weft_network_open": [c_void_p, POINTER_TO_HANDLE, POINTER(Problem)],
    "weft_network_close": [c_void_p],
    "weft_network_layer_count": [c_void_p],
    "weft_network_layer_name": [c_void_p, c_int64, c_char_p, c_size_t],
    "weft_network_layer_type": [c_void_p, c_int64, c_char_p, c_size_t],
    "weft_network_tensor": [c_void_p, c_int32, c_int64, POINTER(Tensor)],
    "weft_network_run": [
        c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, POINTER(LayerRunStruct), c_size_t, POINTER(RunOptionsStruct),
        POINTER(Problem),
    ],
    "weft_network_traffic": [
        c_void_p, c_void_p, c_size_t, POINTER(LayerTraffic), c_size_t, POINTER(LayerTraffic), POINTER(RunOptionsStruct),
        POINTER(TrafficOptionsStruct), POINTER(Problem),
    ],
}


def _load() -> ctypes.CDLL:
    """The library that WEFT_LIBRARY names, the one in the package, or the one the system finds."""
    bundled = pathlib.Path(__file__).with_name("libweft.so")
    path = os.environ.get("WEFT_LIBRARY") or (str(bundled) if bundled.exists() else ctypes.util.find_library("weft"))
    if not path:
        raise ImportError("libweft.so was not found: install Weft, or say where it is with WEFT_LIBRARY")
    library = ctypes.CDLL(path)
    library.weft_error_name.argtypes = [c_int64]
    library.weft_error_name.restype = c_char_p
    for name, arguments in _SIGNATURES.items():
        function = getattr(library, name)
        function.argtypes = arguments
        function.restype = c_int64
    # Before version 1.0 a minor version may change what is there.
    if library.weft_version() // 100 != VERSION // 100:
        raise ImportError(f"{path} is version {library.weft_version()}, this package needs {VERSION}")
    return library


LIBRARY = _load()


def call(name: str, *arguments: Any) -> int:
    """Calls a function that takes no problem; raises WeftError for a negative result."""
    result = getattr(LIBRARY, name)(*arguments)
    if result < 0:
        raise WeftError(error_name(result), "")
    return result


def explained(name: str, *arguments: Any) -> int:
    """Calls a function whose last argument is a problem; raises WeftError with its text."""
    problem = Problem()
    result = getattr(LIBRARY, name)(*arguments, byref(problem))
    if result < 0:
        text = problem.text.decode("utf-8", "replace")
        raise WeftError(error_name(result), text, problem.offset if problem.offset >= 0 else None)
    return result


def error_name(code: int) -> str:
    name = LIBRARY.weft_error_name(code)
    return name.decode() if name else str(code)


def text(name: str, *arguments: Any) -> str:
    """The text that a function writes."""
    buffer = ctypes.create_string_buffer(call(name, *arguments, None, 0) + 1)
    call(name, *arguments, buffer, len(buffer))
    return buffer.value.decode()
