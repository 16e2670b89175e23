"""Recomputes network folders from `network.json` and the arrays alone and compares every stored value.

  python3 check.py [folder ...]        (default: digits_int8 and digits_fixed16 beside this file)

Exits with 1 at the first difference, naming the layer, channel and position. Nothing is shared with the programs that
wrote the folders: sums run over stored values with the zero point multiplied out afterwards, and every rounding is done
in unbounded Python integers. Needs numpy only.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np

WEIGHTED = ("conv2d", "depthwise_conv2d", "fully_connected")


class Difference(Exception):
  pass


def expect(stored, computed, what):
  if stored != computed:
    raise Difference(f"{what}: stored {stored}, computed {computed}")


def compare(stored, computed, what):
  """`computed` is a nested array of int64; the stored one must have its shape and values."""
  expect(list(stored.shape), list(computed.shape), f"{what}, shape")
  wrong = np.argwhere(stored.astype(np.int64) != computed)
  if len(wrong):
    at = tuple(wrong[0])
    where = f"channel {at[-1]}" + (f", position y {at[1]} x {at[2]}" if len(at) == 4 else "")
    raise Difference(f"{what}, {where}: stored {stored[at]}, computed {computed[at]}")


def attempt(what, step, *arguments):
  """A description that makes no sense is a difference too, not a traceback."""
  try:
    return step(*arguments)
  except (ArithmeticError, LookupError, TypeError, ValueError) as problem:
    raise Difference(f"{what} cannot be computed: {problem!r}") from problem


def elementwise(rule, *arrays):
  """`rule` on Python integers, element by element; the result as int64."""
  flat = zip(*(a.reshape(-1).tolist() for a in np.broadcast_arrays(*arrays)))
  return np.array([rule(*values) for values in flat], np.int64).reshape(arrays[0].shape)


def toward_zero(a, b):
  return a // b if a >= 0 else -(-a // b)


def two_step(acc, q31, shift):
  product = acc * 2 ** max(shift, 0) * q31
  high = toward_zero(product + (2**30 if product >= 0 else 1 - 2**30), 2**31)
  divisor = 2 ** max(-shift, 0)
  away = divisor // 2
  return toward_zero(high + (away if high >= 0 else -away), divisor)


def single_step(acc, q31, shift):
  return (acc * q31 + 2 ** (30 - shift)) // 2 ** (31 - shift)


def clamp(layer, value):
  return min(max(value, layer["act_min"]), layer["act_max"])


def check_multiplier(stored, what):
  """The stored Q31 pair must be the nearest one to the stored real multiplier."""
  fraction, shift = math.frexp(stored["real"])
  q31 = math.floor(fraction * 2**31 + 0.5)
  if q31 == 2**31:
    q31, shift = 2**30, shift + 1
  expect([stored["q31"], stored["shift"]], [q31, shift], what)


class Folder:
  def __init__(self, path):
    self.path = Path(path)
    self.network = json.loads((self.path / "network.json").read_text())
    self.int8 = {"tflite_int8": True, "fixed16": False}[self.network["kind"]]
    self.tensors = self.network["tensors"]
    self.compared = 0

  def load(self, relative, dtype, what):
    array = np.load(self.path / relative)
    expect(array.dtype.str, np.dtype(dtype).newbyteorder("<").str, f"{what}, element type")
    return array

  def check_against(self, relative, dtype, computed, what):
    compare(self.load(relative, dtype, what), computed, what)
    self.compared += 1

  # --- what the JSON says about itself -------------------------------------------------------------------------------

  def check_layer_record(self, layer, what):
    source, target = self.tensors[layer["inputs"][0]], self.tensors[layer["output"]]
    for key, tensor in (("input_shape", source), ("output_shape", target)):
      if key in layer:
        expect(layer[key], {"layout": tensor["layout"], "dims": tensor["shape"]}, f"{what}, {key}")
    self.check_activation(layer, target, what)
    if "kernel" in layer or layer["type"] in ("conv2d", "depthwise_conv2d"):
      self.check_geometry(layer, source["shape"], target["shape"], what)
    if layer["type"] in ("max_pool", "avg_pool", "reshape"):
      for key in ("scale", "zero_point") if self.int8 else ("integer_bits", "fraction_bits", "signed"):
        expect(source[key], target[key], f"{what}, {key} in and out")
    if layer["type"] == "add" and self.int8:
      for key in ("input1_multiplier", "input2_multiplier", "output_multiplier"):
        check_multiplier(layer[key], f"{what}, {key}")
      both = [self.tensors[name] for name in layer["inputs"]]
      expect(layer["input_scales"], [t["scale"] for t in both], f"{what}, input scales")
      expect(layer["input_zero_points"], [t["zero_point"] for t in both], f"{what}, input zero points")
      expect(layer["output_scale"], target["scale"], f"{what}, output scale")
      expect(layer["output_zero_point"], target["zero_point"], f"{what}, output zero point")
    if layer["type"] not in WEIGHTED:
      return
    weights = layer["weights"]
    positions = math.prod(target["shape"][1:-1])
    expect(layer["macs"], positions * math.prod(weights["shape"]), f"{what}, macs")
    if not self.int8:
      expect(weights["integer_bits"] + weights["fraction_bits"], 15, f"{what}, weight bits")
      expect(layer["input_fraction_bits"], source["fraction_bits"], f"{what}, input fraction bits")
      expect(layer["output_fraction_bits"], target["fraction_bits"], f"{what}, output fraction bits")
      sum_bits = source["fraction_bits"] + weights["fraction_bits"]
      expect(layer["bias"]["fraction_bits"], sum_bits, f"{what}, bias fraction bits")
      expect(layer["right_shift"], sum_bits - target["fraction_bits"], f"{what}, right_shift")
      profile = layer["profile"]
      bits = (16 if profile["activation_signed"] else 15) - profile["activation_low_bits_dropped"]
      expect(profile["activation_bits"], bits, f"{what}, profile activation_bits")
      expect(profile["weight_bits"], 16 - profile["weight_low_bits_dropped"], f"{what}, profile weight_bits")
      expect(profile["activation_signed"], source["signed"], f"{what}, profile activation_signed")
      return
    expect(weights["zero_point"], 0, f"{what}, weight zero point")
    for side, tensor in (("input", source), ("output", target)):
      expect(layer[f"{side}_scale"], tensor["scale"], f"{what}, {side} scale")
      expect(layer[f"{side}_zero_point"], tensor["zero_point"], f"{what}, {side} zero point")
    requant = layer["requant"]
    for channel, real in enumerate(requant["real_multiplier"]):
      scale = weights["scale"][channel if weights["per_channel"] else 0]
      expect(real, layer["input_scale"] * scale / layer["output_scale"], f"{what}, channel {channel}, real_multiplier")
      stored = {"real": real, "q31": requant["q31_multiplier"][channel], "shift": requant["shift"][channel]}
      check_multiplier(stored, f"{what}, channel {channel}, q31_multiplier")

  def check_activation(self, layer, target, what):
    if "fused_activation" not in layer:
      return
    low, high = (-128, 127) if self.int8 else (-32768, 32767)
    zero = target["zero_point"] if self.int8 else 0
    wanted = {"none": [low, high], "relu": [zero, high]}[layer["fused_activation"]]
    expect([layer["act_min"], layer["act_max"]], wanted, f"{what}, act_min and act_max")

  def check_geometry(self, layer, source, target, what):
    """The output size that input size, padding, kernel and stride give; a pool without stride covers everything."""
    kernel = layer.get("kernel") or layer["weights"]["shape"][1:3]
    if "stride" not in layer:
      expect([layer["global_pool"], kernel], [True, source[1:3]], f"{what}, global pool and kernel")
    padding = layer.get("padding", dict.fromkeys(("top", "left", "bottom", "right"), 0))
    for axis, (before, after) in enumerate((("top", "bottom"), ("left", "right"))):
      reach = layer.get("dilation", [1, 1])[axis] * (kernel[axis] - 1) + 1
      free = source[1 + axis] + padding[before] + padding[after] - reach
      expect(target[1 + axis], free // layer.get("stride", kernel)[axis] + 1, f"{what}, output size along axis {axis}")

  def check_fixed_tensor(self, name, tensor):
    what = f"{self.path.name} tensor {name}"
    expect(tensor["integer_bits"] + tensor["fraction_bits"], 15, f"{what}, integer_bits + fraction_bits")
    for sample, relative in tensor["files"].items():
      values = self.load(relative, "int16", what).astype(np.int64)
      if not tensor["signed"]:
        expect(int(values.min()) >= 0, True, f"{what} {sample}, never negative")
      if sample == "s0":
        expect(tensor["max_abs_sample0"], int(np.abs(values).max()), f"{what}, max_abs_sample0")

  # --- layers --------------------------------------------------------------------------------------------------------

  def sums(self, layer, x, weights, bias):
    """bias + sum (x - zero_point) * w for every output, reading the zero point where the input is padded."""
    zero = layer["input_zero_point"] if self.int8 else 0
    x, weights = x.astype(np.int64), weights.astype(np.int64)
    if layer["type"] == "fully_connected":
      return bias + (weights * x).sum(axis=1)[None] - zero * weights.sum(axis=1)
    depthwise = layer["type"] == "depthwise_conv2d"
    expect(layer["groups"], x.shape[3] if depthwise else 1, f"{layer['name']}, groups")
    _, height, width, _ = self.tensors[layer["output"]]["shape"]
    _, taps_y, taps_x, _ = weights.shape
    result = np.zeros((1, height, width, len(bias)), np.int64)
    for y in range(height):
      for column in range(width):
        for i in range(taps_y):
          for j in range(taps_x):
            row = y * layer["stride"][0] + i * layer["dilation"][0] - layer["padding"]["top"]
            col = column * layer["stride"][1] + j * layer["dilation"][1] - layer["padding"]["left"]
            inside = 0 <= row < x.shape[1] and 0 <= col < x.shape[2]
            values = x[0, row, col] if inside else np.full(x.shape[3], zero)
            products = weights[0, i, j] * values if depthwise else (weights[:, i, j] * values).sum(axis=1)
            result[0, y, column] += products
    of_weights = weights.sum(axis=(0, 1, 2)) if depthwise else weights.sum(axis=(1, 2, 3))
    return bias + result - zero * of_weights

  def trimmed(self, x, dropped):
    if dropped == 0:
      return x
    limit = 2 ** (15 - dropped)
    return elementwise(lambda v: min(max((v + 2 ** (dropped - 1)) // 2**dropped, -limit), limit - 1) * 2**dropped, x)

  def weighted(self, layer, x, what, profile):
    weights = self.load(layer["weights"]["file"], layer["weights"]["dtype"], f"{what}, weights")
    bias = self.load(layer["bias"]["file"], layer["bias"]["dtype"], f"{what}, bias")
    expect(list(weights.shape), layer["weights"]["shape"], f"{what}, weight shape")
    expect(list(bias.shape), layer["bias"]["shape"], f"{what}, bias shape")
    if profile:
      x = self.trimmed(x, layer["profile"]["activation_low_bits_dropped"])
      weights = self.trimmed(weights, layer["profile"]["weight_low_bits_dropped"])
    acc = self.sums(layer, x, weights, bias)
    if not self.int8:
      shift = layer["right_shift"]
      return acc, elementwise(lambda a: clamp(layer, (a + 2 ** (shift - 1)) // 2**shift), acc)
    rule = {"two_step": two_step, "single_step": single_step}[layer["requant"]["rule"]]
    zero = layer["output_zero_point"]
    q31, shift = np.array(layer["requant"]["q31_multiplier"]), np.array(layer["requant"]["shift"])
    return acc, elementwise(lambda a, q, s: clamp(layer, rule(a, q, s) + zero), acc, q31, shift)

  def add(self, layer, a, b):
    if not self.int8:
      return elementwise(lambda p, q: clamp(layer, p + q), a, b)

    def scaled(value, multiplier):
      return two_step(value, layer[multiplier]["q31"], layer[multiplier]["shift"])

    def rule(p, q):
      zero_p, zero_q = layer["input_zero_points"]
      unit = 2 ** layer["left_shift"]
      total = scaled((p - zero_p) * unit, "input1_multiplier") + scaled((q - zero_q) * unit, "input2_multiplier")
      return clamp(layer, scaled(total, "output_multiplier") + layer["output_zero_point"])

    return elementwise(rule, a, b)

  def pool(self, layer, x):
    _, height, width, channels = self.tensors[layer["output"]]["shape"]
    (taps_y, taps_x), (step_y, step_x) = layer["kernel"], layer.get("stride", layer["kernel"])
    if any(layer.get("padding", {}).values()):
      raise Difference(f"{layer['name']}: padded pooling is not described")
    result = np.zeros((1, height, width, channels), np.int64)
    for y, column, c in np.ndindex(height, width, channels):
      top, left = y * step_y, column * step_x
      values = x[0, top : top + taps_y, left : left + taps_x, c].reshape(-1).tolist()
      total, n = sum(values), len(values)
      if layer["type"] == "max_pool":
        value = max(values)
      elif self.int8:
        value = toward_zero(total + n // 2, n) if total > 0 else toward_zero(total - n // 2, n)
      else:
        value = (2 * total + n) // (2 * n)
      result[0, y, column, c] = clamp(layer, value) if self.int8 else value
    return result

  def execute(self, layer, inputs, what, profile):
    """(accumulators or None, output) of one layer."""
    if layer["type"] in WEIGHTED:
      return self.weighted(layer, inputs[0], what, profile)
    if layer["type"] == "add":
      return None, self.add(layer, *inputs)
    if layer["type"] in ("max_pool", "avg_pool"):
      return None, self.pool(layer, inputs[0])
    if layer["type"] == "reshape":
      return None, inputs[0].reshape(self.tensors[layer["output"]]["shape"])
    raise Difference(f"{what}: no rule for {layer['type']}")

  # --- whole runs ----------------------------------------------------------------------------------------------------

  def run(self, sample, profile=False):
    """Runs one sample on computed values; without a profile compares every stored tensor and accumulator."""
    first = self.tensors[self.network["input"]]
    x = self.load(first["files"][sample], first["dtype"], f"{self.path.name} {sample} input")
    expect(list(x.shape), first["shape"], f"{self.path.name} {sample} input, shape")
    values = {self.network["input"]: x}
    for layer in self.network["layers"]:
      what = f"{self.path.name} {sample} layer {layer['name']}"
      inputs = [values[name] for name in layer["inputs"]]
      acc, result = attempt(what, self.execute, layer, inputs, what, profile)
      if acc is not None and not profile:
        record = layer["accumulators"]
        if sample in record["files"]:
          self.check_against(record["files"][sample], record["dtype"], acc, f"{what}, accumulator")
        if sample == "s0" and "min" in record:
          expect([record["min"], record["max"]], [int(acc.min()), int(acc.max())], f"{what}, accumulator range")
      values[layer["output"]] = result
      tensor = self.tensors[layer["output"]]
      expect(tensor["shape"], list(result.shape), f"{what}, output shape")
      if sample in tensor["files"] and not profile:
        self.check_against(tensor["files"][sample], tensor["dtype"], result, f"{what}, output")
    return values[self.network["output"]]

  def listed_files(self):
    for layer in self.network["layers"]:
      for record in (layer.get("weights"), layer.get("bias")):
        yield from [record["file"]] if record else []
      yield from layer.get("accumulators", {"files": {}})["files"].values()
    for tensor in self.tensors.values():
      yield from tensor["files"].values()
    for sample in self.network["samples"].values():
      yield from [sample["profile_run"]["output"]] if "profile_run" in sample else []

  def check(self):
    present = {p.relative_to(self.path).as_posix() for p in self.path.rglob("*.npy")}
    expect(sorted(self.listed_files()), sorted(present), f"{self.path.name}, list of .npy files")
    for index, layer in enumerate(self.network["layers"]):
      what = f"{self.path.name} layer {layer['name']}"
      expect(layer["index"], index, f"{what}, index")
      attempt(what, self.check_layer_record, layer, what)
    for sample, record in self.network["samples"].items():
      output = self.run(sample)
      if "result" in record and "argmax" in record["result"]:
        expect(record["result"]["argmax"], int(output.argmax()), f"{self.path.name} {sample} argmax")
      if "fixed_top5" in record:
        best = np.argsort(-output.reshape(-1), kind="stable")[:5].tolist()
        expect(record["fixed_top5"], best, f"{self.path.name} {sample} fixed_top5")
      if "profile_run" in record:
        trimmed, last = self.run(sample, profile=True), self.network["layers"][-1]["name"]
        what = f"{self.path.name} {sample} layer {last}, output under the profile"
        self.check_against(record["profile_run"]["output"], "int16", trimmed, what)
        expect(record["profile_run"]["argmax"], int(trimmed.argmax()), f"{what}, argmax")
    for name, tensor in self.tensors.items():
      if not self.int8:
        self.check_fixed_tensor(name, tensor)
    print(f"{self.path.name}: {self.compared} arrays equal")


def main():
  here = Path(__file__).resolve().parent
  try:
    for path in sys.argv[1:] or [here / "digits_int8", here / "digits_fixed16"]:
      Folder(path).check()
  except (Difference, OSError, LookupError, ValueError) as problem:
    print(f"{type(problem).__name__}: {problem}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
  main()
