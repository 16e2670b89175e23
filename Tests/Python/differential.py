#!/usr/bin/env python3
"""Compares the command with the second decoder on random containers, good ones and damaged ones.

usage: differential.py WEFT [CASES [SEED]]

Half of the cases are tensors with random shapes, values and settings, whose values must come back; the other half are
containers with changed bytes, most of them with checksums made right again, which both must accept or both refuse, and
which must hold the same values for both where they are accepted. The seed is printed on failure; the same seed gives
the same cases.
"""
import json
import os
import random
import resource
import signal
import struct
import subprocess
import sys
import tempfile

import numpy as np

from weft_decoder import MAGIC, Container, crc32c

PER_BATCH = 25
DAMAGES_PER_CONTAINER = 25
DTYPES = {"I8": np.int8, "U8": np.uint8, "I16": np.int16, "U16": np.uint16}


def fail(seed, what):
    sys.exit(f"differential: seed {seed}: {what}")


def draw_array(generator, numbers, ranks):
    shape = []
    left = generator.choice([20, 100, 300, 600])
    for axis in range(generator.choice(ranks)):
        extent = generator.randint(1, max(1, min(left, 40)))
        left //= extent
        shape.append(0 if generator.random() < 0.01 else extent)
    kind = generator.choice(list(DTYPES))
    dtype = DTYPES[kind]
    limits = np.iinfo(dtype)
    bits = generator.randint(0, limits.bits)
    if generator.random() < 0.2:
        values = numbers.integers(limits.min, limits.max, shape, np.int64, endpoint=True)
    else:
        low = -(1 << bits >> 1) if limits.min < 0 else 0
        values = numbers.integers(low, low + (1 << bits), shape)
        values = np.where(numbers.random(shape) < generator.choice([0, 0.5, 0.9]), 0, values) + generator.choice([0, 0, 3])
    return kind, np.clip(values, limits.min, limits.max).astype(dtype)


def draw_settings(generator):
    order = generator.choice(["linear", "linear", "spatial", "channels", "filters", "auto"])
    ranks = {"linear": [0, 1, 2, 3, 4], "auto": [1, 2, 3], "spatial": [1, 2, 4], "channels": [1, 2, 3, 4], "filters": [2, 4]}[order]
    arrays = order in ("channels", "filters")
    options = ["--order", order, "--group-size", generator.choice(["auto", "8", "16", "32", "64", "128", "256"]),
               "--precisions", generator.choice(["auto", "dense", "layer", "even"]),
               "--rebase", "0" if arrays else generator.choice(["auto", "0", "1"]),
               "--zero-compaction", "off" if arrays else generator.choice(["auto", "on", "off"])]
    if generator.random() < 0.5:
        options += ["--block", generator.choice(["group", "256", "2048"])]
    return options, ranks


def write_safetensors(path, arrays):
    header, data = {}, b""
    for name, (kind, array) in arrays.items():
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def seal(data):
    """The bytes with every checksum recomputed, as far as lengths lead."""
    data, at = bytearray(data), 0
    while at + 16 <= len(data):
        if data[at:at + 8] == MAGIC:
            struct.pack_into("<I", data, at + 12, crc32c(data[at:at + 12]))
            at += 16
            continue
        (length,) = struct.unpack_from("<Q", data, at + 8)
        end = at + 16 + (length + 7) // 8 * 8
        if end > len(data):
            break
        struct.pack_into("<I", data, at + 4, crc32c(data[at + 8:end], crc32c(data[at:at + 4])))
        at = end
    return bytes(data)


def damaged(generator, data):
    data = bytearray(data)
    for _ in range(generator.randint(1, 3)):
        place = generator.randrange(len(data))
        data[place] = generator.choice([0, 1, 0x7F, 0x80, 0xFF, data[place] ^ 1 << generator.randrange(8)])
    return bytes(data) if generator.random() < 0.1 else seal(data)


