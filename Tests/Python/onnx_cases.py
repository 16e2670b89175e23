"""ONNX models of every storage form, and small QLinear and QDQ networks run by onnx's reference evaluator.

Each case is a folder with model.onnx and constants/; networks have inputs/ and activations/ too.
"""
import os

import ml_dtypes
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from tflite_cases import save

INTEGERS = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64]
FLOATS = [np.float16, np.float32, np.float64]


def write(folder, model, expected):
    os.makedirs(folder, exist_ok=True)
    onnx.save_model(model, f"{folder}/model.onnx")
    for name, array in expected.items():
        save(f"{folder}/constants/{name}.npy", array)


def of_initializers(tensors):
    graph = helper.make_graph([], "constants", [], [], initializer=tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])


def plain(array):
    """What an array is compared as: types numpy lacks become ones it has."""
    if array.dtype.name in ("int4", "int2"):
        return array.astype(np.int8)
    if array.dtype.name in ("uint4", "uint2"):
        return array.astype(np.uint8)
    return array


def random(rng, dtype, shape):
    if np.dtype(dtype).kind in "iu":
        info = np.iinfo(dtype)
        return rng.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)
    return rng.normal(0, 3, shape).astype(dtype)


def storage(folder, rng):
    arrays = {f"w/{np.dtype(t).name}": random(rng, t, (3, 4, 5)) for t in INTEGERS + FLOATS}
    arrays["scalar"] = np.array(-7, np.int16)
    arrays["empty"] = np.zeros((0, 3), np.int8)
    arrays["bool"] = rng.integers(0, 2, (9,)).astype(bool)
    raw = [numpy_helper.from_array(a, name) for name, a in arrays.items()]
    write(f"{folder}/raw_data", of_initializers(raw), {t.name: plain(numpy_helper.to_array(t)) for t in raw})
    typed = []
    for name, a in arrays.items():
        values = a.reshape(-1)
        if a.dtype == np.float16:
            values = values.view(np.uint16)
        tensor = TensorProto(name=name, dims=a.shape, data_type=helper.np_dtype_to_tensor_dtype(a.dtype))
        field = {"float32": "float_data", "float64": "double_data", "int64": "int64_data",
                 "uint32": "uint64_data", "uint64": "uint64_data"}.get(a.dtype.name, "int32_data")
        getattr(tensor, field).extend(int(v) if a.dtype == bool else v.item() for v in values)
        typed.append(tensor)
    write(f"{folder}/typed_fields", of_initializers(typed), {t.name: plain(numpy_helper.to_array(t)) for t in typed})
    nibbles = []
    for kind, dtype in ((TensorProto.INT4, ml_dtypes.int4), (TensorProto.UINT4, ml_dtypes.uint4)):
        for count in (1, 2, 7, 32):
            low = -8 if kind == TensorProto.INT4 else 0
            values = rng.integers(low, low + 15, (count,), endpoint=True).astype(dtype)
            name = f"{dtype.__name__}_{count}"
            nibbles.append(helper.make_tensor(f"{name}_typed", kind, [count], values))
            nibbles.append(numpy_helper.from_array(values, f"{name}_raw"))
    write(f"{folder}/int4", of_initializers(nibbles), {t.name: plain(numpy_helper.to_array(t)) for t in nibbles})
    model = of_initializers([numpy_helper.from_array(a, n) for n, a in arrays.items() if a.ndim == 3])
    os.makedirs(f"{folder}/external", exist_ok=True)
    onnx.save_model(model, f"{folder}/external/model.onnx", save_as_external_data=True, location="weights.bin",
                    size_threshold=0, convert_attribute=False)
    loaded = onnx.load_model(f"{folder}/external/model.onnx")
    for t in loaded.graph.initializer:
        save(f"{folder}/external/constants/{t.name}.npy", numpy_helper.to_array(t))
    node = helper.make_node("Constant", [], ["made"], value=numpy_helper.from_array(arrays["w/int8"]))
    graph = helper.make_graph([node], "constants", [], [helper.make_tensor_value_info("made", 3, [3, 4, 5])])
    write(f"{folder}/constant_node", helper.make_model(graph), {"made": arrays["w/int8"]})


