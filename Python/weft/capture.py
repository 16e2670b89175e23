"""Real activations of a user's model, as a network folder."""
from __future__ import annotations

import json
import os
import pathlib
import shutil
import tempfile
from typing import Any, Callable, Dict, List, Mapping, Sequence, Union

import numpy as np

from . import command

#: A model's tensors by name for one input.
_Runner = Callable[[np.ndarray], Mapping[str, np.ndarray]]


def capture(
    model: "Union[str, os.PathLike[str]]", inputs: Any, folder: "Union[str, os.PathLike[str], None]" = None,
) -> pathlib.Path:
    """Runs a ``.tflite`` or ``.onnx`` model and writes a network folder with the activations that came of it.

    ``inputs`` is one input, a sequence of inputs (samples s0, s1, ...), or a mapping from sample names to inputs. An
    input has the type of the model's own, or is floating point and is quantised with the model's scale. The folder
    (default: the model's name without its ending, beside it) must not exist; it is there complete or not at all.
    ``weft run FOLDER --check`` then compares every output with the array's. Returns the folder.

    Needs ai-edge-litert for .tflite, onnxruntime and onnx for .onnx, and the weft command. Raises ValueError for inputs
    that do not fit and RuntimeError for models that the command cannot read.
    """
    path = pathlib.Path(model)
    target = pathlib.Path(folder) if folder is not None else path.with_suffix("")
    if target.exists():
        raise FileExistsError(f"{target} exists")
    runners = {".tflite": _tflite, ".onnx": _onnx}
    if path.suffix not in runners:
        raise ValueError(f"{path}: .tflite and .onnx models are captured")
    with tempfile.TemporaryDirectory(prefix=".weft-capture-", dir=target.parent) as scratch:
        packed = pathlib.Path(scratch, "model.weft")
        command.run(["pack", "-q", str(path), "-o", str(packed)])
        made = pathlib.Path(scratch, "network")
        command.run(["unpack", "-q", str(packed), "-o", str(made)])
        graph = json.loads((made / "network.json").read_text())
        names = _input_names(graph)
        if len(names) != 1:
            raise ValueError(f"{path}: one input is captured, this model has {len(names)}")
        runner = runners[path.suffix](path, names[0], list(graph["tensors"]))
        samples = _samples(inputs, graph["tensors"][names[0]])
        graph["samples"] = {}
        for tensor in graph["tensors"].values():
            tensor["files"] = {}
        for sample, value in samples.items():
            graph["samples"][sample] = {"description": f"captured from {path.name}"}
            found = runner(value)
            for number, (name, tensor) in enumerate(graph["tensors"].items()):
                # Names of models may hold what no file name may: files are numbered.
                file = f"activations/{sample}/{number:03d}.npy"
                tensor["files"][sample] = file
                (made / file).parent.mkdir(parents=True, exist_ok=True)
                np.save(made / file, _as_stored(found[name], tensor, name))
        (made / "network.json").write_text(json.dumps(graph, indent=1) + "\n")
        os.rename(made, target)
    return target


def _input_names(graph: dict) -> List[str]:
    # One name, or a list of them where a model has several inputs.
    names = graph.get("input", [])
    return list(names) if isinstance(names, list) else [names]


