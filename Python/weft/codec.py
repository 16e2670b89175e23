"""Packing and unpacking of single tensors."""
from __future__ import annotations

import ctypes
import dataclasses
from ctypes import byref, c_int32, c_size_t
from typing import Any, Optional, Sequence, Union

import numpy as np

from ._library import PackOptionsStruct, Tensor, call, explained, integer
from .errors import WeftError

_ORDERS = {"auto": -1, "linear": 0, "spatial": 1, "channels": 2, "filters": 3}
_BLOCKS = {None: -1, "group": 0, 256: 1, "256": 1, 2048: 2, "2048": 2}
_PRECISIONS = {"auto": 0, "dense": 1, "layer": 2, "even": 3}
_CHOICES = {"auto": -1, False: 0, "off": 0, True: 1, "on": 1}
#: weft.h's types, with the numpy type that their elements have in memory.
TYPES = {"int4": (1, "i1"), "uint4": (2, "u1"), "int8": (3, "i1"), "uint8": (4, "u1"), "int16": (5, "<i2"), "uint16": (6, "<u2")}
_NAMES = {number: name for name, (number, _) in TYPES.items()}


@dataclasses.dataclass(frozen=True)
class PackOptions:
    """What ``weft pack`` has options for, with its defaults for a bare array. May be pickled and shared."""

    #: Lanes that share one precision: 8, 16, 32, 64, 128, 256 or "auto".
    group_size: Union[int, str] = 16
    #: "linear", "spatial", "channels", "filters", or "auto" for the smaller of the first two.
    order: str = "linear"
    #: Lanes transposed together: "group", 256 or 2048; None for the order's own.
    block: Union[int, str, None] = None
    #: "auto", "dense" (DPRed), "layer", "even", or a sequence of precisions 0...16.
    precisions: Union[str, Sequence[int]] = "auto"
    #: "auto", True or False.
    zero_compaction: Union[str, bool] = "auto"
    #: Constant subtracted from every value: "auto" or a number.
    rebase: Union[str, int] = "auto"
    #: A kernel's name; None for the fastest.
    kernel: Optional[str] = None

    def _struct(self) -> PackOptionsStruct:
        def choice(table: dict, value: Any, what: str) -> int:
            try:
                return table[value]
            except (KeyError, TypeError):
                raise ValueError(f"{what} is one of {', '.join(map(str, table))}, not {value!r}") from None

        struct = PackOptionsStruct(
            group_size=0 if self.group_size == "auto" else self.group_size,
            order=choice(_ORDERS, self.order, "order"),
            block=choice(_BLOCKS, self.block, "block"),
            zero_compaction=choice(_CHOICES, self.zero_compaction, "zero_compaction"),
        )
        if isinstance(self.precisions, str):
            struct.precisions = choice(_PRECISIONS, self.precisions, "precisions")
        else:
            entries = {int(entry) for entry in self.precisions}
            if not entries or not entries <= set(range(17)):
                raise ValueError(f"precisions lie in 0...16, not {sorted(entries)}")
            struct.precisions = 4
            struct.precision_set = sum(1 << entry for entry in entries)
        if self.rebase != "auto":
            struct.rebase_choice, struct.rebase = 1, self.rebase
        if self.kernel is not None:
            struct.kernel = self.kernel.encode()
        return struct


def _described(
    array: Any, name: str, type: Optional[str], width: Optional[int], layout: Optional[str], zero_point: Optional[int],
    convolution_groups: int,
) -> "tuple[Tensor, np.ndarray]":
    """The struct of an array and its elements, contiguous and little-endian; copied only where they are not."""
    values = np.asarray(array)
    if type is None:
        # ml_dtypes has 4-bit types of these names.
        type = values.dtype.name
    # A cast would quantise by itself. The kind of ml_dtypes' types says nothing.
    if type not in TYPES or not (values.dtype.kind in "iu" or values.dtype.name in ("int4", "uint4")):
        raise TypeError(f"integers of 4, 8 or 16 bits are packed, not {values.dtype}: quantise first")
    number, memory = TYPES[type]
    if values.dtype.kind not in "iu":
        values = values.astype(TYPES[values.dtype.name][1])
    if values.dtype != np.dtype(memory):
        if values.size:
            information = np.iinfo(np.dtype(memory))
            if values.min() < information.min or values.max() > information.max:
                raise ValueError(f"values do not fit {type}")
        values = values.astype(memory)
    is_column_major = values.ndim > 1 and values.flags.f_contiguous and not values.flags.c_contiguous
    if not is_column_major:
        values = np.ascontiguousarray(values).reshape(values.shape)
    if values.ndim > 8:
        raise ValueError(f"at most 8 axes, not {values.ndim}")
    tensor = Tensor(
        type=number, width=width or 0, rank=values.ndim, is_column_major=int(is_column_major),
        convolution_groups=convolution_groups, name=name.encode(),
    )
    tensor.shape[: values.ndim] = values.shape
    if layout is not None:
        if len(layout) != values.ndim:
            raise ValueError(f"layout {layout!r} of an array with {values.ndim} axes")
        tensor.layout = layout.encode()
    if zero_point is not None:
        tensor.has_zero_point, tensor.zero_point = 1, zero_point
    return tensor, values


