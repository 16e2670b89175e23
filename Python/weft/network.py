"""Whole networks: what ``weft run`` and ``weft traffic`` say of a packed network."""
from __future__ import annotations

import ctypes
import dataclasses
import os
from ctypes import byref, c_void_p
from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from ._library import (
    LayerRunStruct, LayerTraffic, RunOptionsStruct, Tensor, TrafficOptionsStruct, call, explained, text,
)
from .codec import empty_like
from .container import Container
from .layer import LayerRun

_EXECUTORS = {"fast": 0, "register": 1}
_CONVENTIONS = {"paper": 0, "dnnsim": 1}
#: The process that first ran on several threads: a fork of it has none of them.
_threaded_process: Optional[int] = None


@dataclasses.dataclass(frozen=True)
class RunOptions:
    """How the array runs, as ``weft run``. May be pickled and shared."""

    array: str = "loom-1b"
    executor: str = "fast"
    conventions: str = "paper"
    #: Round operands to the layers' profiles before packing. Lossy.
    trim: bool = False
    #: Spend the profiled widths instead of those detected; trims too.
    profile: bool = False
    #: Of all geometries with as many units the fastest, layer by layer.
    best_mapping: bool = False
    cycles_only: bool = False
    threads: int = 1

    def _struct(self) -> RunOptionsStruct:
        global _threaded_process
        for what, table in (("executor", _EXECUTORS), ("conventions", _CONVENTIONS)):
            if getattr(self, what) not in table:
                raise ValueError(f"{what} is one of {', '.join(table)}, not {getattr(self, what)!r}")
        threads = self.threads
        if threads > 1:
            _threaded_process = _threaded_process or os.getpid()
            if _threaded_process != os.getpid():
                # The pool of threads did not survive the fork.
                threads = 1
        return RunOptionsStruct(
            array=self.array.encode(), executor=_EXECUTORS[self.executor], conventions=_CONVENTIONS[self.conventions],
            trims_to_profile=int(self.trim), spends_profile=int(self.profile), maps_best=int(self.best_mapping),
            cycles_only=int(self.cycles_only), threads=threads)


@dataclasses.dataclass(frozen=True)
class TrafficOptions:
    """Memories, channel and off-chip form, as ``weft traffic``. May be pickled and shared."""

    speed: int = 4267
    x32: bool = False
    #: Bytes; None for the array's own.
    activation_memory: Optional[int] = None
    weight_memory: int = 512 << 10
    group_size: Any = 16
    batch: int = 1
    density: int = 8
    offchip: str = "array"

    def _struct(self) -> TrafficOptionsStruct:
        return TrafficOptionsStruct(
            speed=self.speed, is_x32=int(self.x32),
            activation_memory=-1 if self.activation_memory is None else self.activation_memory,
            weight_memory=self.weight_memory, group_size=0 if self.group_size == "auto" else self.group_size,
            batch=self.batch, density=self.density, offchip=self.offchip.encode())


@dataclasses.dataclass(frozen=True)
class RunResult:
    """Layers by name in order (None for what costs the array nothing or was left out), and the network's output."""

    layers: Dict[str, LayerRun]
    output: Optional[np.ndarray]

    @property
    def cycles(self) -> int:
        return sum(layer.cycles for layer in self.layers.values())

    @property
    def dpnn_cycles(self) -> int:
        return sum(layer.dpnn_cycles for layer in self.layers.values())

    @property
    def speedup(self) -> float:
        return self.dpnn_cycles / self.cycles if self.cycles else 1.0


@dataclasses.dataclass(frozen=True)
class TrafficResult:
    """One dictionary a layer and one of totals, with the keys of ``weft traffic --json``."""

    layers: List[Dict[str, Any]]
    total: Dict[str, Any]


