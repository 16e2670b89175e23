"""The digits network in floating point: its shape, its gradients and its training.

Every result is independent of the machine. A sum of floating-point products usually depends on the order in which
the linear-algebra library adds, which depends on the processor. Here both operands of every long sum are first rounded
to 20 significant bits relative to their largest element, so that the products and their sums are exact in float64 and
any order gives the same bits. Only + - * / and sqrt, which IEEE 754 defines exactly, are used besides.
"""

import numpy as np

from integer_arithmetic import windows

NONE = {"top": 0, "left": 0, "bottom": 0, "right": 0}
SAME = {"top": 1, "left": 1, "bottom": 1, "right": 1}
AFTER = {"top": 0, "left": 0, "bottom": 1, "right": 1}  # what "same" padding becomes for stride 2 on an even size


def layer(kind, name, inputs, output=None, channels=None, kernel=(1, 1), stride=(1, 1), padding=NONE, relu=False):
  return dict(type=kind, name=name, inputs=inputs, output=output or name, channels=channels, kernel=kernel,
              stride=stride, padding=padding, relu=relu)


INPUT_SHAPE = (1, 8, 8, 1)
CLASSES = 10

# 16 channels fill a 16-channel brick, 24 leave one half empty. conv04 reads a tensor without ReLU, so its padding is
# a zero point inside the int8 range.
LAYERS = [
  layer("conv2d", "conv00", ["input"], channels=16, kernel=(3, 3), padding=SAME, relu=True),
  layer("depthwise_conv2d", "dw01", ["conv00"], channels=16, kernel=(3, 3), padding=SAME, relu=True),
  layer("conv2d", "conv02", ["dw01"], channels=16),
  layer("add", "add03", ["conv00", "conv02"]),
  layer("conv2d", "conv04", ["add03"], channels=24, kernel=(3, 3), stride=(2, 2), padding=AFTER, relu=True),
  layer("depthwise_conv2d", "dw05", ["conv04"], channels=24, kernel=(3, 3), padding=SAME, relu=True),
  layer("conv2d", "conv06", ["dw05"], channels=32, relu=True),
  layer("max_pool", "max_pool07", ["conv06"], kernel=(2, 2), stride=(2, 2)),
  layer("avg_pool", "avg_pool08", ["max_pool07"], kernel=(2, 2), stride=(2, 2)),
  layer("reshape", "reshape09", ["avg_pool08"]),
  layer("fully_connected", "fc10", ["reshape09"], output="output", channels=CLASSES),
]

WEIGHT_LAYOUT = {"conv2d": "OHWI", "depthwise_conv2d": "1HWC", "fully_connected": "OI"}


def on_grid(x, bits=20):
  """`x` rounded to multiples of 2^-bits of the power of two above its largest magnitude."""
  largest = np.abs(x).max()
  if largest == 0:
    return x
  step = np.ldexp(1.0, int(np.frexp(largest)[1]) - bits)
  return np.rint(x / step) * step


def exact_matmul(a, b):
  assert a.shape[-1] <= 1 << 13, "20 + 20 bits of product and 13 bits of sum fill a float64"
  return on_grid(a) @ on_grid(b)


def exact_sum(product_of_two, axis):
  """Sum of products whose factors are both on their grid; the order does not matter."""
  return product_of_two.sum(axis=axis)


def weight_shape(layer, input_channels):
  if layer["type"] == "depthwise_conv2d":
    return (1, *layer["kernel"], layer["channels"])
  if layer["type"] == "fully_connected":
    return (layer["channels"], input_channels)
  return (layer["channels"], *layer["kernel"], input_channels)


def initial_parameters(rng):
  """Uniform weights with the variance 2 / fan-in that keeps ReLU activations in range; zero biases."""
  channels, parameters = {"input": INPUT_SHAPE[3]}, {}
  for one in LAYERS:
    before = channels[one["inputs"][0]]
    channels[one["output"]] = one["channels"] or before
    if one["type"] in WEIGHT_LAYOUT:
      shape = weight_shape(one, before)
      fan_in = np.prod(shape[1:]) if one["type"] != "depthwise_conv2d" else np.prod(one["kernel"])
      bound = np.sqrt(6.0 / fan_in)
      parameters[one["name"]] = [rng.random(shape) * (2 * bound) - bound, np.zeros(one["channels"])]
  return parameters


def weighted_forward(layer, x, weights):
  if layer["type"] == "fully_connected":
    return exact_matmul(x, weights.T)
  patches = windows(x, layer["kernel"], layer["stride"], layer["padding"])
  if layer["type"] == "depthwise_conv2d":
    return exact_sum(on_grid(patches) * on_grid(weights[0]), axis=(3, 4))
  rows = patches.reshape(*patches.shape[:3], -1)
  return exact_matmul(rows, weights.reshape(len(weights), -1).T)


def forward(parameters, batch):
  tensors = {"input": batch}
  for one in LAYERS:
    inputs = [tensors[name] for name in one["inputs"]]
    if one["type"] in WEIGHT_LAYOUT:
      weights, bias = parameters[one["name"]]
      y = weighted_forward(one, inputs[0], weights) + bias
    elif one["type"] == "add":
      y = inputs[0] + inputs[1]
    elif one["type"] == "reshape":
      y = inputs[0].reshape(len(batch), -1)
    else:
      patches = on_grid(windows(inputs[0], one["kernel"], one["stride"], one["padding"]))
      y = patches.max(axis=(3, 4)) if one["type"] == "max_pool" else exact_sum(patches, (3, 4)) / np.prod(one["kernel"])
    tensors[one["output"]] = np.maximum(y, 0) if one["relu"] else y
  return tensors


