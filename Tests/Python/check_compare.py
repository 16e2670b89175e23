"""Checks `weft compare` against counts of its own: numpy for the schemes, the zstd command for zstd.

usage: check_compare.py WEFT NETWORK_FOLDER...
"""
import json
import math
import os
import subprocess
import sys
import tempfile

import numpy as np


def bit_length(values):
    """Bits of non-negative integers."""
    return np.ceil(np.log2(values.astype(np.float64) + 1)).astype(np.int64)


def centred(array, zero_point, width):
    values = array.astype(np.int64).ravel()
    is_signed = bool((values < zero_point).any())
    values = (values - zero_point) % (1 << width)
    if is_signed:
        values = np.where(values >= 1 << (width - 1), values - (1 << width), values)
    return values, is_signed


def schemes(array, zero_point, path, levels=(3, 19)):
    width = 8 * array.dtype.itemsize
    values, is_signed = centred(array, zero_point, width)
    count = values.size
    widths = bit_length(np.where(values < 0, ~values, values)) + (is_signed & (values != 0))
    groups = -(-count // 16)
    padded = np.zeros(groups * 16, np.int64)
    padded[:count] = widths
    magnitudes = np.zeros(groups * 16, np.int64)
    magnitudes[:count] = np.abs(values)
    header = 4 if width == 16 else 3
    group_width = np.maximum(1, padded.reshape(groups, 16).max(axis=1, initial=0))
    magnitude = magnitudes.reshape(groups, 16)
    shape_width = np.minimum(width, bit_length(magnitude.max(axis=1, initial=0)) + is_signed)
    nonzero = (magnitude != 0).sum(axis=1)
    pairs, run = 0, 0
    for is_zero in (values == 0).tolist():
        if is_zero and run < 31:
            run += 1
        else:
            pairs, run = pairs + 1, 0
    pairs += run > 0
    raw = array.tobytes()
    frequencies = np.bincount(np.frombuffer(raw, np.uint8), minlength=256)
    frequencies = frequencies[frequencies > 0]
    result = {
        "raw": count * width,
        "layer": count * max(1, int(widths.max(initial=0))),
        "dpred16": int(groups * header + 16 * group_width.sum()),
        "shapeshifter16": int(groups * (16 + header) + (shape_width * nonzero).sum()),
        "zvc": int(count + width * (values != 0).sum()),
        "zero_rle": int(pairs * (5 + width)),
        "entropy0": float(-(frequencies * np.log2(frequencies / len(raw))).sum()),
    }
    with open(path, "wb") as file:
        file.write(raw)
    for level in levels:
        packed = subprocess.run(["zstd", f"-{level}", "--no-check", "-q", "-c", path], capture_output=True, check=True)
        result[f"zstd_{level}"] = 8 * len(packed.stdout)
    return result


def main():
    weft, folders = sys.argv[1], sys.argv[2:]
    scratch = tempfile.mkdtemp()
    compared = 0
    for folder in folders:
        report = {}
        for group in ("16", "auto"):
            out = subprocess.run(
                [weft, "compare", folder, "--json", "--group-size", group], capture_output=True, check=True, text=True)
            report[group] = json.loads(out.stdout)
        graph = json.load(open(os.path.join(folder, "network.json")))
        sample = next(iter(graph["samples"])) if isinstance(graph["samples"], dict) else graph["samples"][0]["name"]
        tensors = graph["tensors"]
        if isinstance(tensors, list):
            tensors = {tensor["name"]: tensor for tensor in tensors}
        zero_points = {
            os.path.splitext(tensor["files"][sample])[0]: tensor.get("zero_point", 0)
            for tensor in tensors.values() if sample in tensor.get("files", {})
        }
        totals = {}
        for row in report["16"]["tensors"]:
            array = np.load(os.path.join(folder, row["name"] + ".npy"))
            if row["kind"] == "bias":
                assert row["schemes"]["raw"] == 8 * array.nbytes
                continue
            expected = schemes(array, zero_points.get(row["name"], 0), os.path.join(scratch, "tensor"))
            for scheme, bits in expected.items():
                found = row["schemes"][scheme]
                assert math.isclose(found, bits, rel_tol=1e-9, abs_tol=1e-6), (folder, row["name"], scheme, bits, found)
            total = totals.setdefault(row["kind"], {})
            for scheme, bits in row["schemes"].items():
                total[scheme] = total.get(scheme, 0) + bits
            compared += 1
        for kind, total in totals.items():
            for scheme, bits in total.items():
                assert math.isclose(report["16"]["totals"][kind]["schemes"][scheme], bits, rel_tol=1e-12)
        best = report["auto"]
        for row in best["tensors"]:
            assert row["schemes"]["weft"] <= row["schemes"]["dpred16"], (folder, row["name"], row["schemes"])
        for kind in ("weights", "activations"):
            if kind in best["totals"]:
                total = best["totals"][kind]["schemes"]
                assert total["weft"] <= total["shapeshifter16"], (folder, kind, total)
    print(f"{compared} tensors of {len(folders)} networks: every scheme's bits equal an independent count")


main()
