#!/usr/bin/env python3
"""Compares the command with the second decoder on many arrays and settings.

usage: check_containers.py WEFT FOLDER...

Every array of the network folders and a list of edge cases is packed with settings drawn from the whole product (the
seed is fixed), read back by `weft_decoder.py`, and compared value for value; sizes in `weft list --json` are compared
with the count made from the formulas.
"""
import glob
import itertools
import json
import os
import struct
import subprocess
import sys
import tempfile

import numpy as np

from weft_decoder import Container, Tensor, packed_bits

SEED = 20
PER_ARRAY = 2
LARGEST = 40_000


def edge_cases():
    random = np.random.default_rng(SEED)
    yield "empty", np.zeros((0,), np.int8)
    yield "empty axis", np.zeros((3, 0, 4), np.uint16)
    yield "scalar", np.array(-5, np.int16)
    for count in (1, 15, 16, 17, 4097):
        yield f"{count} values", random.integers(-99, 99, count).astype(np.int16)
    yield "zeros", np.zeros((40, 50), np.int8)
    yield "smallest", np.full((10, 20), -32768, np.int16)
    yield "largest", np.full((10, 20), 65535, np.uint16)
    yield "extremes", np.tile(np.array([-128, 127], np.int8), 100)
    yield "fortran", np.asfortranarray(random.integers(-9, 9, (4, 5, 3, 20)).astype(np.int8))
    yield "rank 8", random.integers(0, 9, (2, 1, 3, 1, 2, 2, 1, 17)).astype(np.uint8)
    for width in range(1, 17):
        signed = random.integers(-(1 << width - 1), 1 << width - 1, (3, 5, 2, 20))
        yield f"signed {width}", signed.astype(np.int16 if width > 8 else np.int8)
        unsigned = random.integers(0, 1 << width, (3, 5, 2, 20))
        yield f"unsigned {width}", unsigned.astype(np.uint16 if width > 8 else np.uint8)


def arrays(folders):
    yield from edge_cases()
    for folder in folders:
        for path in sorted(glob.glob(os.path.join(folder, "weights", "*_w.npy"))
                           + glob.glob(os.path.join(folder, "activations", "s0", "*.npy"))):
            yield path, np.load(path)


def settings(rank, random):
    orders = ["linear"] + (["spatial", "channels"] if rank >= 1 else []) + (["filters"] if rank >= 2 else [])
    product = list(itertools.product(
        orders, ["8", "16", "32", "64", "128", "256"], ["group", "256", "2048"], ["auto", "dense", "layer", "even"],
        ["auto", "on", "off"], ["auto", "0", "7"]))
    for at in random.choice(len(product), PER_ARRAY, replace=False):
        order, group, block, table, compaction, rebase = product[at]
        yield ["--order", order, "--group-size", group, "--block", block, "--precisions", table, "--rebase", rebase,
               "--zero-compaction", "off" if order in ("channels", "filters") else compaction]


def check_bits(weft, packed, name, array, options, descriptor):
    """Compares the sizes that `weft list` gives with the count made from the formulas; returns the listed tensor."""
    listed = json.loads(subprocess.run([weft, "list", packed, "--json"], capture_output=True, check=True).stdout)
    tensor = listed["tensors"][0]
    expected = packed_bits(array, descriptor)
    if expected != (tensor["header_bits"], tensor["mask_bits"], tensor["payload_bits"]):
        sys.exit(f"check_containers: {name} {' '.join(options)}: {expected} bits counted, listed {tensor}")
    if tensor["packed_bytes"] != -(-sum(expected) // 8) or tensor["raw_bytes"] != array.nbytes:
        sys.exit(f"check_containers: {name}: packed_bytes or raw_bytes")
    return tensor


def check(weft, work, name, array, options):
    source, packed = os.path.join(work, "x.npy"), os.path.join(work, "x.weft")
    np.save(source, array)
    done = subprocess.run([weft, "pack", source, "-o", packed, "-f", "-q"] + options, capture_output=True, text=True)
    if done.returncode:
        # x - c may need 17 bits in the array's orders; nothing else may be refused.
        return done.returncode == 1 and "more than 16 bits" in done.stderr
    data = open(packed, "rb").read()
    if array.size > LARGEST:
        # Decoding in Python takes too long; the count of bits does not need it.
        check_bits(weft, packed, name, array, options, Tensor(data[32:32 + struct.unpack_from("<Q", data, 24)[0]]))
        return True
    container = Container(data)
    if not np.array_equal(container.tensors["x"], array) or container.tensors["x"].dtype != array.dtype:
        sys.exit(f"check_containers: {name} {' '.join(options)}: values differ")
    tensor = check_bits(weft, packed, name, array, options, container.descriptors["x"])
    table, groups = container.descriptors["x"].table, [0] * 17
    for precision, count in zip(table, container.counts["x"]):
        groups[precision] = count
    if groups != tensor["precision_histogram"]:
        sys.exit(f"check_containers: {name}: precision_histogram")
    return True


def main():
    weft, folders = sys.argv[1], sys.argv[2:]
    random = np.random.default_rng(SEED)
    count = 0
    with tempfile.TemporaryDirectory() as work:
        for name, array in arrays(folders):
            for options in list(settings(array.ndim, random))[: 1 if array.size > LARGEST else None]:
                if not check(weft, work, name, array, options):
                    sys.exit(f"check_containers: {name} {' '.join(options)}: refused")
                count += 1
    print(f"{count} containers equal (seed {SEED})")


if __name__ == "__main__":
    main()
