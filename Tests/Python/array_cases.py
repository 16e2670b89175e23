"""`.npy`, `.npz` and `.safetensors` files as numpy and safetensors write them, with the arrays they read back."""
import os

import ml_dtypes
import numpy as np
import safetensors.numpy

from tflite_cases import save

TYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
         "float16", "float32", "float64", "complex64", "complex128"]
SHAPES = [(), (0,), (1,), (7,), (3, 4), (2, 3, 5), (1, 2, 3, 4, 2), (5, 0, 2), (300, 70)]


def arrays(rng, types=TYPES, shapes=SHAPES):
    for name in types:
        for shape in shapes:
            label = f"{name}_{'x'.join(map(str, shape)) or 'scalar'}"
            yield label, np.asarray((rng.normal(0, 50, shape) * (1 if name != "bool" else 0.02)).astype(
                "int64" if name.startswith("u") else name).astype(name))


def npy(folder, rng):
    os.makedirs(folder, exist_ok=True)
    for label, array in arrays(rng):
        np.save(f"{folder}/{label}.npy", array)
        np.save(f"{folder}/{label}_fortran.npy", np.asfortranarray(array))
        np.save(f"{folder}/{label}_big.npy", array.astype(array.dtype.newbyteorder(">")))
        with open(f"{folder}/{label}_v2.npy", "wb") as file:
            np.lib.format.write_array(file, array, version=(2, 0))


def npz(folder, rng):
    some = dict(arrays(rng, types=["int8", "uint16", "int32", "bool"]))
    for name, writer in (("stored", np.savez), ("deflated", np.savez_compressed)):
        os.makedirs(f"{folder}/{name}", exist_ok=True)
        writer(f"{folder}/{name}/model.npz", **{f"layer/{k}": v for k, v in some.items()},
               big=np.arange(40, dtype=">i2"), fortran=np.asfortranarray(np.arange(12, dtype=np.int8).reshape(3, 4)))
        with np.load(f"{folder}/{name}/model.npz") as loaded:
            for key in loaded.files:
                save(f"{folder}/{name}/constants/{key}.npy", np.ascontiguousarray(loaded[key]).astype(
                    loaded[key].dtype.newbyteorder("<")).reshape(loaded[key].shape))


def tensors(folder, rng):
    some = dict(arrays(rng, types=["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]))
    os.makedirs(f"{folder}/integers", exist_ok=True)
    safetensors.numpy.save_file(some, f"{folder}/integers/model.safetensors", metadata={"format": "np"})
    for key, array in safetensors.numpy.load_file(f"{folder}/integers/model.safetensors").items():
        save(f"{folder}/integers/constants/{key}.npy", array)
    os.makedirs(f"{folder}/floats", exist_ok=True)
    reals = {f"{t}_{i}": rng.normal(0, 1, (5, 9)).astype(t) for i, t in enumerate(["float16", "float32", "float64"])}
    reals["bfloat16"] = rng.normal(0, 1, (4, 6)).astype(ml_dtypes.bfloat16)
    safetensors.numpy.save_file(reals, f"{folder}/floats/model.safetensors")
    for key, array in reals.items():
        save(f"{folder}/floats/values/{key}.npy", array.astype(np.float64))
        scale = max(np.abs(array.astype(np.float64)).max() / 127, 2.0 ** -1022)
        steps = array.astype(np.float64) / scale
        save(f"{folder}/floats/int8/{key}.npy", (np.sign(steps) * np.floor(np.abs(steps) + 0.5)).astype(np.int8))


def write_all(folder):
    rng = np.random.default_rng(20261123)
    npy(f"{folder}/npy", rng)
    npz(f"{folder}/npz", rng)
    tensors(f"{folder}/safetensors", rng)


if __name__ == "__main__":
    import sys

    write_all(sys.argv[1])
