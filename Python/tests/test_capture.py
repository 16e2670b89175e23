import json
import os
import pathlib

import numpy as np
import pytest

import weft


def check(weft_command, folder, samples):
    graph = json.loads((folder / "network.json").read_text())
    assert list(graph["samples"]) == samples
    for sample in samples:
        report = json.loads(weft_command("run", folder, "--array", "loom-1b", "--sample", sample, "--samples", len(samples), "--check", "--json"))
        checked = sum(row["outputs_checked"] for row in report["layers"])
        assert checked > 0 and report["output_mismatches"] == 0
    return graph


def test_a_tflite_model_is_captured(tmp_path, weft_command):
    pytest.importorskip("ai_edge_litert")
    import tflite_cases

    model = make_tflite(tmp_path, tflite_cases)
    command_input = json.loads(weft_command("list", pack(weft_command, model, tmp_path), "--json"))
    assert command_input["tensors"]
    folder = weft.capture(model, inputs_of(model, 2), tmp_path / "captured")
    graph = check(weft_command, folder, ["s0", "s1"])
    for tensor in graph["tensors"].values():
        assert set(tensor["files"]) == {"s0", "s1"}
    with pytest.raises(FileExistsError):
        weft.capture(model, inputs_of(model, 1), folder)
    with pytest.raises(ValueError, match="shape"):
        weft.capture(model, [np.zeros((1, 2), np.int8)], tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_an_onnx_model_is_captured(tmp_path, weft_command):
    pytest.importorskip("onnxruntime")
    onnx = pytest.importorskip("onnx")
    from onnx import TensorProto, helper, numpy_helper

    random = np.random.default_rng(4)
    weights = random.integers(-20, 20, (8, 3, 3, 3)).astype(np.int8)
    constants = {
        "x_scale": np.float32(0.5), "x_zero": np.uint8(3), "w": weights, "w_scale": np.float32(0.02), "w_zero": np.int8(0),
        "y_scale": np.float32(0.3), "y_zero": np.uint8(100), "b": random.integers(-50, 50, 8).astype(np.int32),
    }
    node = helper.make_node(
        "QLinearConv", ["x", "x_scale", "x_zero", "w", "w_scale", "w_zero", "y_scale", "y_zero", "b"], ["y"], pads=[1, 1, 1, 1])
    graph = helper.make_graph(
        [node], "conv", [helper.make_tensor_value_info("x", TensorProto.UINT8, [1, 3, 6, 6])],
        [helper.make_tensor_value_info("y", TensorProto.UINT8, [1, 8, 6, 6])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, tmp_path / "conv.onnx")
    given = {"first": random.integers(0, 256, (1, 3, 6, 6)).astype(np.uint8)}
    folder = weft.capture(tmp_path / "conv.onnx", given)
    assert folder == tmp_path / "conv"
    check(weft_command, folder, ["first"])


def pack(weft_command, model, folder):
    target = folder / "model.weft"
    weft_command("pack", "-q", model, "-o", target)
    return target


def inputs_of(model, count):
    from ai_edge_litert import interpreter as litert

    detail = litert.Interpreter(model_path=str(model)).get_input_details()[0]
    random = np.random.default_rng(9)
    information = np.iinfo(detail["dtype"])
    return [random.integers(information.min, information.max, detail["shape"], dtype=detail["dtype"], endpoint=True) for _ in range(count)]


def make_tflite(folder, cases):
    """A convolution out of the cases that the reference is tested with."""
    random = np.random.default_rng(3)
    cases.convolution(random).write(str(folder / "case"), random, run=False)
    return folder / "case/model.tflite"


@pytest.mark.parametrize("name", ["dscnn_kws_int8", "resnet8_cifar10_int8"])
def test_whole_models_are_captured(tmp_path, weft_command, name):
    pytest.importorskip("ai_edge_litert")
    model = pathlib.Path(__file__).resolve().parents[3] / f"shared/models/{name}.tflite"
    if not model.exists():
        assert not os.environ.get("CI"), f"{model} is missing and CI is set"
        pytest.skip(f"{model} is not there: the larger models are not captured")
    folder = weft.capture(model, inputs_of(model, 1)[0], tmp_path / "captured")
    check(weft_command, folder, ["s0"])


def test_floating_point_inputs_are_quantised(tmp_path, weft_command):
    pytest.importorskip("ai_edge_litert")
    import tflite_cases

    model = make_tflite(tmp_path, tflite_cases)
    packed = pack(weft_command, model, tmp_path)
    weft_command("unpack", "-q", packed, "-o", tmp_path / "plain")
    graph = json.loads((tmp_path / "plain/network.json").read_text())
    tensor = graph["tensors"][graph["input"]]
    stored = inputs_of(model, 1)[0]
    real = (stored.astype(np.float32) - tensor["zero_point"]) * np.float32(tensor["scale"])
    folder = weft.capture(model, real, tmp_path / "captured")
    file = json.loads((folder / "network.json").read_text())["tensors"][graph["input"]]["files"]["s0"]
    assert (np.load(folder / file) == stored).all()


def test_a_model_with_two_inputs_is_refused(tmp_path):
    model = pathlib.Path(__file__).resolve().parents[2] / "Fuzzing/Seeds/tflite/add.tflite"
    with pytest.raises(ValueError, match="one input is captured, this model has 2"):
        weft.capture(model, np.zeros((1, 2), np.int8), tmp_path / "captured")
    assert not list(tmp_path.iterdir())
