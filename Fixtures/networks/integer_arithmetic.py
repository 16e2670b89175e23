"""The exact integer arithmetic of the network folders, on batches of inputs.

`run` executes a network described as in `network.json` and returns every tensor and every accumulator. The rules are
those written under "arithmetic" in the two `network.json` files; nothing here rounds except where those rules say so.
"""

import numpy as np


def windows(x, kernel, stride, padding, fill=0):
  """The patches a convolution or pooling reads: (n, out_y, out_x, kernel_y, kernel_x, channel)."""
  sides = ((0, 0), (padding["top"], padding["bottom"]), (padding["left"], padding["right"]), (0, 0))
  padded = np.pad(x, sides, constant_values=fill)
  view = np.lib.stride_tricks.sliding_window_view(padded, kernel, axis=(1, 2))
  return view[:, :: stride[0], :: stride[1]].transpose(0, 1, 2, 4, 5, 3)


def accumulate(layer, x, weights, bias):
  """bias + sum x*w in int64. `x` has its zero point removed already, so padding is 0."""
  x, weights = x.astype(np.int64), weights.astype(np.int64)
  if layer["type"] == "fully_connected":
    return x @ weights.T + bias
  if layer["type"] == "depthwise_conv2d":
    patches = windows(x, weights.shape[1:3], layer["stride"], layer["padding"])
    return np.einsum("nyxijc,ijc->nyxc", patches, weights[0]) + bias
  patches = windows(x, weights.shape[1:3], layer["stride"], layer["padding"])
  return np.tensordot(patches, weights, axes=((3, 4, 5), (1, 2, 3))) + bias


def q31_form(real):
  """(q31, shift) with real ~ q31 * 2^(shift-31) and q31 in [2^30, 2^31)."""
  fraction, shift = np.frexp(real)
  q31, shift = int(np.floor(fraction * 2.0**31 + 0.5)), int(shift)
  return (q31 // 2, shift + 1) if q31 == 1 << 31 else (q31, shift)


def two_step(acc, q31, shift):
  """High half of the doubled product, then a rounding divide by a power of two; each step rounds once."""
  q31, shift = np.asarray(q31, np.int64), np.asarray(shift, np.int64)
  product = (acc << np.maximum(shift, 0)) * q31
  nudged = product + np.where(product >= 0, 1 << 30, 1 - (1 << 30))
  high = np.where(nudged >= 0, nudged >> 31, -(-nudged >> 31))
  right = np.maximum(-shift, 0)
  half = (np.int64(1) << right) >> 1
  return np.where(high >= 0, (high + half) >> right, -((-high + half) >> right))


def single_step(acc, q31, shift):
  """One 64-bit multiplication and one round-half-up shift."""
  q31, shift = np.asarray(q31, np.int64), np.asarray(shift, np.int64)
  return (acc * q31 + (np.int64(1) << (30 - shift))) >> (31 - shift)


def trim(x, dropped):
  """Rounds the low `dropped` bits of int16 values away, saturating: what a profile does to one operand."""
  if dropped == 0:
    return x
  x = x.astype(np.int64)
  limit = 1 << (15 - dropped)
  return np.clip((x + (1 << (dropped - 1))) >> dropped, -limit, limit - 1) << dropped


def clamp(layer, x):
  return np.clip(x, layer["act_min"], layer["act_max"])


def int8_weighted(layer, x, weights, bias):
  acc = accumulate(layer, x.astype(np.int64) - layer["input_zero_point"], weights, bias)
  assert np.abs(acc).max() < 1 << 31, f"{layer['name']}: accumulator leaves int32"
  rule = {"two_step": two_step, "single_step": single_step}[layer["requant"]["rule"]]
  scaled = rule(acc, layer["requant"]["q31_multiplier"], layer["requant"]["shift"])
  return clamp(layer, scaled + layer["output_zero_point"]), acc


def int8_add(layer, a, b):
  def term(x, zero_point, multiplier):
    return two_step((x.astype(np.int64) - zero_point) << layer["left_shift"], multiplier["q31"], multiplier["shift"])

  total = term(a, layer["input_zero_points"][0], layer["input1_multiplier"])
  total += term(b, layer["input_zero_points"][1], layer["input2_multiplier"])
  scaled = two_step(total, layer["output_multiplier"]["q31"], layer["output_multiplier"]["shift"])
  return clamp(layer, scaled + layer["output_zero_point"])


def fixed16_weighted(layer, x, weights, bias, trimmed):
  if trimmed:
    x = trim(x, layer["profile"]["activation_low_bits_dropped"])
    weights = trim(weights, layer["profile"]["weight_low_bits_dropped"])
  acc = accumulate(layer, x, weights, bias)
  shift = layer["right_shift"]
  return clamp(layer, (acc + (1 << (shift - 1))) >> shift), acc


def average(kind, patches):
  """Means over the two kernel axes; no padding is used by these networks, so every window has the same count."""
  count = patches.shape[3] * patches.shape[4]
  total = patches.astype(np.int64).sum(axis=(3, 4))
  if kind == "fixed16":
    return (2 * total + count) // (2 * count)
  return np.where(total > 0, (total + count // 2) // count, -((-total + count // 2) // count))


def run(network, parameters, batch, trimmed=False):
  """Every tensor and accumulator by name. `parameters[layer name]` is (weights, bias)."""
  kind = network["kind"]
  element = {"tflite_int8": np.int8, "fixed16": np.int16}[kind]
  no_padding = {"top": 0, "left": 0, "bottom": 0, "right": 0}
  tensors, accumulators = {network["input"]: batch.astype(element)}, {}
  for layer in network["layers"]:
    inputs = [tensors[name] for name in layer["inputs"]]
    if layer["name"] in parameters:
      weights, bias = parameters[layer["name"]]
      if kind == "fixed16":
        y, acc = fixed16_weighted(layer, inputs[0], weights, bias, trimmed)
      else:
        y, acc = int8_weighted(layer, inputs[0], weights, bias)
      accumulators[layer["name"]] = acc.astype(bias.dtype)
    elif layer["type"] == "add" and kind == "fixed16":
      y = clamp(layer, inputs[0].astype(np.int64) + inputs[1])
    elif layer["type"] == "add":
      y = int8_add(layer, *inputs)
    elif layer["type"] in ("max_pool", "avg_pool"):
      kernel = layer["kernel"]
      patches = windows(inputs[0], kernel, layer.get("stride", kernel), layer.get("padding", no_padding))
      y = patches.max(axis=(3, 4)) if layer["type"] == "max_pool" else average(kind, patches)
      y = clamp(layer, y) if kind == "tflite_int8" else y
    elif layer["type"] == "reshape":
      y = inputs[0].reshape(len(inputs[0]), -1)
    else:
      raise ValueError(f"{layer['name']}: no rule for {layer['type']}")
    tensors[layer["output"]] = y.astype(element)
  return tensors, accumulators
