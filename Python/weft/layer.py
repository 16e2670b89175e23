"""One layer on the array."""
from __future__ import annotations

import dataclasses
from ctypes import byref, c_void_p
from typing import Any, Optional, Tuple, Union

import numpy as np

from ._library import LayerRunStruct, LayerStruct, Tensor, call, explained
from .container import Container

_KINDS = {"conv2d": 0, "depthwise_conv2d": 1, "fully_connected": 2}


@dataclasses.dataclass(frozen=True)
class LayerRun:
    """What one layer costs on the array. ``simulated_cycles`` is the register executor's own count, else None."""

    macs: int
    cycles: int
    dpnn_cycles: int
    steps: int
    bit_products: int
    simulated_cycles: Optional[int]
    transposer_cycles: int
    transposer_stalls: int
    weight_loads: int
    activation_rows: int
    weight_rows: int
    utilization: float
    activation_bits: float
    weight_bits: float

    @property
    def speedup(self) -> float:
        """Over the bit-parallel baseline."""
        return self.dpnn_cycles / self.cycles if self.cycles else 1.0

    @classmethod
    def _of(cls, struct: LayerRunStruct) -> "LayerRun":
        values = {field.name: getattr(struct, field.name) for field in dataclasses.fields(cls)}
        if values["simulated_cycles"] < 0:
            values["simulated_cycles"] = None
        return cls(**values)


def _opened(source: Any, name: Optional[str]) -> "Tuple[Container, int]":
    container = source if isinstance(source, Container) else Container(source)
    if name is None:
        if len(container) != 1:
            raise ValueError(f"a container with {len(container)} tensors: say which")
        return container, 0
    return container, container._find(name)[0]


def run_layer(
    weights: Any, activations: Any, *, kind: str = "conv2d", stride: Union[int, Tuple[int, int]] = 1,
    dilation: Union[int, Tuple[int, int]] = 1, padding: Union[int, Tuple[int, int, int, int]] = 0,
    weights_name: Optional[str] = None, activations_name: Optional[str] = None, options: Any = None, **changes: Any,
) -> "Tuple[Optional[np.ndarray], LayerRun]":
    """Runs one layer from packed bytes: the sums before any bias, as int64, and what it cost.

    ``weights`` and ``activations`` are containers (open ones, bytes or paths) that bring shapes, layouts and zero
    points along; ``padding`` is one number or top, bottom, left, right. The sums have the axes N, H, W, filter, or row
    and filter for a fully connected layer. They are None with ``cycles_only=True``.
    """
    from .network import RunOptions

    if kind not in _KINDS:
        raise ValueError(f"kind is one of {', '.join(_KINDS)}, not {kind!r}")
    run_options = dataclasses.replace(options or RunOptions(), **changes)._struct()
    stride = (stride, stride) if isinstance(stride, int) else stride
    dilation = (dilation, dilation) if isinstance(dilation, int) else dilation
    padding = (padding,) * 4 if isinstance(padding, int) else padding
    layer = LayerStruct(
        kind=_KINDS[kind], stride_height=stride[0], stride_width=stride[1], dilation_height=dilation[0],
        dilation_width=dilation[1], pad_top=padding[0], pad_bottom=padding[1], pad_left=padding[2],
        pad_right=padding[3])
    w, w_place = _opened(weights, weights_name)
    a, a_place = _opened(activations, activations_name)
    found = LayerRunStruct()
    counting = type(run_options).from_buffer_copy(run_options)
    counting.cycles_only = 1
    with w._open_handle() as w_handle, a._open_handle() as a_handle:
        arguments = (byref(layer), w_handle, w_place, a_handle, a_place)
        if run_options.cycles_only:
            explained("weft_array_run", *arguments, None, 0, byref(found), byref(counting))
            return None, LayerRun._of(found)
        sums = np.empty(_output_shape(kind, layer, w_handle, w_place, a_handle, a_place), np.int64)
        count = explained(
            "weft_array_run", *arguments, sums.ctypes.data, sums.size, byref(found), byref(run_options))
        assert count == sums.size
        return sums, LayerRun._of(found)


def _output_shape(
    kind: str, layer: LayerStruct, weights: c_void_p, w_place: int, activations: c_void_p, a_place: int
) -> "Tuple[int, ...]":
    """Extents of the sums: by the letters of the operands' layouts."""

    def extents(container: c_void_p, place: int) -> "Tuple[int, list, int]":
        tensor = Tensor()
        call("weft_container_tensor", container, place, byref(tensor))
        outer, positions, channels = 1, [], 1
        for letter, extent in zip(tensor.layout.decode(), tensor.shape):
            if letter in "NO1":
                outer = extent
            elif letter in "CI":
                channels = extent
            else:
                positions.append(extent)
        return outer, positions, channels

    filters, kernel, fan_in = extents(weights, w_place)
    images, positions, channels = extents(activations, a_place)
    if kind == "fully_connected":
        volume = images * channels * int(np.prod(positions, dtype=np.int64))
        return (volume // max(1, fan_in), filters)
    kernel = [1] * (2 - len(kernel)) + kernel
    positions = [1] * (2 - len(positions)) + positions
    pads = (layer.pad_top + layer.pad_bottom, layer.pad_left + layer.pad_right)
    strides, dilations = (layer.stride_height, layer.stride_width), (layer.dilation_height, layer.dilation_width)
    windows = [
        max(0, (extent + pad - (taps - 1) * dilation - 1) // max(1, stride) + 1)
        for extent, pad, taps, dilation, stride in zip(positions, pads, kernel, dilations, strides)
    ]
    return (images, *windows, fan_in if kind == "depthwise_conv2d" else filters)
