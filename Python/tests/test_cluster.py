"""A local cluster of processes, of which one is killed half-way."""
import concurrent.futures
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import weft

distributed = pytest.importorskip("distributed")


@pytest.fixture
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None, silence_logs=50,
    ) as made, distributed.Client(made) as client:
        yield client


@pytest.fixture
def models(tmp_path, fixtures):
    folder = tmp_path / "models"
    folder.mkdir()
    random = np.random.default_rng(8)
    np.savez(folder / "arrays.npz", **{f"a{place}": random.integers(-90, 90, (60, 70)).astype(np.int16) for place in range(12)})
    np.save(folder / "single.npy", random.integers(-90, 90, 5000).astype(np.int8))
    shutil.copytree(fixtures / "networks/digits_int8", folder / "digits")
    (folder / "notes.txt").write_text("no model")
    return folder


def kill_one_when(client, condition):
    """Kills a worker's process once the condition holds. Returns the thread and what it killed."""
    workers = {address: pid for address, pid in client.run(os.getpid).items()}
    killed = []

    def watch():
        for _ in range(6000):
            if condition():
                pid = next(iter(workers.values()))
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
                return
            time.sleep(0.005)

    thread = threading.Thread(target=watch)
    thread.start()
    return thread, killed


def test_packing_survives_a_killed_worker(cluster, models, tmp_path, weft_command):
    from weft import cluster as program

    output = tmp_path / "packed"
    parts = lambda: list(output.glob(".weft-parts-*/*.weft"))
    thread, killed = kill_one_when(cluster, lambda: len(parts()) >= 3)
    made = program.pack_models(cluster, models, output, parts=6)
    thread.join()
    assert killed, "no worker was killed while parts were made"
    assert [path.name for path in made] == ["arrays.weft", "digits.weft", "single.weft"]
    assert sorted(path.name for path in output.iterdir()) == [path.name for path in made]
    for name, source in [("arrays", "arrays.npz"), ("digits", "digits"), ("single", "single.npy")]:
        weft_command("pack", "-q", models / source, "-o", tmp_path / "alone.weft", "-f")
        assert (output / f"{name}.weft").read_bytes() == (tmp_path / "alone.weft").read_bytes(), name


def test_a_sweep_survives_a_killed_worker(cluster, tmp_path, weft_command, networks):
    from weft import cluster as program

    specification = tmp_path / "sweep.json"
    specification.write_text(json.dumps({
        "networks": [str(path) for path in networks.values()], "machines": ["loom-1b", "dpnn"],
        "schemes": ["array", "raw"], "widths": ["x16", "x32"], "batches": [1, 2]}))
    output = tmp_path / "rows.csv"
    thread, killed = kill_one_when(cluster, lambda: len(list(tmp_path.glob(".weft-parts-*/*.csv"))) >= 2)
    program.sweep(cluster, specification, output, parts=9)
    thread.join()
    assert killed
    weft_command("sweep", specification, "-o", tmp_path / "alone.csv", "-q")
    assert output.read_bytes() == (tmp_path / "alone.csv").read_bytes()
    assert output.read_text().count("\n") == 33


def test_the_program_runs_by_itself(models, tmp_path):
    words = [sys.executable, "-m", "weft.cluster", "--workers", "2", "pack", str(models), "-o", str(tmp_path / "out"),
             "--parts", "2", "--group-size", "32"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 3
    with weft.open(tmp_path / "out/single.weft") as container:
        assert container.summary("single").group_size == 32
    none = tmp_path / "none"
    none.mkdir()
    words[words.index(str(models))] = str(none)
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1 and "no model" in done.stderr


def packed_alone(weft_command, folder, source):
    weft_command("pack", "-q", source, "-o", folder / "alone.weft", "-f")
    return (folder / "alone.weft").read_bytes()


def test_calls_at_once_do_not_mix(cluster, tmp_path, weft_command):
    from weft import cluster as program

    random = np.random.default_rng(3)
    for place in range(4):
        (tmp_path / f"models{place}").mkdir()
        np.save(tmp_path / f"models{place}/single.npy", random.integers(-90, 90, 5000 + place).astype(np.int16))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        made = list(pool.map(
            lambda place: program.pack_models(
                cluster, tmp_path / f"models{place}", tmp_path / f"packed{place}", parts=3), range(4)))
    for place, (target,) in enumerate(made):
        source = tmp_path / f"models{place}/single.npy"
        assert target.read_bytes() == packed_alone(weft_command, tmp_path, source), place


def test_a_call_does_not_see_the_error_of_another(cluster, models, tmp_path, weft_command):
    from weft import cluster as program

    with pytest.raises(RuntimeError) as kept:
        program.pack_models(cluster, models, tmp_path / "packed", parts=4, options=["--group-size", "17"])
    # The error keeps its frames, and so the futures of the call that failed.
    target = program.pack_models(cluster, models, tmp_path / "packed", parts=4)[2]
    assert target.read_bytes() == packed_alone(weft_command, tmp_path, models / "single.npy")
    assert "17" in str(kept.value)


def test_a_late_part_does_not_keep_the_folder(tmp_path):
    from weft import cluster as program

    def write(folder):
        end, number = time.monotonic() + 0.3, 0
        while time.monotonic() < end:
            try:
                pathlib.Path(folder, f"{number}.weft").write_bytes(b"")
            except FileNotFoundError:
                return
            number += 1

    for _ in range(5):
        with pytest.raises(RuntimeError, match="first"), program._scratch(tmp_path) as folder:
            thread = threading.Thread(target=write, args=(folder,))
            thread.start()
            time.sleep(0.02)
            raise RuntimeError("first")
        thread.join()
        assert not list(tmp_path.iterdir())