class _Network:
    """A container's network, open while a call lasts."""

    def __init__(self, source: Any):
        self._own = not isinstance(source, Container)
        self.container = Container(source) if self._own else source
        self.handle = c_void_p()
        # The container stays open as long as its network.
        container_handle = self.container._enter_call()
        try:
            self.layer_count = explained("weft_network_open", container_handle, byref(self.handle))
            self.names = [text("weft_network_layer_name", self.handle, layer) for layer in range(self.layer_count)]
            self.types = [text("weft_network_layer_type", self.handle, layer) for layer in range(self.layer_count)]
        except BaseException:
            self.__exit__()
            raise

    def __reduce__(self) -> Any:
        # A copy would share the handle, and free it again.
        raise TypeError("an open network cannot be copied or pickled")

    def __enter__(self) -> "_Network":
        return self

    def __exit__(self, *_: Any) -> None:
        handle, self.handle = self.handle, c_void_p()
        if handle:
            call("weft_network_close", handle)
        self.container._leave_call()
        if self._own:
            self.container.close()

    def tensor(self, is_output: bool) -> Tensor:
        found = Tensor()
        call("weft_network_tensor", self.handle, int(is_output), 0, byref(found))
        return found

    def input(self, value: Any) -> "Tuple[Optional[np.ndarray], Optional[int], int]":
        """The elements of a given input with their address and size; nothing for the stored sample."""
        if value is None:
            return None, None, 0
        wanted = empty_like(self.tensor(False))
        given = np.asarray(value)
        if given.shape != wanted.shape or given.dtype != wanted.dtype:
            raise ValueError(f"the input is {wanted.dtype} {wanted.shape}, not {given.dtype} {given.shape}")
        given = np.ascontiguousarray(given)
        return given, given.ctypes.data, given.nbytes


def run(source: Any, *, input: Any = None, options: RunOptions = RunOptions(), output: bool = True, **changes: Any) -> RunResult:
    """Runs a packed network on the array, as ``weft run`` does.

    ``source`` is a path to a container of a network, its bytes, or an open container. ``input`` is an array of the
    network's input type and shape; without it the first sample that travels in the container is taken. Options may be
    given one by one: ``run("net.weft", array="loom-2b")``. Raises WeftError.
    """
    options = dataclasses.replace(options, **changes)
    struct = options._struct()
    with _Network(source) as network:
        owner, address, size = network.input(input)
        rows = (LayerRunStruct * network.layer_count)()
        if network.layer_count:
            rows[0].size = ctypes.sizeof(LayerRunStruct)
        result = empty_like(network.tensor(True)) if output and not options.cycles_only else None
        explained(
            "weft_network_run", network.handle, address, size, None if result is None else result.ctypes.data,
            0 if result is None else result.nbytes, rows, network.layer_count, byref(struct))
        del owner
        return RunResult({name: LayerRun._of(row) for name, row in zip(network.names, rows)}, result)


def traffic(
    source: Any, *, input: Any = None, array: str = "loom-1b", run_options: Optional[RunOptions] = None,
    options: TrafficOptions = TrafficOptions(), **changes: Any,
) -> TrafficResult:
    """What a packed network moves on and off chip and what that takes, as ``weft traffic`` says it.

    Options of the channel and the memories may be given one by one: ``traffic("net.weft", x32=True)``.
    """
    run_struct = dataclasses.replace(run_options or RunOptions(), array=array)._struct()
    struct = dataclasses.replace(options, **changes)._struct()
    with _Network(source) as network:
        owner, address, size = network.input(input)
        rows = (LayerTraffic * network.layer_count)()
        if network.layer_count:
            rows[0].size = ctypes.sizeof(LayerTraffic)
        total = LayerTraffic()
        count = explained(
            "weft_network_traffic", network.handle, address, size, rows, network.layer_count, byref(total),
            byref(run_struct), byref(struct))
        del owner
        layers = [
            {"name": network.names[row.layer], "type": network.types[row.layer], **_row(row)} for row in rows[:count]
        ]
        return TrafficResult(layers, _row(total))


def _row(row: LayerTraffic) -> Dict[str, Any]:
    def operand(value: Any) -> Dict[str, Any]:
        found = {name: getattr(value, name) for name, _ in value._fields_}
        found["on_chip"] = bool(found["on_chip"])
        return found

    return {
        **{name: operand(getattr(row, name)) for name in ("weights", "inputs", "outputs")},
        "raw_burst_bytes": row.raw_burst_bytes,
        "burst_bytes": row.burst_bytes,
        "ratio": row.burst_bytes / row.raw_burst_bytes if row.raw_burst_bytes else 1.0,
        "dram_ns": row.dram_ns,
        "raw_dram_ns": row.raw_dram_ns,
        "compute_ns": row.compute_ns,
        "time_ns": row.time_ns,
        "energy_pj": row.energy_pj,
        "raw_energy_pj": row.raw_energy_pj,
        "bound": "memory" if row.is_memory_bound else "compute",
    }
