"""Small quantised .tflite models of one operator each, run by the LiteRT interpreter.

Each case is a folder with model.tflite, constants/ (as the interpreter reads them), inputs/ and activations/.
"""
import os

import flatbuffers
import numpy as np
from ai_edge_litert import interpreter as litert
from ai_edge_litert import schema_py_generated as schema

TYPES = {
    np.dtype(np.int8): schema.TensorType.INT8, np.dtype(np.uint8): schema.TensorType.UINT8,
    np.dtype(np.int16): schema.TensorType.INT16, np.dtype(np.int32): schema.TensorType.INT32,
    np.dtype(np.int64): schema.TensorType.INT64, np.dtype(np.float32): schema.TensorType.FLOAT32,
}


# Versions the interpreter still runs, where 5 is too new.
VERSIONS = {
    schema.BuiltinOperator.AVERAGE_POOL_2D: 3, schema.BuiltinOperator.MAX_POOL_2D: 3, schema.BuiltinOperator.RELU: 3,
    schema.BuiltinOperator.RELU6: 3, schema.BuiltinOperator.RELU_N1_TO_1: 1, schema.BuiltinOperator.RESHAPE: 1,
    schema.BuiltinOperator.MEAN: 3, schema.BuiltinOperator.BATCH_MATMUL: 4,
}


class Model:
    """Collects tensors and operators of one subgraph."""

    def __init__(self):
        self.model = schema.ModelT()
        self.model.version = 3
        self.model.operatorCodes = []
        self.model.buffers = [schema.BufferT()]
        self.graph = schema.SubGraphT()
        self.graph.tensors, self.graph.operators = [], []
        self.graph.inputs, self.graph.outputs = [], []
        self.model.subgraphs = [self.graph]
        self.constants = {}

    def tensor(self, name, shape, dtype, scale=None, zero=0, data=None, axis=0, type=None):
        tensor = schema.TensorT()
        tensor.name, tensor.shape = name, list(shape)
        tensor.type = TYPES[np.dtype(dtype)] if type is None else type
        tensor.buffer = 0
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(data.tobytes(), np.uint8)
            tensor.buffer = len(self.model.buffers)
            self.model.buffers.append(buffer)
            self.constants[name] = data
        if scale is not None:
            quantization = schema.QuantizationParametersT()
            quantization.scale = np.atleast_1d(np.float32(scale))
            quantization.zeroPoint = np.broadcast_to(np.int64(zero), quantization.scale.shape).copy()
            quantization.quantizedDimension = axis
            tensor.quantization = quantization
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def operator(self, code, inputs, outputs, options=None, kind=0):
        codes = [c.builtinCode for c in self.model.operatorCodes]
        if code not in codes:
            entry = schema.OperatorCodeT()
            entry.builtinCode, entry.deprecatedBuiltinCode, entry.version = code, min(code, 127), VERSIONS.get(code, 5)
            self.model.operatorCodes.append(entry)
            codes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = codes.index(code)
        operator.inputs, operator.outputs = inputs, outputs
        operator.builtinOptions, operator.builtinOptionsType = options, kind
        self.graph.operators.append(operator)

    def write(self, folder, rng, run=True):
        os.makedirs(folder, exist_ok=True)
        builder = flatbuffers.Builder(1 << 16)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        content = bytes(builder.Output())
        with open(f"{folder}/model.tflite", "wb") as file:
            file.write(content)
        for name, data in self.constants.items():
            save(f"{folder}/constants/{name}.npy", data)
        if not run:
            return
        interpreter = litert.Interpreter(
            model_content=content, experimental_preserve_all_tensors=True,
            experimental_op_resolver_type=litert.OpResolverType.BUILTIN_REF)
        interpreter.allocate_tensors()
        for detail in interpreter.get_input_details():
            info = np.iinfo(detail["dtype"])
            values = rng.integers(info.min, info.max, detail["shape"], dtype=detail["dtype"], endpoint=True)
            interpreter.set_tensor(detail["index"], values)
            save(f"{folder}/inputs/{detail['name']}.npy", values)
        interpreter.invoke()
        for index, tensor in enumerate(self.graph.tensors):
            if tensor.buffer == 0 and index not in self.graph.inputs:
                save(f"{folder}/activations/{tensor.name}.npy", interpreter.get_tensor(index))


