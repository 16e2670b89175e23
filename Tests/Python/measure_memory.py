"""Packs a 500 MB ONNX model and prints the most anonymous memory (beyond mapped files) the command held meanwhile.

usage: measure_memory.py WEFT [int8|int4|float|external|typed]...    Exits 1 at 200 MB or more.
"""
import os
import subprocess
import sys
import tempfile
import time

import ml_dtypes
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LIMIT = 200e6
COUNT = 25


def model(kind, path):
    rng = np.random.default_rng(7)
    tensors = []
    for index in range(COUNT):
        if kind == "int4":
            values = rng.integers(0, 255, (4096, 4096 + 784), np.uint8)
            tensor = TensorProto(name=f"w{index}", dims=[4096, 2 * values.shape[1]], data_type=TensorProto.INT4,
                                 raw_data=values.tobytes())
        elif kind == "typed":
            values = np.clip(rng.normal(0, 8, (4096, 2440)), 0, 127).astype(np.int8)
            tensor = TensorProto(name=f"w{index}", dims=values.shape, data_type=TensorProto.INT8)
            # One byte a number: written by hand, since the library would take minutes.
            packed = values.tobytes()
            tensor.ParseFromString(tensor.SerializeToString() + b"\x2a" + varint(len(packed)) + packed)
        elif kind == "float":
            values = rng.normal(0, 1, (1024, 4880)).astype(np.float32)
            tensor = numpy_helper.from_array(values, f"w{index}")
        else:
            values = np.clip(rng.normal(0, 20, (4096, 4880)), -128, 127).astype(np.int8)
            tensor = numpy_helper.from_array(values, f"w{index}")
        tensors.append(tensor)
    made = helper.make_model(helper.make_graph([], "large", [], [], initializer=tensors))
    if kind == "external":
        onnx.save_model(made, path, save_as_external_data=True, location="weights.bin", size_threshold=0)
    else:
        onnx.save_model(made, path)


def varint(value):
    out = b""
    while value >= 128:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def anonymous(pid):
    try:
        with open(f"/proc/{pid}/status") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("RssAnon"))
    except (OSError, StopIteration):
        return 0


def main(weft, kinds):
    failed = False
    for kind in kinds or ["int8", "int4", "float", "external", "typed"]:
        with tempfile.TemporaryDirectory() as folder:
            model(kind, f"{folder}/model.onnx")
            size = sum(os.path.getsize(f"{folder}/{name}") for name in os.listdir(folder))
            options = ["--to", "int8"] if kind == "float" else []
            start, most = time.time(), 0
            process = subprocess.Popen([weft, "pack", f"{folder}/model.onnx", "-o", f"{folder}/a.weft", "-q", *options])
            while process.poll() is None:
                most = max(most, anonymous(process.pid))
                time.sleep(0.002)
            if process.returncode != 0:
                sys.exit(f"{kind}: pack failed")
            print(f"{kind}: {size / 1e6:.0f} MB model, {time.time() - start:.1f} s, {most / 1e6:.1f} MB beyond mapped files",
                  flush=True)
            failed |= most >= LIMIT
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