def _samples(inputs: Any, tensor: dict) -> Dict[str, np.ndarray]:
    """Named inputs in the model's type and shape."""
    shape = tuple(tensor["shape"])
    if isinstance(inputs, Mapping):
        given = {str(name): np.asarray(value) for name, value in inputs.items()}
    elif isinstance(inputs, np.ndarray) and inputs.shape == shape:
        given = {"s0": inputs}
    elif isinstance(inputs, (Sequence, np.ndarray)):
        given = {f"s{number}": np.asarray(value) for number, value in enumerate(inputs)}
    else:
        given = {"s0": np.asarray(inputs)}
    if not given:
        raise ValueError("no inputs")
    dtype = np.dtype(tensor["dtype"])
    result = {}
    for name, value in given.items():
        if not name or "/" in name or name in (".", ".."):
            raise ValueError(f"{name!r} cannot name a folder")
        if value.shape != shape:
            raise ValueError(f"input {name!r} has the shape {value.shape}, the model {shape}")
        if value.dtype.kind == "f":
            scale, zero = tensor.get("scale"), tensor.get("zero_point", 0)
            if scale is None:
                raise ValueError(f"input {name!r} is floating point and the model says no scale: quantise it")
            limits = np.iinfo(dtype)
            value = np.clip(np.rint(value.astype(np.float64) / scale) + zero, limits.min, limits.max)
        elif value.dtype != dtype:
            raise ValueError(f"input {name!r} is {value.dtype}, the model takes {dtype}")
        result[name] = np.ascontiguousarray(value.astype(dtype))
    return result


def _as_stored(value: np.ndarray, tensor: dict, name: str) -> np.ndarray:
    shape = tuple(tensor["shape"])
    if value.size != int(np.prod(shape, dtype=np.int64)):
        raise ValueError(f"activation {name!r} has the shape {value.shape}, the graph {shape}")
    return np.ascontiguousarray(value.reshape(shape))


def _tflite(path: pathlib.Path, input_name: str, names: List[str]) -> _Runner:
    from ai_edge_litert import interpreter as litert

    # The reference kernels: delegates neither keep every tensor nor round alike.
    interpreter = litert.Interpreter(
        model_path=str(path), experimental_preserve_all_tensors=True,
        experimental_op_resolver_type=litert.OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    places = {detail["name"]: detail["index"] for detail in interpreter.get_tensor_details()}
    missing = [name for name in names if name not in places]
    if missing:
        raise ValueError(f"{path}: the interpreter has no tensor {missing[0]!r}")

    def run(value: np.ndarray) -> Mapping[str, np.ndarray]:
        interpreter.set_tensor(places[input_name], value)
        interpreter.invoke()
        return {name: np.array(interpreter.get_tensor(places[name])) for name in names}

    return run


def _onnx(path: pathlib.Path, input_name: str, names: List[str]) -> _Runner:
    import onnx
    import onnxruntime

    model = onnx.load(str(path))
    known = {output.name for output in model.graph.output} | {value.name for value in model.graph.input}
    made = {output for node in model.graph.node for output in node.output}
    missing = [name for name in names if name not in known | made]
    if missing:
        raise ValueError(f"{path}: the model has no tensor {missing[0]!r}")
    # Every activation is asked for; types are inferred.
    for name in names:
        if name not in known:
            model.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
    options = onnxruntime.SessionOptions()
    # Fused layers would skip what is to be captured, and round otherwise.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    wanted = session.get_inputs()
    if len(wanted) != 1:
        raise ValueError(f"{path}: one input is captured, this model has {len(wanted)}")
    outputs = [output.name for output in session.get_outputs()]

    def run(value: np.ndarray) -> Mapping[str, np.ndarray]:
        given = value
        found: Dict[str, np.ndarray] = {input_name: value}
        if wanted[0].type == "tensor(float)":
            # A graph that quantises its input itself: the first quantised tensor takes the stored values.
            scale, zero = _input_scale(model, wanted[0].name, input_name)
            given = ((value.astype(np.float32) - np.float32(zero)) * np.float32(scale)).astype(np.float32)
        found.update(zip(outputs, session.run(outputs, {wanted[0].name: given})))
        return {name: found[name] for name in names}

    return run


def _input_scale(model: Any, source: str, quantised: str) -> "tuple[float, int]":
    """Scale and zero point with which the model quantises its input."""
    from onnx import numpy_helper

    constants = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "QuantizeLinear" and node.input[0] == source and node.output[0] == quantised:
            zero = constants[node.input[2]] if len(node.input) > 2 else 0
            return float(constants[node.input[1]]), int(zero)
    raise ValueError(f"the model's input {source!r} is not quantised to {quantised!r} at once")