class Late(Exception):
    """The plain decoder would take too long."""


def second_opinion(data):
    """The tensors and stored entries, or None where the second decoder refuses."""
    def late(*_):
        raise Late

    signal.signal(signal.SIGALRM, late)
    signal.alarm(5)
    try:
        container = Container(data)
        return container.tensors
    except Late:
        raise
    except Exception:  # Whatever goes wrong in it is a refusal: it checks by computing.
        return None
    finally:
        signal.alarm(0)


def good_batch(weft, work, generator, numbers, seed, count):
    options, ranks = draw_settings(generator)
    while options[options.index("--group-size") + 1] == "256" and "--block" in options and options[-1] == "group":
        options, ranks = draw_settings(generator)
    arrays = {f"t{index}": draw_array(generator, numbers, ranks) for index in range(count)}
    source, packed = os.path.join(work, "x.safetensors"), os.path.join(work, "x.weft")
    write_safetensors(source, arrays)
    done = subprocess.run([weft, "pack", source, "-o", packed, "-f", "-q", *options], capture_output=True, text=True)
    if done.returncode:
        fail(seed, f"{' '.join(options)}: {done.stderr}")
    with open(packed, "rb") as file:
        data = file.read()
    found = Container(data).tensors
    for name, (_, array) in arrays.items():
        if found[name].dtype != array.dtype or not np.array_equal(found[name], array):
            fail(seed, f"{' '.join(options)}: '{name}' {array.dtype} {array.shape} differs")
    return data


def small_container(weft, work, generator, numbers, seed):
    """A container that a change is likely to meet in an interesting place."""
    return good_batch(weft, work, generator, numbers, seed, generator.randint(1, 3))


def damage(weft, work, generator, seed, original, round):
    data = damaged(generator, original)
    path = os.path.join(work, "d.weft")
    with open(path, "wb") as file:
        file.write(data)
    try:
        values = second_opinion(data)
    except Late:
        return "late"
    done = subprocess.run([weft, "test", path], capture_output=True, text=True, timeout=60)
    if done.returncode not in (0, 1) or (values is None) != (done.returncode == 1):
        os.replace(path, "differential-failure.weft")
        fail(seed, f"damage {round}: second decoder {'refuses' if values is None else 'accepts'}, exit {done.returncode}"
                   f" {done.stderr.strip()} (kept as differential-failure.weft)")
    if values is None:
        return "refused"
    for name, array in values.items():
        target = os.path.join(work, "d.npy")
        subprocess.run([weft, "unpack", path, "--tensor", name, "-o", target, "-f", "-q"], check=True)
        if not np.array_equal(np.load(target), array):
            os.replace(path, "differential-failure.weft")
            fail(seed, f"damage {round}: '{name}' differs (kept as differential-failure.weft)")
    return "accepted"


def main():
    weft = os.path.abspath(sys.argv[1])
    cases = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20_261_121
    generator, numbers = random.Random(seed), np.random.default_rng(seed)
    # A claim of much memory is refused by both.
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    verdicts = dict(accepted=0, refused=0, late=0)
    with tempfile.TemporaryDirectory() as work:
        done = 0
        while done < cases - cases // 2:
            count = min(PER_BATCH, cases - cases // 2 - done)
            good_batch(weft, work, generator, numbers, seed, count)
            done += count
        for round in range(cases // 2):
            if round % DAMAGES_PER_CONTAINER == 0:
                original = small_container(weft, work, generator, numbers, seed)
            verdicts[damage(weft, work, generator, seed, original, round)] += 1
    print(f"{done} tensors equal; {cases // 2} damaged containers: both accept {verdicts['accepted']}, both refuse "
          f"{verdicts['refused']}, {verdicts['late']} too long for the second decoder (seed {seed})")
    if cases >= 200 and verdicts["late"] > cases // 20:
        fail(seed, "too many were not compared")


if __name__ == "__main__":
    main()
