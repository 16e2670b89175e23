"""Checks `weft compare` and `weft traffic` against counts of its own: numpy for the schemes, the zstd command for zstd.

usage: check_sizes.py WEFT NETWORK...

A network is a folder, or a .tflite file beside whose folder of the same name its input lies (../fixtures/NAME).
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


def report(weft, verb, path, *options):
    out = subprocess.run([weft, verb, path, "--json", *options], capture_output=True, text=True)
    assert out.returncode == 0, out.stderr
    return json.loads(out.stdout)


def folder_arrays(folder, rows):
    graph = json.load(open(os.path.join(folder, "network.json")))
    sample = next(iter(graph["samples"])) if isinstance(graph["samples"], dict) else graph["samples"][0]["name"]
    tensors = graph["tensors"]
    if isinstance(tensors, list):
        tensors = {tensor["name"]: tensor for tensor in tensors}
    zero_points = {
        os.path.splitext(tensor["files"][sample])[0]: tensor.get("zero_point", 0)
        for tensor in tensors.values() if sample in tensor.get("files", {})
    }
    for row in rows:
        yield row, np.load(os.path.join(folder, row["name"] + ".npy")), zero_points.get(row["name"], 0)


def model_arrays(weft, path, rows, scratch):
    """Weights of a model file, through a container and out again."""
    packed, out = os.path.join(scratch, "model.weft"), os.path.join(scratch, "model")
    subprocess.run([weft, "pack", path, "-o", packed, "-f", "-q"], check=True)
    subprocess.run([weft, "unpack", packed, "-o", out, "-f", "-q"], check=True)
    for row in rows:
        yield row, np.load(os.path.join(out, row["name"] + ".npy")), 0


def check_compare(weft, path, scratch):
    best = report(weft, "compare", path, "--group-size", "auto")
    found = report(weft, "compare", path)
    rows = found["tensors"]
    arrays = folder_arrays(path, rows) if os.path.isdir(path) else model_arrays(weft, path, rows, scratch)
    totals, compared = {}, 0
    for row, array, zero_point in arrays:
        if row["kind"] == "bias":
            assert row["schemes"]["raw"] == 8 * array.nbytes
            continue
        expected = schemes(array, zero_point, os.path.join(scratch, "tensor"))
        for scheme, bits in expected.items():
            here = row["schemes"][scheme]
            assert math.isclose(here, bits, rel_tol=1e-9, abs_tol=1e-6), (path, row["name"], scheme, bits, here)
        total = totals.setdefault(row["kind"], {})
        for scheme, bits in row["schemes"].items():
            total[scheme] = total.get(scheme, 0) + bits
        compared += 1
    for kind, total in totals.items():
        for scheme, bits in total.items():
            assert math.isclose(found["totals"][kind]["schemes"][scheme], bits, rel_tol=1e-12)
    for row in best["tensors"]:
        assert row["schemes"]["weft"] <= row["schemes"]["dpred16"], (path, row["name"], row["schemes"])
    for kind in ("weights", "activations"):
        if kind in best["totals"]:
            total = best["totals"][kind]["schemes"]
            assert total["weft"] <= total["shapeshifter16"], (path, kind, total)
    return compared


def check_traffic(weft, path, options):
    def bursts(bits):
        return -(-bits // 256) * 32

    found = report(weft, "traffic", path, *options)
    total = found["total"]
    for layer in found["layers"]:
        moved = 0
        for operand in (layer["weights"], layer["inputs"], layer["outputs"]):
            sections = sum(bursts(operand[key]) for key in ("payload_bits", "header_bits", "mask_bits"))
            if operand["on_chip"]:
                assert operand["burst_bytes"] == 0, (path, layer["name"])
            elif layer["type"] not in ("concat", "add", "reshape"):
                assert operand["burst_bytes"] == operand["passes"] * sections, (path, layer["name"], operand)
            moved += operand["burst_bytes"]
        assert moved == layer["burst_bytes"], (path, layer["name"])
        assert layer["bound"] == ("memory" if layer["dram_ns"] > layer["compute_ns"] else "compute")
    for key in ("burst_bytes", "raw_burst_bytes"):
        assert sum(layer[key] for layer in found["layers"]) == total[key]
    for key in ("dram_ns", "raw_dram_ns", "compute_ns", "time_ns", "stall_ns"):
        assert math.isclose(sum(layer[key] for layer in found["layers"]), total[key], rel_tol=1e-9, abs_tol=1e-6)
    cycles = report(weft, "run", path, *[option for option in options if option not in ("--offchip", "array")])["cycles"]
    assert total["compute_ns"] == cycles, (path, total["compute_ns"], cycles)
    return len(found["layers"])


def main():
    weft, networks = sys.argv[1], sys.argv[2:]
    compared = layers = 0
    with tempfile.TemporaryDirectory() as scratch:
        for path in networks:
            compared += check_compare(weft, path, scratch)
            options = []
            if not os.path.isdir(path):
                name = os.path.splitext(os.path.basename(path))[0]
                root = os.path.dirname(os.path.dirname(os.path.abspath(path)))
                options = ["--input", os.path.join(root, "fixtures", name, "activations", "s0", "input.npy")]
            layers += check_traffic(weft, path, options)
    print(f"{compared} tensors and {layers} layers of {len(networks)} networks: sizes and traffic equal an independent count")


main()