def save(path, array):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    np.save(path, array)


def options(name, **fields):
    value = getattr(schema, f"{name}OptionsT")()
    for key, field in fields.items():
        setattr(value, key, field)
    return value, getattr(schema.BuiltinOptions, f"{name}Options")


def activation(rng, dtype):
    """A scale and a zero point as quantisers choose them."""
    scale = np.float32(rng.uniform(0.001, 0.2))
    info = np.iinfo(dtype)
    return scale, 0 if dtype == np.int16 else int(rng.integers(info.min, info.max, endpoint=True))


def convolution(rng, dtype=np.int8, depthwise=False, per_channel=True, bias=True, stride=1, dilation=1, same=True,
                act=0, size=(9, 7), channels=5, filters=6, multiplier=1, kernel=(3, 2), groups=1, bias64=None):
    model = Model()
    in_scale, in_zero = activation(rng, dtype)
    out_scale, out_zero = activation(rng, dtype)
    out_channels = channels * multiplier if depthwise else filters
    shape = (1, *kernel, out_channels) if depthwise else (filters, *kernel, channels // groups)
    count = out_channels if per_channel else 1
    wide = np.uint8 if dtype == np.uint8 else np.int8
    weight_zero = int(rng.integers(0, 255)) if dtype == np.uint8 else 0
    weights = rng.integers(np.iinfo(wide).min + 1, np.iinfo(wide).max, shape, dtype=wide, endpoint=True)
    spread = np.sqrt(np.prod(shape[1:]) if not depthwise else np.prod(kernel)) * 40 * (1 if dtype != np.int16 else 90)
    real = rng.uniform(0.3, 1.5, count) / spread
    w_scale = np.float32(real * out_scale / in_scale)
    bias_type = np.int64 if (dtype == np.int16 if bias64 is None else bias64) else np.int32
    image = model.tensor("image", (1, *size, channels), dtype, in_scale, in_zero)
    w = model.tensor("filters", shape, wide, w_scale, weight_zero, weights, axis=3 if depthwise else 0)
    inputs = [image, w]
    if bias:
        values = rng.integers(-5000, 5000, out_channels).astype(bias_type)
        inputs.append(model.tensor("bias", (out_channels,), bias_type, in_scale * w_scale, 0, values))
    extent = [(k - 1) * dilation + 1 for k in kernel]
    out = [-(-n // stride) if same else (n - e) // stride + 1 for n, e in zip(size, extent)]
    result = model.tensor("result", (1, *out, out_channels), dtype, out_scale, out_zero)
    fields = dict(padding=0 if same else 1, strideW=stride, strideH=stride, fusedActivationFunction=act,
                  dilationWFactor=dilation, dilationHFactor=dilation)
    if depthwise:
        model.operator(schema.BuiltinOperator.DEPTHWISE_CONV_2D, inputs, [result],
                       *options("DepthwiseConv2D", depthMultiplier=multiplier, **fields))
    else:
        model.operator(schema.BuiltinOperator.CONV_2D, inputs, [result], *options("Conv2D", quantizedBiasType=TYPES[np.dtype(bias_type)], **fields))
    model.graph.inputs, model.graph.outputs = [image], [result]
    return model


def fully_connected(rng, dtype=np.int8, bias=True, per_channel=False, act=0, rows=3, bias64=None):
    model = Model()
    in_scale, in_zero = activation(rng, dtype)
    out_scale, out_zero = activation(rng, dtype)
    weights = rng.integers(-127, 127, (11, 24), dtype=np.int8, endpoint=True)
    count = 11 if per_channel else 1
    w_scale = np.float32(rng.uniform(0.3, 1.5, count) / (200 * (1 if dtype == np.int8 else 90)) * out_scale / in_scale)
    bias_type = np.int64 if (dtype == np.int16 if bias64 is None else bias64) else np.int32
    image = model.tensor("rows", (rows, 24), dtype, in_scale, in_zero)
    inputs = [image, model.tensor("weights", (11, 24), np.int8, w_scale, 0, weights)]
    if bias:
        values = rng.integers(-5000, 5000, 11).astype(bias_type)
        inputs.append(model.tensor("bias", (11,), bias_type, in_scale * w_scale, 0, values))
    else:
        inputs.append(-1)
    result = model.tensor("result", (rows, 11), dtype, out_scale, out_zero)
    model.operator(schema.BuiltinOperator.FULLY_CONNECTED, inputs, [result],
                   *options("FullyConnected", fusedActivationFunction=act))
    model.graph.inputs, model.graph.outputs = [image], [result]
    return model


def pool(rng, code, dtype=np.int8, act=0, same=True, kernel=(3, 2), stride=2, size=(7, 9)):
    model = Model()
    scale, zero = activation(rng, dtype)
    image = model.tensor("image", (1, *size, 3), dtype, scale, zero)
    out = [-(-n // stride) if same else (n - k) // stride + 1 for n, k in zip(size, kernel)]
    result = model.tensor("result", (1, *out, 3), dtype, scale, zero)
    model.operator(code, [image], [result],
                   *options("Pool2D", padding=0 if same else 1, strideW=stride, strideH=stride,
                            filterHeight=kernel[0], filterWidth=kernel[1], fusedActivationFunction=act))
    model.graph.inputs, model.graph.outputs = [image], [result]
    return model


def addition(rng, dtype=np.int8, act=0):
    model = Model()
    shape = (1, 5, 4, 3)
    first = model.tensor("first", shape, dtype, *activation(rng, dtype))
    second = model.tensor("second", shape, dtype, *activation(rng, dtype))
    result = model.tensor("result", shape, dtype, *activation(rng, dtype))
    model.operator(schema.BuiltinOperator.ADD, [first, second], [result],
                   *options("Add", fusedActivationFunction=act, potScaleInt16=False))
    model.graph.inputs, model.graph.outputs = [first, second], [result]
    return model


def unary(rng, code, dtype=np.int8, shape=(1, 5, 4, 3), out_shape=None, same_scale=False, extra=(), option=None):
    """One input, constants, one output."""
    model = Model()
    scale, zero = activation(rng, dtype)
    image = model.tensor("image", shape, dtype, scale, zero)
    inputs = [image]
    for name, data in extra:
        inputs.append(model.tensor(name, data.shape, data.dtype, None, 0, data))
    target = (scale, zero) if same_scale else activation(rng, dtype)
    result = model.tensor("result", out_shape or shape, dtype, *target)
    model.operator(code, inputs, [result], *(option or (None, 0)))
    model.graph.inputs, model.graph.outputs = [image], [result]
    return model


def concatenation(rng, axis):
    model = Model()
    scale, zero = activation(rng, np.int8)
    shapes = [[1, 4, 3, 2], [1, 4, 3, 2], [1, 4, 3, 2]]
    for index, shape in enumerate(shapes):
        shape[axis] += index
    inputs = [model.tensor(f"part{i}", s, np.int8, scale, zero) for i, s in enumerate(shapes)]
    total = list(shapes[0])
    total[axis] = sum(s[axis] for s in shapes)
    result = model.tensor("result", total, np.int8, scale, zero)
    model.operator(schema.BuiltinOperator.CONCATENATION, inputs, [result],
                   *options("Concatenation", axis=axis, fusedActivationFunction=0))
    model.graph.inputs, model.graph.outputs = inputs, [result]
    return model


def batch_matmul(rng, adjoint):
    model = Model()
    first = model.tensor("first", (2, 5, 7), np.int8, np.float32(0.02), 3)
    second = model.tensor("second", (2, 4, 7) if adjoint else (2, 7, 4), np.int8, np.float32(0.03), -5)
    result = model.tensor("result", (2, 5, 4), np.int8, np.float32(0.4), 7)
    model.operator(schema.BuiltinOperator.BATCH_MATMUL, [first, second], [result],
                   *options("BatchMatMul", adjX=False, adjY=adjoint))
    model.graph.inputs, model.graph.outputs = [first, second], [result]
    return model


def constants_of_every_type(rng):
    """No operators: what can lie in a file."""
    model = Model()
    for dtype in (np.int8, np.uint8, np.int16, np.int32, np.int64, np.float32):
        model.tensor(f"constants/{np.dtype(dtype).name}", (3, 5), dtype, None, 0,
                     rng.integers(0, 100, (3, 5)).astype(dtype))
    for name, kind, low in (("int4", schema.TensorType.INT4, -8), ("uint4", schema.TensorType.UINT4, 0)):
        values = rng.integers(low, low + 15, (3, 7), dtype=np.int8, endpoint=True)
        nibbles = np.append(values.reshape(-1) & 15, 0).astype(np.uint8)
        packed = nibbles[0::2] | nibbles[1::2] << 4
        model.tensor(name, (3, 7), np.int8, np.float32(0.5), 0, packed, type=kind)
        model.constants[name] = values.astype(np.uint8) if low == 0 else values
    return model


def cases(rng):
    b = schema.BuiltinOperator
    yield "conv_same", convolution(rng)
    yield "conv_valid_stride", convolution(rng, stride=2, same=False, act=1)
    yield "conv_dilated", convolution(rng, dilation=2)
    yield "conv_relu6", convolution(rng, act=3)
    yield "conv_relu_n1", convolution(rng, act=2)
    yield "conv_per_tensor", convolution(rng, per_channel=False)
    yield "conv_grouped", convolution(rng, channels=6, groups=3)
    yield "conv_int16", convolution(rng, dtype=np.int16)
    yield "conv_int16_bias32", convolution(rng, dtype=np.int16, bias64=False)
    yield "conv_uint8", convolution(rng, dtype=np.uint8, per_channel=False)
    yield "depthwise", convolution(rng, depthwise=True)
    yield "depthwise_multiplier", convolution(rng, depthwise=True, multiplier=3, stride=2)
    yield "depthwise_dilated", convolution(rng, depthwise=True, dilation=2)
    yield "depthwise_int16", convolution(rng, depthwise=True, dtype=np.int16)
    yield "fully_connected", fully_connected(rng)
    yield "fully_connected_relu", fully_connected(rng, act=1)
    yield "fully_connected_no_bias", fully_connected(rng, bias=False)
    yield "fully_connected_per_channel", fully_connected(rng, per_channel=True)
    yield "fully_connected_int16", fully_connected(rng, dtype=np.int16)
    yield "average_same", pool(rng, b.AVERAGE_POOL_2D)
    yield "average_valid_relu", pool(rng, b.AVERAGE_POOL_2D, same=False, act=1)
    yield "average_int16", pool(rng, b.AVERAGE_POOL_2D, dtype=np.int16)
    yield "maximum_same", pool(rng, b.MAX_POOL_2D)
    yield "maximum_valid_relu6", pool(rng, b.MAX_POOL_2D, same=False, act=3)
    yield "maximum_int16", pool(rng, b.MAX_POOL_2D, dtype=np.int16)
    yield "add", addition(rng)
    yield "add_relu", addition(rng, act=1)
    yield "add_int16", addition(rng, dtype=np.int16)
    yield "add_uint8", addition(rng, dtype=np.uint8)
    yield "relu", unary(rng, b.RELU)
    yield "relu6", unary(rng, b.RELU6)
    yield "relu_n1_to_1", unary(rng, b.RELU_N1_TO_1)
    yield "requantize", unary(rng, b.QUANTIZE, option=options("Quantize"))
    yield "reshape", unary(rng, b.RESHAPE, out_shape=(4, 15), same_scale=True,
                           extra=[("shape", np.int32([4, 15]))], option=options("Reshape", newShape=[4, 15]))
    yield "pad", unary(rng, b.PAD, out_shape=(1, 8, 9, 3), same_scale=True,
                       extra=[("sides", np.int32([[0, 0], [1, 2], [3, 2], [0, 0]]))], option=options("Pad"))
    yield "pad_channels", unary(rng, b.PAD, out_shape=(1, 5, 4, 6), same_scale=True,
                                extra=[("sides", np.int32([[0, 0], [0, 0], [0, 0], [1, 2]]))], option=options("Pad"))
    yield "transpose", unary(rng, b.TRANSPOSE, out_shape=(1, 3, 5, 4), same_scale=True,
                             extra=[("order", np.int32([0, 3, 1, 2]))], option=options("Transpose"))
    yield "mean", unary(rng, b.MEAN, out_shape=(1, 3), extra=[("axes", np.int32([1, 2]))],
                        option=options("Reducer", keepDims=False))
    yield "mean_kept", unary(rng, b.MEAN, out_shape=(1, 1, 1, 3), extra=[("axes", np.int32([1, 2]))],
                             option=options("Reducer", keepDims=True))
    yield "mean_same_scale", unary(rng, b.MEAN, out_shape=(1, 1, 1, 3), extra=[("axes", np.int32([1, 2]))],
                                   option=options("Reducer", keepDims=True), same_scale=True)
    yield "mean_one_axis", unary(rng, b.MEAN, out_shape=(1, 5, 4), extra=[("axes", np.int32([3]))],
                                 option=options("Reducer", keepDims=False))
    yield "mean_int16", unary(rng, b.MEAN, dtype=np.int16, out_shape=(1, 3), extra=[("axes", np.int32([1, 2]))],
                              option=options("Reducer", keepDims=False))
    for axis in (1, 2, 3):
        yield f"concatenation_{axis}", concatenation(rng, axis)
    yield "batch_matmul", batch_matmul(rng, False)
    yield "batch_matmul_transposed", batch_matmul(rng, True)


def broken(rng):
    """Well-formed FlatBuffers whose parts contradict each other, by the rule they break."""
    def changed(change):
        model = convolution(rng)
        change(model, model.graph)
        return model

    def relu(model, graph, source, target):
        model.operator(schema.BuiltinOperator.RELU, [source], [target])

    def cycle(model, graph):
        first = model.tensor("first", (1, 2), np.int8, 1.0, 0)
        second = model.tensor("second", (1, 2), np.int8, 1.0, 0)
        relu(model, graph, first, second)
        relu(model, graph, second, first)

    def twice(model, graph):
        relu(model, graph, graph.inputs[0], graph.outputs[0])

    def same_bytes(model, graph):
        for index in range(200):
            copy = model.tensor(f"copy{index}", (1 << 20,), np.int8, 1.0, 0)
            graph.tensors[copy].buffer = len(model.model.buffers)
        model.model.buffers.append(schema.BufferT())
        model.model.buffers[-1].data = np.zeros(1 << 20, np.uint8)

    yield "inconsistent-bytes", changed(lambda m, g: setattr(g.tensors[1], "shape", [6, 3, 2, 7]))
    yield "inconsistent-huge", changed(lambda m, g: setattr(g.tensors[1], "shape", [2 ** 31 - 1] * 4))
    yield "inconsistent-negative", changed(lambda m, g: setattr(g.tensors[1], "shape", [-6, 3, 2, 5]))
    yield "inconsistent-cycle", changed(cycle)
    yield "inconsistent-made-twice", changed(twice)
    yield "inconsistent-tensor", changed(lambda m, g: setattr(g.operators[0], "inputs", [99, 1, 2]))
    yield "inconsistent-output", changed(lambda m, g: setattr(g, "outputs", [-1]))
    yield "inconsistent-buffer", changed(lambda m, g: setattr(g.tensors[1], "buffer", 77))
    yield "inconsistent-operator", changed(lambda m, g: setattr(g.operators[0], "opcodeIndex", 4))
    yield "unsupported-version", changed(lambda m, g: setattr(m.model, "version", 4))
    yield "tooLarge-shared-bytes", changed(same_bytes)


def write(folder):
    os.makedirs(folder, exist_ok=True)
    os.makedirs(f"{folder}/../broken_tflite", exist_ok=True)
    rng = np.random.default_rng(int(os.environ.get("WEFT_CASE_SEED", "20261121")))
    for name, model in cases(rng):
        model.write(f"{folder}/{name}", rng)
    for name, model in broken(rng):
        builder = flatbuffers.Builder(1 << 16)
        builder.Finish(model.model.Pack(builder), b"TFL3")
        with open(f"{folder}/../broken_tflite/{name}.tflite", "wb") as file:
            file.write(builder.Output())
    constants_of_every_type(rng).write(f"{folder}/constants_of_every_type", rng, run=False)


if __name__ == "__main__":
    import sys

    write(sys.argv[1])
