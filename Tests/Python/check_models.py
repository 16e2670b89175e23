"""Packs and unpacks model files of every foreign format, and compares with what Python packages read from them.

usage: check_models.py WEFT [MODEL.tflite...]
"""
import os
import subprocess
import sys
import tempfile

import ml_dtypes
import numpy as np
import onnx
import safetensors.numpy
from ai_edge_litert import schema_py_generated as schema
from onnx import numpy_helper

import make_model_files

NAMES = {value: name for name, value in vars(schema.TensorType).items() if isinstance(value, int)}


def tflite(path):
    """Every constant, from the buffers that the schema's own reader gives."""
    with open(path, "rb") as file:
        model = schema.ModelT.InitFromPackedBuf(file.read())
    arrays = {}
    for tensor in model.subgraphs[0].tensors:
        data = model.buffers[tensor.buffer].data
        if data is None or len(data) == 0:
            continue
        name, kind = tensor.name.decode(), NAMES[tensor.type].lower()
        if kind in ("int4", "uint4"):
            data = np.asarray(data, np.uint8)
            nibbles = np.stack([data & 15, data >> 4], axis=1).reshape(-1)[:np.prod(tensor.shape)]
            values = nibbles.astype(np.int8)
            arrays[name] = (np.where(values > 7, values - 16, values).astype(np.int8) if kind == "int4"
                            else nibbles).reshape(tensor.shape)
        else:
            arrays[name] = np.asarray(data, np.uint8).view(kind).reshape(tensor.shape)
    return arrays


def onnx_file(path):
    model = onnx.load(path)
    tensors = list(model.graph.initializer)
    arrays = {t.name: numpy_helper.to_array(t) for t in tensors}
    for node in model.graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.name == "value":
                arrays[node.output[0]] = numpy_helper.to_array(attribute.t)
    small = {ml_dtypes.int4: np.int8, ml_dtypes.uint4: np.uint8}
    return {name: a.astype(small.get(a.dtype.type, a.dtype)) for name, a in arrays.items()}


def npz(path):
    with np.load(path) as loaded:
        return {key: loaded[key] for key in loaded.files}


READERS = {".tflite": tflite, ".onnx": onnx_file, ".npz": npz, ".safetensors": safetensors.numpy.load_file}


def check(weft, path, folder):
    """Returns how many arrays were compared."""
    expected = READERS[os.path.splitext(path)[1]](path)
    container, out = f"{folder}/a.weft", f"{folder}/out"
    subprocess.run([weft, "pack", path, "-o", container, "-f", "-q"], check=True)
    subprocess.run([weft, "test", container, "-q"], check=True)
    subprocess.run(["rm", "-rf", out], check=True)
    subprocess.run([weft, "unpack", container, "-o", out, "-q"], check=True)
    for name, array in expected.items():
        found = np.load(f"{out}/{name}.npy")
        plain = array.astype(array.dtype.newbyteorder("="))
        same = found.dtype.newbyteorder("=") == plain.dtype and found.shape == array.shape
        if not same or not np.array_equal(found, array, equal_nan=array.dtype.kind == "f"):
            sys.exit(f"{path}: '{name}' differs: {array.dtype} {array.shape}, {found.dtype} {found.shape} found")
    count = sum(file.endswith(".npy") for _, _, files in os.walk(out) for file in files)
    if count != len(expected):
        sys.exit(f"{path}: {len(expected)} arrays expected, {count} found")
    if os.path.exists(f"{out}/network.json"):
        # What was unpacked is a network folder, and packs to the same arrays again.
        subprocess.run([weft, "pack", out, "-o", container, "-f", "-q"], check=True)
    return len(expected)


def main(weft, models):
    with tempfile.TemporaryDirectory() as folder:
        make_model_files.main(f"{folder}/cases")
        paths = list(models)
        for kind in ("npz", "safetensors", "onnx", "tflite"):
            for case in sorted(os.listdir(f"{folder}/cases/{kind}")):
                path = f"{folder}/cases/{kind}/{case}/model.{kind}"
                # Bare floats are refused: that is tested with the readers.
                if case != "floats":
                    paths.append(path)
        total = sum(check(weft, path, folder) for path in paths)
        print(f"{len(paths)} model files, {total} arrays: all equal what Python reads")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