def scatter(layer, shape, patch_gradient):
  """Adds every patch's gradient back to the input positions the patch was read from; `windows` reversed."""
  pad, (sy, sx) = layer["padding"], layer["stride"]
  _, out_y, out_x = patch_gradient.shape[:3]
  padded = np.zeros((shape[0], shape[1] + pad["top"] + pad["bottom"], shape[2] + pad["left"] + pad["right"], shape[3]))
  for i in range(layer["kernel"][0]):
    for j in range(layer["kernel"][1]):
      padded[:, i : i + sy * out_y : sy, j : j + sx * out_x : sx] += patch_gradient[:, :, :, i, j]
  return padded[:, pad["top"] : pad["top"] + shape[1], pad["left"] : pad["left"] + shape[2]]


def weighted_backward(layer, x, weights, g):
  """Gradients of the input, the weights and the bias."""
  flat = g.reshape(-1, g.shape[-1])
  bias_gradient = exact_sum(on_grid(flat), axis=0)
  if layer["type"] == "fully_connected":
    return exact_matmul(g, weights), exact_matmul(g.T, x), bias_gradient
  patches = windows(x, layer["kernel"], layer["stride"], layer["padding"])
  if layer["type"] == "depthwise_conv2d":
    spread = on_grid(g)[:, :, :, None, None, :]
    weight_gradient = exact_sum(on_grid(patches) * spread, axis=(0, 1, 2))[None]
    return scatter(layer, x.shape, spread * on_grid(weights[0])), weight_gradient, bias_gradient
  weight_gradient = exact_matmul(flat.T, patches.reshape(len(flat), -1)).reshape(weights.shape)
  patch_gradient = exact_matmul(g, weights.reshape(len(weights), -1)).reshape(patches.shape)
  return scatter(layer, x.shape, patch_gradient), weight_gradient, bias_gradient


def backward(parameters, tensors, output_gradient):
  gradients, by_tensor = {}, {"output": output_gradient}
  for one in reversed(LAYERS):
    y, x = tensors[one["output"]], tensors[one["inputs"][0]]
    g = by_tensor.pop(one["output"])
    g = g * (y > 0) if one["relu"] else g
    if one["type"] in WEIGHT_LAYOUT:
      dx, *gradients[one["name"]] = weighted_backward(one, x, parameters[one["name"]][0], g)
    elif one["type"] == "add":
      dx = g
    elif one["type"] == "reshape":
      dx = g.reshape(x.shape)
    else:
      spread = g[:, :, :, None, None, :]
      if one["type"] == "max_pool":
        patches = windows(x, one["kernel"], one["stride"], one["padding"])
        dx = scatter(one, x.shape, spread * (on_grid(patches) == y[:, :, :, None, None, :]))
      else:
        share = spread / np.prod(one["kernel"])
        dx = scatter(one, x.shape, np.broadcast_to(share, (*g.shape[:3], *one["kernel"], g.shape[3])))
    for name in one["inputs"]:
      by_tensor[name] = by_tensor[name] + dx if name in by_tensor else dx
  return gradients


def softmax(logits):
  """(1 + z/1024)^1024 instead of exp(z): the library's exp differs in its last bit between processors."""
  e = 1 + np.maximum(logits - logits.max(axis=1, keepdims=True), -30.0) / 1024
  for _ in range(10):
    e = e * e
  e = on_grid(e, 40)
  return e / exact_sum(e, axis=1)[:, None]


def train(pixels, labels, seed, epochs=40, batch_size=32, rate=4e-3):
  """Cross-entropy and Adam, the learning rate falling linearly to zero."""
  rng = np.random.default_rng(seed)
  parameters = initial_parameters(rng)
  first = {name: [np.zeros_like(p) for p in both] for name, both in parameters.items()}
  second = {name: [np.zeros_like(p) for p in both] for name, both in parameters.items()}
  steps, step, decay1, decay2 = epochs * (len(pixels) // batch_size), 0, 1.0, 1.0
  for _ in range(epochs):
    order = rng.permutation(len(pixels))
    for start in range(0, len(order) - batch_size + 1, batch_size):
      chosen = order[start : start + batch_size]
      tensors = forward(parameters, pixels[chosen])
      wanted = np.eye(CLASSES)[labels[chosen]]
      gradients = backward(parameters, tensors, (softmax(tensors["output"]) - wanted) / batch_size)
      decay1, decay2 = decay1 * 0.9, decay2 * 0.999
      now = rate * (1 - step / steps)
      for name, both in parameters.items():
        for k in (0, 1):
          g, m, v = gradients[name][k], first[name][k], second[name][k]
          m += 0.1 * (g - m)
          v += 0.001 * (g * g - v)
          both[k] = both[k] - now * (m / (1 - decay1)) / (np.sqrt(v / (1 - decay2)) + 1e-8)
      step += 1
  return parameters
