"""Containers read as safetensors reads its files."""
from __future__ import annotations

import contextlib
import dataclasses
import os
import threading
import weakref
from ctypes import byref, c_void_p
from typing import Any, Iterator, List, Tuple, Union

import numpy as np

from ._library import SummaryStruct, Tensor, call, explained, terminated, text
from .codec import _address, empty_like, type_name

_ORDER_NAMES = ["linear", "spatial", "channels", "filters"]
_BLOCK_NAMES = ["group", "256", "2048"]


@dataclasses.dataclass(frozen=True)
class Summary:
    """What ``weft list`` says of a tensor; bits are exact."""

    name: str
    dtype: str
    shape: Tuple[int, ...]
    order: str
    block: str
    group_size: int
    precision_table: Tuple[int, ...]
    signed: bool
    rebase: int
    zero_compaction: bool
    values: int
    raw_bytes: int
    header_bits: int
    mask_bits: int
    payload_bits: int
    packed_bytes: int
    precision_histogram: Tuple[int, ...]

    @property
    def ratio(self) -> float:
        """Packed bytes over raw bytes."""
        return self.packed_bytes / self.raw_bytes if self.raw_bytes else 1.0


class Slice:
    """A tensor of a container, of which parts may be read. Rows of axis 0 are read alone."""

    def __init__(self, container: "Container", place: int, tensor: Tensor):
        self._container, self._place, self._tensor = container, place, tensor

    def get_shape(self) -> List[int]:
        return list(self._tensor.shape[: self._tensor.rank])

    def get_dtype(self) -> str:
        return type_name(self._tensor)

    def __getitem__(self, index: Any) -> np.ndarray:
        # True is an int to Python and a mask to numpy.
        if any(isinstance(part, (bool, np.bool_)) for part in (index if isinstance(index, tuple) else (index,))):
            raise TypeError(f"rows are indexed by integers and slices, not {index!r}")
        first = index[0] if isinstance(index, tuple) and index else index
        if not self._tensor.rank or first is Ellipsis or first is None or not isinstance(first, (int, slice, np.integer)):
            return self._container._read(self._place, self._tensor)[index]
        extent = self.get_shape()[0]
        others = index[1:] if isinstance(index, tuple) else ()
        if isinstance(first, slice):
            wanted = range(*first.indices(extent))
            low, high = (min(wanted[0], wanted[-1]), max(wanted[0], wanted[-1]) + 1) if wanted else (0, 0)
            rows = self._container._read_rows(self._place, self._tensor, low, high - low)
            step = slice(None) if wanted.step == 1 else slice(wanted[0] - low if wanted else 0, None, wanted.step)
            return rows[(step,) + others]
        row = int(first) + (extent if first < 0 else 0)
        if not 0 <= row < extent:
            raise IndexError(f"row {first} of {extent}")
        return self._container._read_rows(self._place, self._tensor, row, 1)[(0,) + others]


