"""An LPDDR4 channel, clock by clock."""
from __future__ import annotations

import dataclasses
from ctypes import byref, c_int64, c_uint64, c_void_p
from typing import Any, Iterator

from ._library import ChannelOptionsStruct, ChannelStatistics, CompletionStruct, call, explained, integer
from .errors import WeftError

_MAPPINGS = {"robaco": 0, "rocoba": 1, "baroco": 2}
_PAGES = {"open": 0, "closed": 1, "strict": 2, "timeout": 3}
_REFRESHES = {"none": 0, "all": 1, "bank": 2}
NEVER = (1 << 63) - 1


@dataclasses.dataclass(frozen=True)
class ChannelOptions:
    """One channel; the defaults are those of ``weft channel``: LPDDR4-4267, x16, 8 Gb, BL16. May be pickled."""

    speed: int = 4267
    density: int = 8
    burst_length: int = 16
    lockstep: bool = False
    write_latency_b: bool = False
    read_dbi: bool = False
    mapping: str = "robaco"
    bank_xor: bool = False
    #: "open", "closed", "strict" or "timeout" with ``page_clocks``.
    page: str = "open"
    page_clocks: int = 0
    queue: int = 32
    #: A queue of its own for writes, drained from ``write_high`` down to ``write_low``; 0 for one queue.
    write_queue: int = 0
    write_low: int = 0
    write_high: int = 0
    hit_cap: int = -1
    refresh: str = "all"
    postponed: int = 0
    power_down_after: int = -1
    self_refresh_after: int = -1

    def _struct(self) -> ChannelOptionsStruct:
        for what, table in (("mapping", _MAPPINGS), ("page", _PAGES), ("refresh", _REFRESHES)):
            if getattr(self, what) not in table:
                raise ValueError(f"{what} is one of {', '.join(table)}, not {getattr(self, what)!r}")
        return ChannelOptionsStruct(
            speed=self.speed, density=self.density, burst_length=self.burst_length, is_lockstep=int(self.lockstep),
            has_write_latency_b=int(self.write_latency_b), has_read_dbi=int(self.read_dbi),
            mapping=_MAPPINGS[self.mapping], has_bank_xor=int(self.bank_xor), page=_PAGES[self.page],
            page_clocks=self.page_clocks, queue=self.queue, write_queue=self.write_queue, write_low=self.write_low,
            write_high=self.write_high, hit_cap=self.hit_cap, refresh=_REFRESHES[self.refresh],
            postponed=self.postponed, power_down_after=self.power_down_after,
            self_refresh_after=self.self_refresh_after)


@dataclasses.dataclass(frozen=True)
class Completion:
    """The end of one burst, in clocks."""

    tag: int
    is_write: bool
    accepted: int
    started: int
    data_end: int


@dataclasses.dataclass(frozen=True)
class ChannelStats:
    """What ``weft channel`` says, since the start or the last reset."""

    cycles: int
    reads: int
    writes: int
    read_bytes: int
    write_bytes: int
    activates: int
    precharges: int
    refreshes: int
    row_hits: int
    time_ns: float
    bandwidth_gbps: float
    peak_fraction: float
    read_latency_ns_mean: float
    read_latency_ns_p99: float
    energy_pj: float
    energy_activate_pj: float
    energy_read_pj: float
    energy_write_pj: float
    energy_refresh_pj: float
    energy_background_pj: float
    energy_io_pj: float


class Channel:
    """A channel for one thread at a time.

    Either clock by clock (``will_accept``, ``add_transaction``, ``tick`` or ``advance``, ``completions``) or by whole
    requests (``submit``); ``drain`` serves what waits. Numbers that their C type does not hold raise ValueError.
    """

    def __init__(self, options: ChannelOptions = ChannelOptions(), **changes: Any):
        self._handle = c_void_p()
        self.options = dataclasses.replace(options, **changes)
        struct = self.options._struct()
        #: Bytes of the channel.
        self.byte_count = explained("weft_channel_create", byref(struct), byref(self._handle))
        #: Bytes of one burst: what addresses are multiples of.
        self.burst_bytes = call("weft_channel_burst_bytes", self._handle)

    def __reduce__(self) -> Any:
        # A copy would share the handle, and free it again.
        raise TypeError("a channel cannot be copied or pickled: make another with its options")

    def __enter__(self) -> "Channel":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self.close()

    def close(self) -> None:
        """Gives the memory back; may be called again."""
        handle, self._handle = self._handle, c_void_p()
        if handle:
            call("weft_channel_destroy", handle)

    def will_accept(self, is_write: bool) -> bool:
        """Whether a burst of this direction is accepted on this clock."""
        return bool(call("weft_channel_will_accept", self._handle, int(bool(is_write))))

    def add_transaction(self, address: int, is_write: bool, tag: int = 0) -> bool:
        """Adds one burst; False where ``will_accept`` is. ``tag`` comes back with its completion."""
        return bool(call(
            "weft_channel_add_transaction", self._handle, integer(address, c_uint64, "address"), int(bool(is_write)),
            integer(tag, c_int64, "tag")))

    def tick(self) -> int:
        """Lets one clock pass; returns the clock that is next."""
        return call("weft_channel_tick", self._handle)

    def advance(self, clock: int) -> int:
        """Lets all clocks before ``clock`` pass."""
        return call("weft_channel_advance", self._handle, integer(clock, c_int64, "clock"))

    @property
    def clock(self) -> int:
        """The clock that the next tick is."""
        return call("weft_channel_clock", self._handle)

    @property
    def next_event(self) -> int:
        """The first clock on which something happens if nothing is added; ``NEVER`` for never."""
        return call("weft_channel_next_event", self._handle)

    def completions(self) -> Iterator[Completion]:
        """Bursts whose data has ended by now, in that order, each told once."""
        found = CompletionStruct()
        while call("weft_channel_next_completion", self._handle, byref(found)):
            yield Completion(found.tag, bool(found.is_write), found.accepted, found.started, found.data_end)

    def submit(self, address: int, byte_count: int, is_write: bool, arrival: int = 0) -> int:
        """Takes a request for a range of bytes; returns its bursts."""
        return call(
            "weft_channel_submit", self._handle, integer(address, c_uint64, "address"),
            integer(byte_count, c_uint64, "byte_count"), int(bool(is_write)), integer(arrival, c_int64, "arrival"))

    def drain(self) -> int:
        """Serves everything that waits; returns the end of the last data."""
        return call("weft_channel_drain", self._handle)

    def stats(self) -> ChannelStats:
        """Counts, times and energies."""
        found = ChannelStatistics()
        call("weft_channel_stats", self._handle, byref(found))
        return ChannelStats(**{field.name: getattr(found, field.name) for field in dataclasses.fields(ChannelStats)})

    def reset_stats(self) -> None:
        """Forgets all counts; time, rows and waiting requests stay."""
        call("weft_channel_reset_stats", self._handle)