def pack(
    array: Any, options: PackOptions = PackOptions(), *, name: str = "tensor", type: Optional[str] = None,
    width: Optional[int] = None, layout: Optional[str] = None, zero_point: Optional[int] = None,
    convolution_groups: int = 1, **changes: Any,
) -> bytes:
    """Packs an array into a container: the bytes that ``weft pack`` writes for it.

    ``array`` is anything that numpy takes with integers of 8 or 16 bits (``type="int4"`` or ``"uint4"`` for 4-bit
    values in bytes). Options may also be given one by one: ``pack(a, order="spatial", group_size=32)``. Containers may
    be joined: ``pack(a, name="a") + pack(b, name="b")`` is a container of two tensors.

    Raises WeftError where an option does not apply to the tensor, TypeError for what is no integer and ValueError for
    numbers that no option can be.
    """
    tensor, values = _described(array, name, type, width, layout, zero_point, convolution_groups)
    struct = dataclasses.replace(options, **changes)._struct()
    bound = explained_bound(tensor, values, struct)
    target = np.empty(bound, np.uint8)
    written = explained(
        "weft_pack", byref(tensor), values.ctypes.data, values.nbytes, target.ctypes.data, bound, byref(struct))
    return target[:written].tobytes()


def explained_bound(tensor: Tensor, values: np.ndarray, struct: PackOptionsStruct) -> int:
    try:
        return call("weft_pack_bound", byref(tensor), byref(struct))
    except WeftError as error:
        # The bound only names its error: packing, which fails likewise, says what is wrong. There is room for any name.
        target = np.empty(1 << 17, np.uint8)
        try:
            explained(
                "weft_pack", byref(tensor), values.ctypes.data, values.nbytes, target.ctypes.data, target.nbytes,
                byref(struct))
        except WeftError as same:
            if same.name == error.name:
                raise same from None
        raise


def pack_bound(array: Any, options: PackOptions = PackOptions(), **description: Any) -> int:
    """The most bytes that ``pack`` gives for any array of this shape and type."""
    tensor, values = _described(
        array, description.pop("name", "tensor"), description.pop("type", None), description.pop("width", None),
        description.pop("layout", None), description.pop("zero_point", None), description.pop("convolution_groups", 1))
    return explained_bound(tensor, values, dataclasses.replace(options, **description)._struct())


def _address(data: Any) -> "tuple[Any, int, int]":
    """A bytes-like object's owner, address and size, without a copy."""
    owner = np.frombuffer(data, np.uint8)
    return owner, owner.ctypes.data, owner.nbytes


def empty_like(tensor: Tensor) -> np.ndarray:
    """An array with room for a tensor's elements."""
    return np.empty(
        tuple(tensor.shape[: tensor.rank]), np.dtype(TYPES[_NAMES[tensor.type]][1]),
        order="F" if tensor.is_column_major else "C")


def type_name(tensor: Tensor) -> str:
    return _NAMES[tensor.type]


def unpack(data: Any) -> np.ndarray:
    """The array of a container that holds one tensor. ``data`` is bytes-like. 4-bit values come in bytes."""
    from .container import Container

    with Container(data) as container:
        names = list(container.keys())
        if len(names) != 1:
            raise ValueError(f"a container with {len(names)} tensors: use weft.open")
        return container.get_tensor(names[0])


def _stored(precisions: Optional[Sequence[int]], count: int, group_size: int) -> np.ndarray:
    """The precisions of the groups of ``count`` lanes, a byte each."""
    if group_size <= 0:
        raise ValueError(f"a group of {group_size} lanes")
    groups = -(-count // integer(group_size, c_int32, "group_size"))
    given = np.full(groups, 16, np.uint8) if precisions is None else np.asarray(precisions)
    if given.size != groups:
        raise ValueError(f"{given.size} precisions for {groups} groups")
    if groups and (given.dtype.kind not in "iu" or given.min() < 0 or given.max() > 16):
        raise ValueError("precisions lie in 0...16")
    # The library takes an address: no strides.
    return np.ascontiguousarray(given, np.uint8)


def transpose(lanes: Any, precisions: Optional[Sequence[int]] = None, group_size: int = 16) -> bytes:
    """The rows of a block of 16-bit lanes: plane after plane, a word a group and plane (SPEC.md section 4)."""
    values = np.ascontiguousarray(lanes, "<u2").ravel()
    stored = _stored(precisions, values.size, group_size)
    rows = np.empty(int(stored.sum()) * group_size // 8, np.uint8)
    call("weft_transpose", values.ctypes.data, values.size, group_size, stored.ctypes.data, rows.ctypes.data, rows.size)
    return rows.tobytes()


def untranspose(
    rows: Any, count: int, precisions: Optional[Sequence[int]] = None, group_size: int = 16, signed: bool = False,
) -> np.ndarray:
    """The lanes of a block from its rows: the inverse of ``transpose``."""
    owner, address, size = _address(rows)
    stored = _stored(precisions, integer(count, c_size_t, "count"), group_size)
    lanes = np.empty(count, np.uint16)
    call("weft_untranspose", address, size, group_size, stored.ctypes.data, int(bool(signed)), lanes.ctypes.data, count)
    del owner
    return lanes