class Container:
    """An open container: bytes in memory, or a file of which frames are read as they are asked for.

    Iterates over names. May be read from several threads, and is read again from its path after a fork or a pickle.
    """

    #: Those of this process.
    _all: "weakref.WeakSet[Container]" = weakref.WeakSet()

    def __init__(self, source: Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, np.ndarray]):
        self._source = os.fspath(source) if isinstance(source, (str, os.PathLike)) else source
        self._handle = c_void_p()
        self._owner = None
        self._lock = threading.Lock()
        #: Calls in progress, which need the handle, and whether it goes with the last of them.
        self._calls = 0
        self._is_closed = False
        if isinstance(self._source, str):
            path = terminated(os.fsencode(self._source), "the path")
            explained("weft_container_open_file", path, byref(self._handle))
        else:
            self._owner, address, size = _address(self._source)
            explained("weft_container_open", address, size, byref(self._handle))
        Container._all.add(self)
        self._names = [
            text("weft_container_name", self._handle, place)
            for place in range(call("weft_container_tensor_count", self._handle))
        ]
        self._places = {name: place for place, name in enumerate(self._names)}

    def __reduce__(self):
        source = self._source
        return Container, (source if isinstance(source, (str, bytes)) else bytes(source),)

    def __enter__(self) -> "Container":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self.close()

    def close(self) -> None:
        """Gives file and memory back, once calls of other threads have ended. Nothing can be read after it; may be
        called again."""
        self._enter_call(closes=True)
        self._leave_call()

    def _enter_call(self, closes: bool = False) -> c_void_p:
        """The handle, which stays until ``_leave_call``. Raises ValueError for a closed container."""
        with self._lock:
            if self._is_closed and not closes:
                raise ValueError("the container is closed")
            self._is_closed |= closes
            self._calls += 1
            return self._handle

    def _leave_call(self) -> None:
        handle = owner = None
        with self._lock:
            self._calls -= 1
            if self._is_closed and not self._calls:
                handle, self._handle = self._handle, c_void_p()
                owner, self._owner = self._owner, None
        if handle:
            call("weft_container_close", handle)
        # The library reads the bytes until then.
        del owner

    @contextlib.contextmanager
    def _open_handle(self) -> Iterator[c_void_p]:
        handle = self._enter_call()
        try:
            yield handle
        finally:
            self._leave_call()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def keys(self) -> List[str]:
        """Names of the packed tensors, in order."""
        return list(self._names)

    def _find(self, name: str) -> "tuple[int, Tensor]":
        with self._open_handle() as handle:
            if name not in self._places:
                raise KeyError(name)
            tensor = Tensor()
            call("weft_container_tensor", handle, self._places[name], byref(tensor))
            return self._places[name], tensor

    def _read(self, place: int, tensor: Tensor) -> np.ndarray:
        with self._open_handle() as handle:
            target = empty_like(tensor)
            explained("weft_container_read", handle, place, target.ctypes.data, target.nbytes)
            return target

    def _read_rows(self, place: int, tensor: Tensor, first: int, count: int) -> np.ndarray:
        part = Tensor.from_buffer_copy(tensor)
        part.shape[0] = count
        with self._open_handle() as handle:
            target = empty_like(part)
            explained("weft_container_read_rows", handle, place, first, count, target.ctypes.data, target.nbytes)
            return target

    def get_tensor(self, name: str) -> np.ndarray:
        """A tensor as an array, checksums checked. Raises KeyError and WeftError."""
        return self._read(*self._find(name))

    def get_slice(self, name: str) -> Slice:
        """A tensor of which parts are read by indexing."""
        return Slice(self, *self._find(name))

    def summary(self, name: str) -> Summary:
        """Sizes and settings of a tensor."""
        place, tensor = self._find(name)
        found = SummaryStruct()
        with self._open_handle() as handle:
            call("weft_container_summary", handle, place, byref(found))
        bits = {1: 4, 2: 4, 3: 8, 4: 8, 5: 16, 6: 16}[tensor.type]
        dtype = type_name(tensor) + (f":{tensor.width}" if tensor.width != bits else "")
        return Summary(
            name=name, dtype=dtype, shape=tuple(tensor.shape[: tensor.rank]), order=_ORDER_NAMES[found.order],
            block=_BLOCK_NAMES[found.block], group_size=found.group_size,
            precision_table=tuple(p for p in range(17) if found.precision_set >> p & 1), signed=bool(found.is_signed),
            rebase=found.rebase, zero_compaction=bool(found.is_compacted), values=found.values,
            raw_bytes=-(-found.raw_bits // 8), header_bits=found.header_bits, mask_bits=found.mask_bits,
            payload_bits=found.payload_bits, packed_bytes=found.packed_bytes,
            precision_histogram=tuple(found.groups_of_precision))

    def verify(self) -> int:
        """Decodes everything and checks every rule, as ``weft test`` does. Returns the number of tensors."""
        with self._open_handle() as handle:
            return explained("weft_container_verify", handle)


def _forget_other_threads() -> None:
    """In a fork: threads that held locks and were in calls are not in it."""
    for container in Container._all:
        container._lock, container._calls = threading.Lock(), 0


os.register_at_fork(after_in_child=_forget_other_threads)


def open_container(source: Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, np.ndarray]) -> Container:
    """Opens a container: a path or bytes. Use it in a ``with`` statement, or close it."""
    return Container(source)
