"""Packing and sweeping on a Dask cluster.

    python -m weft.cluster pack MODELS -o PACKED --scheduler tcp://host:8786
    python -m weft.cluster sweep SPEC -o OUT.csv --workers 4

Tensors and configurations are independent: each task is one part of a model or of a sweep, made by the ``weft`` command
on a worker; parts that a lost worker leaves behind are made again by another. The parts together are, byte for byte,
what one process makes. Workers and client share a file system. Needs the ``distributed`` package.
"""
from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import shutil
import sys
import tempfile
import time
import uuid
from typing import Any, Iterator, List, Sequence

from . import command

#: What packs, besides folders with a network.json.
MODEL_ENDINGS = (".npy", ".npz", ".safetensors", ".tflite", ".onnx")


def models(folder: "os.PathLike[str] | str") -> List[pathlib.Path]:
    """The models of a directory, by name: files that ``weft pack`` reads, and network folders."""
    found = [
        entry for entry in sorted(pathlib.Path(folder).iterdir())
        if entry.suffix in MODEL_ENDINGS or (entry / "network.json").is_file()
    ]
    if not found:
        raise FileNotFoundError(f"{folder}: no model in it")
    return found


def _part(arguments: Sequence[str], number: int, count: int, target: str, executable: str) -> str:
    """A task: one part, complete under its name or not at all."""
    command.run([*arguments, "--part", f"{number}/{count}", "-o", target, "-f", "-q", "-T", "1"], executable)
    return target


def _run(client: Any, jobs: "list[tuple[list[str], str, list[str]]]", executable: str) -> None:
    """Makes all parts of all jobs: (arguments, name, targets)."""
    # A scheduler takes a key that it knows for the same task: calls, threads and hosts must not share one.
    run = uuid.uuid4().hex
    futures: List[Any] = []
    try:
        for arguments, name, targets in jobs:
            for number, target in enumerate(targets):
                futures.append(client.submit(
                    _part, arguments, number + 1, len(targets), target, executable, key=f"{name}-{run}-{number + 1}",
                    pure=False, retries=3))
        client.gather(futures)
    except BaseException:
        # What is left would be made into a folder that is about to go.
        client.cancel(futures)
        raise


@contextlib.contextmanager
def _scratch(folder: pathlib.Path) -> Iterator[str]:
    """A folder for parts, gone afterwards."""
    made = tempfile.mkdtemp(prefix=".weft-parts-", dir=folder)
    try:
        yield made
    finally:
        # The command of a lost worker or a cancelled task may still write: a file made between listing and removing
        # must neither keep the folder nor hide what went wrong.
        for _ in range(50):
            shutil.rmtree(made, ignore_errors=True)
            if not os.path.exists(made):
                break
            time.sleep(0.02)


def pack_models(
    client: Any, folder: "os.PathLike[str] | str", output: "os.PathLike[str] | str", *, parts: int = 8,
    options: Sequence[str] = (),
) -> List[pathlib.Path]:
    """Packs every model of a directory on a cluster: ``OUTPUT/NAME.weft`` each, equal to what ``weft pack`` writes.

    ``options`` go to ``weft pack``. A model is cut into ``parts`` tasks of about the same size.
    """
    executable = command.path()
    output = pathlib.Path(output)
    output.mkdir(parents=True, exist_ok=True)
    sources = models(folder)
    targets = [output / ((source.stem if source.is_file() else source.name) + ".weft") for source in sources]
    if len(set(targets)) != len(targets):
        raise ValueError("two models would have the same name packed")
    with _scratch(output) as scratch:
        files = [[f"{scratch}/{place}.{number}.weft" for number in range(parts)] for place in range(len(sources))]
        _run(
            client,
            [(["pack", str(source.resolve()), *options], f"pack-{place}", files[place])
             for place, source in enumerate(sources)],
            executable)
        for target, pieces in zip(targets, files):
            command.run(["merge", *pieces, "-o", str(target), "-f", "-q"], executable)
    return targets


def sweep(client: Any, specification: "os.PathLike[str] | str", output: "os.PathLike[str] | str", *, parts: int = 16) -> pathlib.Path:
    """Runs a sweep on a cluster: the file that ``weft sweep SPEC -o OUTPUT`` writes (.csv)."""
    executable = command.path()
    target = pathlib.Path(output)
    if target.suffix != ".csv":
        raise ValueError(f"{target}: a sweep on a cluster writes .csv")
    source = str(pathlib.Path(specification).resolve())
    with _scratch(target.parent) as scratch:
        pieces = [f"{scratch}/{number}.csv" for number in range(parts)]
        _run(client, [(["sweep", source], "sweep", pieces)], executable)
        joined = pathlib.Path(scratch, "joined.csv")
        with open(joined, "wb") as out:
            for place, piece in enumerate(pieces):
                with open(piece, "rb") as part:
                    header = part.readline()
                    if place == 0:
                        out.write(header)
                    shutil.copyfileobj(part, out)
        os.replace(joined, target)
    return target


@contextlib.contextmanager
def _client(arguments: argparse.Namespace) -> Iterator[Any]:
    from distributed import Client, LocalCluster

    if arguments.scheduler:
        with Client(arguments.scheduler) as client:
            yield client
        return
    with LocalCluster(
        n_workers=arguments.workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
    ) as cluster, Client(cluster) as client:
        yield client


def main(words: "Sequence[str] | None" = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m weft.cluster", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--scheduler", help="address of a Dask scheduler; without it workers of this machine are used")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes without a scheduler")
    verbs = parser.add_subparsers(dest="verb", required=True)
    packing = verbs.add_parser("pack", help="pack every model of a directory; further options go to weft pack")
    packing.add_argument("models")
    packing.add_argument("-o", "--output", required=True)
    packing.add_argument("--parts", type=int, default=8, help="tasks a model")
    sweeping = verbs.add_parser("sweep", help="traffic and time of many configurations")
    sweeping.add_argument("specification")
    sweeping.add_argument("-o", "--output", required=True)
    sweeping.add_argument("--parts", type=int, default=16, help="tasks")
    arguments, others = parser.parse_known_args(words)
    if others and arguments.verb != "pack":
        parser.error(f"unknown: {' '.join(others)}")
    try:
        with _client(arguments) as client:
            if arguments.verb == "pack":
                for target in pack_models(client, arguments.models, arguments.output, parts=arguments.parts, options=others):
                    print(target)
            else:
                print(sweep(client, arguments.specification, arguments.output, parts=arguments.parts))
    except (OSError, RuntimeError, ValueError) as error:
        print(f"weft: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