def value(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


class Network:
    """Nodes, constants, and the values that are asked for."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], name=f"make_{output}", **attributes))
        return output

    def quantize(self, source, name, scale, zero):
        return self.node("QuantizeLinear", [source, self.constant(name + "_scale", np.float32(scale)),
                                            self.constant(name + "_zero", zero)], name)

    def dequantize(self, source, name, scale, zero, axis=1):
        return self.node("DequantizeLinear", [source, self.constant(name + "_scale", np.float32(scale)),
                                              self.constant(name + "_zero", zero)], name, axis=axis)

    def write(self, folder, rng, inputs, outputs, given=None):
        graph = helper.make_graph(self.nodes, "network", inputs, outputs, initializer=self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])
        onnx.checker.check_model(model)
        write(folder, model, {t.name: plain(numpy_helper.to_array(t)) for t in self.constants})
        feed = {}
        for info in inputs:
            kind = helper.tensor_dtype_to_np_dtype(info.type.tensor_type.elem_type)
            shape = [d.dim_value or 1 for d in info.type.tensor_type.shape.dim]
            feed[info.name] = rng.normal(0, 2, shape).astype(kind) if kind.kind == "f" else random(rng, kind, shape)
            save(f"{folder}/inputs/{info.name}.npy", feed[info.name])
        evaluator = ReferenceEvaluator(model)
        results = evaluator.run(None, feed, intermediate=True)
        for name, array in results.items():
            if isinstance(array, np.ndarray) and array.dtype.kind in "iu" and name not in feed:
                save(f"{folder}/activations/{name}.npy", array)


def zeros(dtype, value=0):
    return np.array(value, dtype)


def qlinear(folder, rng):
    n = Network()
    w = n.constant("conv.weight", random(rng, np.int8, (6, 3, 3, 2)))
    ws = n.constant("conv.scale", rng.uniform(0.001, 0.01, 6).astype(np.float32))
    wz = n.constant("conv.zero", np.zeros(6, np.int8))
    b = n.constant("conv.bias", rng.integers(-2000, 2000, 6).astype(np.int32))
    n.node("QLinearConv", ["image", n.constant("xs", np.float32(0.02)), n.constant("xz", zeros(np.uint8, 128)), w, ws, wz,
                           n.constant("ys", np.float32(0.11)), n.constant("yz", zeros(np.uint8, 100)), b], "convolved",
           pads=[1, 0, 2, 1], strides=[2, 1], kernel_shape=[3, 2])
    d = n.constant("depthwise.weight", random(rng, np.uint8, (6, 1, 3, 3)))
    n.node("QLinearConv", ["convolved", "ys", "yz", d, n.constant("ds", np.float32(0.004)),
                           n.constant("dz", zeros(np.uint8, 121)), n.constant("zs", np.float32(0.09)),
                           n.constant("zz", zeros(np.uint8, 90))], "separated", group=6, auto_pad="SAME_LOWER")
    n.node("MaxPool", ["separated"], "pooled", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)
    n.node("Flatten", ["pooled"], "flat", axis=1)
    m = n.constant("dense.weight", random(rng, np.int8, (6 * 2 * 4, 5)))
    n.node("QLinearMatMul", ["flat", "zs", "zz", m, n.constant("ms", np.float32(0.003)),
                             n.constant("mz", zeros(np.int8)), n.constant("os", np.float32(0.3)),
                             n.constant("oz", zeros(np.uint8, 7))], "result")
    n.write(f"{folder}/qlinear", rng, [value("image", TensorProto.UINT8, [1, 3, 7, 7])],
            [value("result", TensorProto.UINT8, [1, 5])])


def qdq(folder, rng):
    n = Network()
    n.quantize("image", "image_q", 0.05, zeros(np.int8, 3))
    n.dequantize("image_q", "image_d", 0.05, zeros(np.int8, 3))
    weight = n.constant("conv.weight", random(rng, np.int8, (4, 3, 3, 3)))
    scale = rng.uniform(0.001, 0.01, 4).astype(np.float32)
    n.dequantize(weight, "conv.weight_d", scale, np.zeros(4, np.int8), axis=0)
    bias = n.constant("conv.bias", rng.integers(-2000, 2000, 4).astype(np.int32))
    n.dequantize(bias, "conv.bias_d", scale * np.float32(0.05), np.zeros(4, np.int32), axis=0)
    n.node("Conv", ["image_d", "conv.weight_d", "conv.bias_d"], "conv", pads=[1, 1, 1, 1], dilations=[1, 1])
    n.node("Relu", ["conv"], "rectified")
    n.quantize("rectified", "conv_q", 0.04, zeros(np.int8, -128))
    n.dequantize("conv_q", "conv_d", 0.04, zeros(np.int8, -128))
    n.node("MaxPool", ["conv_d"], "pool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    n.quantize("pool", "pool_q", 0.04, zeros(np.int8, -128))
    n.dequantize("pool_q", "pool_d", 0.04, zeros(np.int8, -128))
    n.node("Add", ["pool_d", "pool_d"], "sum")
    n.quantize("sum", "sum_q", 0.08, zeros(np.int8, -128))
    n.node("Concat", ["pool_d", "pool_d"], "joined", axis=1)
    n.quantize("joined", "joined_q", 0.04, zeros(np.int8, -128))
    n.dequantize("joined_q", "joined_d", 0.04, zeros(np.int8, -128))
    n.node("AveragePool", ["joined_d"], "average", kernel_shape=[2, 2], strides=[2, 2])
    n.quantize("average", "average_q", 0.04, zeros(np.int8, -128))
    n.dequantize("average_q", "average_d", 0.04, zeros(np.int8, -128))
    n.constant("shape", np.array([1, -1], np.int64))
    n.node("Reshape", ["average_d", "shape"], "flat")
    n.quantize("flat", "flat_q", 0.04, zeros(np.int8, -128))
    n.dequantize("flat_q", "flat_d", 0.04, zeros(np.int8, -128))
    n.node("Clip", ["flat_d", n.constant("low", np.float32(0.2)), n.constant("high", np.float32(6))], "clipped")
    n.quantize("clipped", "clipped_q", 0.04, zeros(np.int8, -128))
    n.dequantize("clipped_q", "clipped_d", 0.04, zeros(np.int8, -128))
    gemm = n.constant("gemm.weight", random(rng, np.int8, (10, 32)))
    n.dequantize(gemm, "gemm.weight_d", 0.006, zeros(np.int8), axis=0)
    gb = n.constant("gemm.bias", rng.integers(-2000, 2000, 10).astype(np.int32))
    n.dequantize(gb, "gemm.bias_d", 0.00024, zeros(np.int32), axis=0)
    n.node("Gemm", ["clipped_d", "gemm.weight_d", "gemm.bias_d"], "gemm", transB=1)
    n.quantize("gemm", "gemm_q", 0.5, zeros(np.int8, 5))
    n.dequantize("gemm_q", "gemm_d", 0.5, zeros(np.int8, 5))
    n.node("Softmax", ["gemm_d"], "result")
    n.write(f"{folder}/qdq", rng, [value("image", TensorProto.FLOAT, ["batch", 3, 8, 8])],
            [value("result", TensorProto.FLOAT, ["batch", 10]), value("sum_q", TensorProto.INT8, [1, 4, 4, 4])])


def floats(folder, rng):
    n = Network()
    n.node("Conv", ["image", n.constant("conv.weight", random(rng, np.float32, (4, 3, 3, 3))),
                    n.constant("conv.bias", random(rng, np.float32, (4,)))], "conv", auto_pad="SAME_UPPER")
    n.node("Relu", ["conv"], "relu")
    n.node("GlobalAveragePool", ["relu"], "pooled")
    n.node("Flatten", ["pooled"], "flat")
    n.node("MatMul", ["flat", n.constant("dense.weight", random(rng, np.float32, (4, 7)))], "result")
    n.write(f"{folder}/float", rng, [value("image", TensorProto.FLOAT, [1, 3, 8, 8])],
            [value("result", TensorProto.FLOAT, [1, 7])])


def write_all(folder):
    rng = np.random.default_rng(20261122)
    storage(folder, rng)
    qlinear(folder, rng)
    qdq(folder, rng)
    floats(folder, rng)


if __name__ == "__main__":
    import sys

    write_all(sys.argv[1])
