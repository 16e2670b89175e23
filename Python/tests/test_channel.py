import copy
import json
import pickle

import pytest

import weft


def test_the_tick_face_and_the_event_face_agree():
    addresses = [(number * 7919 % 4096) * 32 for number in range(500)]
    with weft.Channel() as ticked:
        waiting, done = list(enumerate(addresses)), []
        while len(done) < len(addresses):
            if waiting and ticked.will_accept(False):
                tag, address = waiting.pop(0)
                assert ticked.add_transaction(address, False, tag)
            ticked.tick()
            done += ticked.completions()
        assert sorted(completion.tag for completion in done) == list(range(500))
        assert all(c.accepted <= c.started < c.data_end and not c.is_write for c in done)
        ticked.drain()
        with weft.Channel() as submitted:
            for address in addresses:
                assert submitted.submit(address, 32, False) == 1
            submitted.drain()
            assert submitted.stats() == ticked.stats()


def test_idle_clocks_are_jumped_over():
    with weft.Channel(refresh="none") as channel:
        channel.add_transaction(0, True, 5)
        while not (done := list(channel.completions())):
            channel.advance(max(channel.clock + 1, channel.next_event))
        assert done[0].tag == 5 and done[0].is_write and done[0].data_end <= channel.clock


def test_statistics_are_those_of_the_command(tmp_path, weft_command):
    trace = tmp_path / "trace"
    requests = [(number * 64 % 100_000 // 32 * 32, number % 3 == 0) for number in range(2000)]
    trace.write_text("".join(f"{address:#x} {'WRITE' if write else 'READ'} 0\n" for address, write in requests))
    said = json.loads(weft_command("channel", trace, "--json", "--speed", "3200", "--page", "closed"))
    with weft.Channel(speed=3200, page="closed") as channel:
        for address, write in requests:
            channel.submit(address, 32, write)
        channel.drain()
        stats = channel.stats()
    for key in ("cycles", "time_ns", "reads", "writes", "read_bytes", "write_bytes", "activates", "precharges", "refreshes",
                "row_hits", "bandwidth_gbps", "peak_fraction", "read_latency_ns_mean", "read_latency_ns_p99"):
        assert getattr(stats, key) == said[key], key
    assert stats.energy_pj == said["energy_pj"]["total"]


def test_what_cannot_be_is_refused():
    with pytest.raises(weft.WeftError) as caught:
        weft.Channel(queue=0)
    assert caught.value.name == "WEFT_ERROR_CHANNEL_CONFIGURATION"
    with pytest.raises(ValueError):
        weft.Channel(page="ajar")
    with weft.Channel() as channel:
        with pytest.raises(weft.WeftError):
            channel.add_transaction(7, False)
        with pytest.raises(ValueError):
            channel.add_transaction(-32, False)
        channel.submit(0, 64, False)
        with pytest.raises(weft.WeftError) as caught:
            channel.tick()
        assert caught.value.name == "WEFT_ERROR_FACES_MIXED"


def test_a_channel_is_not_copied():
    with weft.Channel() as channel:
        for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError):
                attempt(channel)
        assert channel.submit(0, 32, False) == 1


def test_integers_are_not_cut_to_their_low_bits():
    with pytest.raises(ValueError, match="speed"):
        weft.Channel(speed=(1 << 32) + 4267)
    with weft.Channel() as channel:
        for call in (
            lambda: channel.add_transaction(1 << 64, False),
            lambda: channel.add_transaction(0, False, 1 << 63),
            lambda: channel.advance(1 << 64),
            lambda: channel.submit(1 << 64, 32, False),
            lambda: channel.submit(0, (1 << 64) + 32, False),
            lambda: channel.submit(0, 32, False, 1 << 64),
        ):
            with pytest.raises(ValueError, match="lies in"):
                call()
        assert channel.clock == 0 and channel.stats().reads == 0
