"""Threads, forks and spawned processes."""
import concurrent.futures
import multiprocessing
import os
import signal
import sys
import threading
import time

import numpy as np
import pytest

import weft


def sizes(seed):
    array = np.random.default_rng(seed).integers(-100, 100, 50_000).astype(np.int16)
    packed = weft.pack(array, weft.PackOptions(order="linear"))
    assert (weft.unpack(packed) == array).all()
    return len(packed)


def cycles(arguments):
    path, options = arguments
    return weft.run(path, options=options).cycles


def test_many_threads_share_one_container(networks):
    with weft.open(networks["digits_fixed16"]) as container:
        names = container.keys()
        expected = {name: container.get_tensor(name) for name in names}

        def work(seed):
            for name in names[seed % len(names) :] + names[: seed % len(names)]:
                assert (container.get_tensor(name) == expected[name]).all()
            return sizes(seed)

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            found = list(pool.map(work, range(32)))
    assert found == [sizes(seed) for seed in range(32)]


def test_the_interpreter_runs_while_the_library_works():
    array = np.random.default_rng(1).integers(-100, 100, 30_000_000).astype(np.int16)
    turns = []
    done = threading.Event()

    def count():
        while not done.is_set():
            turns.append(time.monotonic())
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    start = time.monotonic()
    weft.pack(array, group_size="auto", order="linear")
    end = time.monotonic()
    done.set()
    thread.join()
    # With the lock held nothing would be counted in between.
    assert sum(start < turn < end for turn in turns) >= 3


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_of_either_kind(networks, method):
    # The parent has run on several threads before it forks.
    options = weft.RunOptions(threads=2)
    expected = weft.run(networks["digits_int8"], options=options).cycles
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(sizes, range(4))) == [sizes(seed) for seed in range(4)]
        assert list(pool.map(cycles, [(str(networks["digits_int8"]), options)] * 3)) == [expected] * 3


def test_a_container_is_closed_while_others_read_it(tmp_path):
    array = np.random.default_rng(4).integers(-100, 100, (2000, 100)).astype(np.int16)
    (tmp_path / "some.weft").write_bytes(weft.pack(array, name="x"))
    for turn in range(60):
        container = weft.open(tmp_path / "some.weft" if turn % 2 else (tmp_path / "some.weft").read_bytes())
        part = container.get_slice("x")
        started = threading.Barrier(5)

        def work(seed):
            started.wait()
            read = 0
            try:
                while True:
                    assert (part[seed : seed + 900] == array[seed : seed + 900]).all()
                    assert (container.get_tensor("x") == array).all()
                    read += 1
            except ValueError as error:
                return str(error), read

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            readers = [pool.submit(work, seed) for seed in range(4)]
            started.wait()
            time.sleep(0.001 * (turn % 7))
            container.close()
            assert {reader.result()[0] for reader in readers} == {"the container is closed"}
        assert not container._handle and not container._calls


def test_a_fork_reads_what_another_thread_held():
    container = weft.open(weft.pack(np.arange(100, dtype=np.int16), name="x"))
    with container._lock:
        child = os.fork()
        if child == 0:
            signal.alarm(20)
            os._exit(0 if container.get_tensor("x")[7] == 7 else 1)
    assert os.waitpid(child, 0)[1] == 0
