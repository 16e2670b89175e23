"""Weft: quantised tensors packed the way a bit-serial accelerator reads them.

``pack`` and ``unpack`` turn arrays into container bytes and back; ``open`` reads containers as safetensors does;
``run`` and ``traffic`` say what ``weft run`` and ``weft traffic`` say; ``Channel`` is an LPDDR4 channel clock by clock;
``capture`` records a model's real activations. Everything works on numpy arrays and on what numpy takes.

The C library does the work: the interpreter lock is released in every call, and containers may be read from several
threads.
"""
from ._version import __version__
from .capture import capture
from .channel import Channel, ChannelOptions, ChannelStats, Completion
from .codec import PackOptions, pack, pack_bound, transpose, unpack, untranspose
from .container import Container, Slice, Summary
from .container import open_container as open
from .errors import WeftError
from .layer import LayerRun, run_layer
from .network import RunOptions, RunResult, TrafficOptions, TrafficResult, run, traffic

__all__ = [
    "Channel",
    "ChannelOptions",
    "ChannelStats",
    "Completion",
    "Container",
    "LayerRun",
    "PackOptions",
    "RunOptions",
    "RunResult",
    "Slice",
    "Summary",
    "TrafficOptions",
    "TrafficResult",
    "WeftError",
    "__version__",
    "capture",
    "open",
    "pack",
    "pack_bound",
    "run",
    "run_layer",
    "traffic",
    "transpose",
    "unpack",
    "untranspose",
]
