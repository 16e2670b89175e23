"""Trains a small network on scikit-learn's digits and writes it as two network folders beside this file.

  python3 train_digits.py

`digits_int8/` holds it in 8-bit affine integers, `digits_fixed16/` in 16-bit fixed point: weights, biases, the
activations of three test digits and the exact accumulators. Needs numpy and scikit-learn; takes about a minute. The
files are the same bytes on every run. `check.py` recomputes them independently.
"""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import sklearn
from sklearn.datasets import load_digits

import float_network
import integer_arithmetic
from float_network import LAYERS, NONE, WEIGHT_LAYOUT

HERE = Path(__file__).resolve().parent
SEED = 20
TRAINING, CALIBRATION = 1200, 256  # digits trained on; of those, digits that set the ranges and the profile
CLASS_NAMES = [str(c) for c in range(float_network.CLASSES)]

LAYOUT_NOTE = ("all activations NHWC (or NC); conv weights OHWI; depthwise weights 1HWC (channel last, multiplier 1); "
               "fully connected OI")

INT8_RULES = {
  "accumulator": "acc[o] = bias[o] + sum (x - input_zero_point) * w ; padded positions contribute 0 (that is, "
                 "padding value = input_zero_point in the stored domain)",
  "requant_single_step": "(fully connected layers) y = (acc * q31_multiplier + 2^(30-shift)) >> (31-shift), arithmetic "
                         "shift in 64 bits (round half up); y += output_zero_point; clamp to [act_min, act_max]",
  "requant_two_step": "(convolutions; also each multiplier of add) x2 = acc << max(shift,0); h = saturating rounding "
                      "doubling high multiply (x2, q31_multiplier) = trunc_toward_zero((x2*q31 + (x2*q31>=0 ? 2^30 : "
                      "1-2^30)) / 2^31); y = rounding divide by 2^max(-shift,0), ties away from zero; "
                      "y += output_zero_point; clamp to [act_min, act_max]",
  "multiplier": "real_multiplier = input_scale*weight_scale[o]/output_scale; q31_multiplier*2^(shift-31) is its Q31 "
                "form",
}

FIXED16_RULES = {
  "format": "int16 two's complement, value = stored * 2^-fraction_bits, integer_bits + fraction_bits = 15; "
            "integer_bits is the smallest (may be negative) at which no calibration value leaves the int16 range, one "
            "per tensor",
  "accumulator": "acc[o] = bias[o] + sum x*w, exact in int64, padding contributes 0; acc has input_fraction_bits + "
                 "weight fraction bits",
  "requant": "y = (acc + 2^(right_shift-1)) >> right_shift (arithmetic shift, round half up), then clamp to [act_min, "
             "act_max] (this is the ReLU and the int16 saturation)",
  "shared_formats": "tensors joined by add or pooling share one format, so these never rescale; add: y = clamp(a + b, "
                    "act_min, act_max)",
  "profile": "activation_low_bits_dropped=d: x_t = clamp(floor((x + 2^(d-1)) / 2^d), -2^(15-d), 2^(15-d)-1) * 2^d "
             "applied to the stored input of that layer (d=0: unchanged); weights alike; everything else as above. "
             "activation_bits = bits of the trimmed values (15-d when never negative, 16-d when signed); weight_bits = "
             "16-d",
  "profile_search": f"drops such that top-1 of all {CALIBRATION} calibration digits stays that of the untrimmed "
                    "fixed-point network, all layers trimmed together: largest drop of each operand alone, common "
                    "back-off, then round-robin one bit at a time until none can grow",
  "note": "no batch normalisation; softmax left out.",
}


def load_split():
  """Standardised pixels (0 becomes -5/6, so the inputs have both signs), labels and the order of the digits."""
  digits = load_digits()
  pixels = ((digits.images - 5) / 6)[..., None]
  return pixels, digits.target, np.random.default_rng(SEED).permutation(len(pixels))


def choose_samples(test, labels, answers):
  """The first three test digits of different classes answered correctly, as {sample name: index in the data set}."""
  chosen = []
  for index, answer in zip(test, answers):
    if len(chosen) < 3 and answer == labels[index] and answer not in labels[chosen]:
      chosen.append(int(index))
  return {f"s{k}": index for k, index in enumerate(chosen)}


def tensor_shapes(float_tensors):
  return {name: [1, *map(int, values.shape[1:])] for name, values in float_tensors.items()}


def layout_of(shape):
  return "NHWC" if len(shape) == 4 else "NC"


def placed(shapes, name):
  return {"layout": layout_of(shapes[name]), "dims": shapes[name]}


def layer_head(index, one, shapes):
  head = {"index": index, "name": one["name"], "type": one["type"], "inputs": one["inputs"], "output": one["output"]}
  if one["type"] in WEIGHT_LAYOUT:
    head |= {"input_shape": placed(shapes, one["inputs"][0]), "output_shape": placed(shapes, one["output"])}
  return head


def geometry(one, shapes):
  groups = one["channels"] if one["type"] == "depthwise_conv2d" else 1
  return {"stride": list(one["stride"]), "padding": dict(one["padding"]), "dilation": [1, 1], "groups": groups}


def multiply_accumulates(one, weights, shapes):
  """Padding included: every output position uses every weight of its channel."""
  positions = int(np.prod(shapes[one["output"]][1:-1]))
  return positions * int(weights.size)


# --- 8-bit affine integers -------------------------------------------------------------------------------------------


def affine(values):
  """Scale (a float32) and zero point such that int8 spans the values and 0.0 is stored exactly."""
  low, high = min(values.min(), 0.0), max(values.max(), 0.0)
  scale = float(np.float32((high - low) / 255))
  return scale, int(np.clip(np.rint(-128 - low / scale), -128, 127))


def affine_formats(float_tensors):
  formats = {"input": affine(float_tensors["input"])}
  for one in LAYERS:  # pooling and reshape do not requantise: same scale and zero point in and out
    copies = one["type"] in ("max_pool", "avg_pool", "reshape")
    formats[one["output"]] = formats[one["inputs"][0]] if copies else affine(float_tensors[one["output"]])
  return formats


def to_int8(values, scale, zero_point=0):
  return np.clip(np.rint(values / scale) + zero_point, -128, 127).astype(np.int8)


def symmetric_weights(one, weights):
  """int8 weights with zero point 0; one scale per output channel, one for all in the fully connected layer."""
  axis = {"OHWI": (1, 2, 3), "1HWC": (0, 1, 2), "OI": None}[WEIGHT_LAYOUT[one["type"]]]
  scales = np.atleast_1d((np.abs(weights).max(axis=axis) / 127).astype(np.float32)).astype(np.float64)
  along = scales if one["type"] == "depthwise_conv2d" else scales.reshape(-1, *[1] * (weights.ndim - 1))
  return np.clip(np.rint(weights / along), -127, 127).astype(np.int8), scales


def activation_range(one, zero_point):
  return {"fused_activation": "relu" if one["relu"] else "none",
          "act_min": zero_point if one["relu"] else -128, "act_max": 127}


def int8_weighted(one, both, formats, shapes):
  weights, scales = symmetric_weights(one, both[0])
  (scale_in, zero_in), (scale_out, zero_out) = formats[one["inputs"][0]], formats[one["output"]]
  bias = np.rint(both[1] / (scale_in * scales)).astype(np.int32)
  real = [scale_in * scale / scale_out for scale in np.broadcast_to(scales, bias.shape).tolist()]
  q31 = [integer_arithmetic.q31_form(r) for r in real]
  entry = {
    "weights": {"file": f"weights/{one['name']}_w.npy", "dtype": "int8", "shape": list(weights.shape),
                "layout": WEIGHT_LAYOUT[one["type"]], "scale": scales.tolist(), "zero_point": 0,
                "quantised_dimension": 3 if one["type"] == "depthwise_conv2d" else 0, "per_channel": len(scales) > 1},
    "bias": {"file": f"weights/{one['name']}_b.npy", "dtype": "int32", "shape": list(bias.shape)},
    **geometry(one, shapes), **activation_range(one, zero_out),
    "input_scale": scale_in, "input_zero_point": zero_in, "output_scale": scale_out, "output_zero_point": zero_out,
    "requant": {"rule": "single_step" if one["type"] == "fully_connected" else "two_step", "real_multiplier": real,
                "q31_multiplier": [q for q, _ in q31], "shift": [s for _, s in q31]},
    "accumulators": {"dtype": "int32", "includes_bias": True, "input_offset_removed": True, "files": {}},
    "macs": multiply_accumulates(one, weights, shapes),
  }
  return entry, (weights, bias)


def int8_add(one, formats):
  """Both inputs are brought to twice the larger input scale, with 20 extra low bits, before they are added."""
  left_shift, (scale_out, zero_out) = 20, formats[one["output"]]
  scales = [formats[name][0] for name in one["inputs"]]
  common = 2 * max(scales)
  reals = [scales[0] / common, scales[1] / common, common / ((1 << left_shift) * scale_out)]
  q31 = [integer_arithmetic.q31_form(r) for r in reals]
  multipliers = [{"real": r, "q31": q, "shift": s} for r, (q, s) in zip(reals, q31)]
  names = ("input1_multiplier", "input2_multiplier", "output_multiplier")
  return {**activation_range(one, zero_out), "left_shift": left_shift, **dict(zip(names, multipliers)),
          "input_zero_points": [formats[name][1] for name in one["inputs"]], "input_scales": scales,
          "output_scale": scale_out, "output_zero_point": zero_out}


def int8_pool(one, formats):
  entry = {"kernel": list(one["kernel"]), "stride": list(one["stride"]), "padding": dict(NONE),
           **activation_range(one, formats[one["output"]][1])}
  if one["type"] == "avg_pool":
    entry["rounding"] = ("t>0: (t + n/2)/n ; t<=0: (t - n/2)/n ; integer division truncating toward zero; n = taps "
                         "inside the input; same scale and zero point in and out")
  return entry


def quantise_int8(parameters, float_tensors):
  """The layers and tensors of `network.json`, and the integer parameters."""
  shapes, formats = tensor_shapes(float_tensors), affine_formats(float_tensors)
  layers, integers = [], {}
  for index, one in enumerate(LAYERS):
    if one["type"] in WEIGHT_LAYOUT:
      entry, integers[one["name"]] = int8_weighted(one, parameters[one["name"]], formats, shapes)
    elif one["type"] == "add":
      entry = int8_add(one, formats)
    else:
      entry = {} if one["type"] == "reshape" else int8_pool(one, formats)
    layers.append(layer_head(index, one, shapes) | entry)
  tensors = {name: {"shape": shape, "layout": layout_of(shape), "dtype": "int8", "scale": formats[name][0],
                    "zero_point": formats[name][1], "files": {}} for name, shape in shapes.items()}
  return {"layers": layers, "tensors": tensors}, integers


# --- 16-bit fixed point ----------------------------------------------------------------------------------------------


def to_fixed(values, fraction_bits):
  return np.floor(np.ldexp(values, fraction_bits) + 0.5).astype(np.int64)


def fraction_bits(*arrays):
  """The most fraction bits, that is the fewest integer bits, at which every value fits int16."""
  bits = 40
  while any(to_fixed(a, bits).max() > 32767 or to_fixed(a, bits).min() < -32768 for a in arrays):
    bits -= 1
  return bits


def fixed_formats(float_tensors):
  """Fraction bits per tensor; tensors joined by add, pooling or reshape are one group with one format."""
  group = {name: {name} for name in float_tensors}
  for one in LAYERS:
    if one["type"] not in WEIGHT_LAYOUT:
      joined = set().union(*(group[name] for name in (*one["inputs"], one["output"])))
      group |= {name: joined for name in joined}
  return {name: fraction_bits(*(float_tensors[m] for m in members)) for name, members in group.items()}


def fixed_range(one):
  return {"fused_activation": "relu" if one["relu"] else "none", "act_min": 0 if one["relu"] else -32768,
          "act_max": 32767}


def fixed16_weighted(one, both, formats, shapes):
  bits_in, bits_w, bits_out = formats[one["inputs"][0]], fraction_bits(both[0]), formats[one["output"]]
  weights, bias = to_fixed(both[0], bits_w).astype(np.int16), to_fixed(both[1], bits_in + bits_w)
  entry = {
    "weights": {"file": f"weights/{one['name']}_w.npy", "dtype": "int16", "shape": list(weights.shape),
                "layout": WEIGHT_LAYOUT[one["type"]], "integer_bits": 15 - bits_w, "fraction_bits": bits_w,
                "nonzero_fraction_in_source": round(float((both[0] != 0).mean()), 4)},
    "bias": {"file": f"weights/{one['name']}_b.npy", "dtype": "int64", "shape": list(bias.shape),
             "fraction_bits": bits_in + bits_w},
    **geometry(one, shapes), **fixed_range(one), "right_shift": bits_in + bits_w - bits_out,
    "input_fraction_bits": bits_in, "output_fraction_bits": bits_out, "profile": {},
    "accumulators": {"dtype": "int64", "includes_bias": True, "min": None, "max": None, "files": {}},
    "macs": multiply_accumulates(one, weights, shapes),
  }
  return entry, (weights, bias)


def fixed16_pool(one):
  if one["type"] == "max_pool":
    return {"kernel": list(one["kernel"]), "stride": list(one["stride"]), "padding": dict(NONE)}
  return {"kernel": list(one["kernel"]), "global_pool": True,
          "rounding": "floor((2*sum + n) / (2*n)), n = number of positions; format unchanged"}


def quantise_fixed16(parameters, float_tensors):
  shapes, formats = tensor_shapes(float_tensors), fixed_formats(float_tensors)
  layers, integers, signed = [], {}, {"input": True}
  for index, one in enumerate(LAYERS):
    head = layer_head(index, one, shapes)
    signed[one["output"]] = not one["relu"] and (one["type"] not in ("max_pool", "avg_pool", "reshape")
                                                 or signed[one["inputs"][0]])
    if one["type"] in WEIGHT_LAYOUT:
      entry, integers[one["name"]] = fixed16_weighted(one, parameters[one["name"]], formats, shapes)
      set_profile(entry, signed[one["inputs"][0]], 0, 0)
    else:
      head |= {"input_shape": placed(shapes, one["inputs"][0]), "output_shape": placed(shapes, one["output"])}
      entry = fixed_range(one) if one["type"] == "add" else {} if one["type"] == "reshape" else fixed16_pool(one)
    layers.append(head | entry)
  tensors = {name: {"shape": shape, "layout": layout_of(shape), "dtype": "int16", "integer_bits": 15 - formats[name],
                    "fraction_bits": formats[name], "signed": signed[name], "max_abs_sample0": None, "files": {}}
             for name, shape in shapes.items()}
  return {"layers": layers, "tensors": tensors}, integers


def set_profile(entry, signed, activation_drop, weight_drop):
  entry["profile"] = {"activation_bits": (16 if signed else 15) - activation_drop, "activation_signed": signed,
                      "activation_low_bits_dropped": activation_drop, "weight_bits": 16 - weight_drop,
                      "weight_low_bits_dropped": weight_drop}


def search_profile(network, integers, batch):
  """Drops as many low bits as the calibration digits' top-1 allows; see `profile_search` in the rules."""
  weighted = [entry for entry in network["layers"] if "profile" in entry]
  expected = integer_arithmetic.run(network, integers, batch)[0]["output"].argmax(axis=1)

  def keeps_top1(drops):
    for k, entry in enumerate(weighted):
      set_profile(entry, entry["profile"]["activation_signed"], drops[2 * k], drops[2 * k + 1])
    output = integer_arithmetic.run(network, integers, batch, trimmed=True)[0]["output"]
    return bool((output.argmax(axis=1) == expected).all())

  def grown(drops, knob):
    return [d + (k == knob) for k, d in enumerate(drops)]

  alone = []
  for knob in range(2 * len(weighted)):
    drops = [0] * (2 * len(weighted))
    while drops[knob] < 14 and keeps_top1(grown(drops, knob)):
      drops = grown(drops, knob)
    alone.append(drops[knob])
  back_off = next(b for b in range(15) if keeps_top1([max(d - b, 0) for d in alone]))
  drops, moved = [max(d - back_off, 0) for d in alone], True
  while moved:
    moved = False
    for knob in range(len(drops)):
      if drops[knob] < 14 and keeps_top1(grown(drops, knob)):
        drops, moved = grown(drops, knob), True
  assert keeps_top1(drops)  # also leaves the chosen drops in the layers


# --- folders ---------------------------------------------------------------------------------------------------------


def describe(name, kind, what, samples, labels, extra):
  return {
    "format": "dnn-fixture-1", "name": name, "kind": kind, "description": what,
    "source": {"repository": f"this repository; digits from scikit-learn {sklearn.__version__} load_digits",
               "path": "Fixtures/networks/train_digits.py", "commit": "none: written by that script",
               "licence": "Apache-2.0; digits: UCI ML hand-written digits, CC BY 4.0"},
    **extra,
    "samples": {s: {"description": f"load_digits() image {index}, a {labels[index]}, not trained on; (pixel - 5) / 6, "
                                   "quantised"} for s, index in samples.items()},
  }


def save(folder, relative, array):
  path = folder / relative
  path.parent.mkdir(parents=True, exist_ok=True)
  np.save(path, np.ascontiguousarray(array))
  return relative


def write_folder(network, integers, batches):
  """Runs each sample, writes its arrays and the network's, and records the file names in `network`."""
  folder = HERE / network["name"]
  shutil.rmtree(folder, ignore_errors=True)
  weighted = {entry["name"]: entry for entry in network["layers"] if entry["name"] in integers}
  for name, (weights, bias) in integers.items():
    save(folder, weighted[name]["weights"]["file"], weights)
    save(folder, weighted[name]["bias"]["file"], bias)
  for sample, batch in batches.items():
    tensors, accumulators = integer_arithmetic.run(network, integers, batch)
    for name, values in tensors.items():
      network["tensors"][name]["files"][sample] = save(folder, f"activations/{sample}/{name}.npy", values)
    for name, acc in accumulators.items():
      record = weighted[name]["accumulators"]
      record["files"][sample] = save(folder, f"accumulators/{sample}/{name}.npy", acc)
      if "min" in record and sample == "s0":
        record["min"], record["max"] = int(acc.min()), int(acc.max())
    if network["kind"] == "fixed16":
      if sample == "s0":
        for name, values in tensors.items():
          network["tensors"][name]["max_abs_sample0"] = int(np.abs(values.astype(np.int64)).max())
      output = integer_arithmetic.run(network, integers, batch, trimmed=True)[0]["output"]
      run = {"output": save(folder, f"profile/{sample}/output.npy", output), "argmax": int(output.argmax())}
      network["samples"][sample]["profile_run"] = run
  (folder / "network.json").write_text(json.dumps(network, indent=1) + "\n")


def write_sums():
  """One line per file of the two folders, in the form `sha256sum -c` reads."""
  files = sorted(p for name in ("digits_fixed16", "digits_int8") for p in (HERE / name).rglob("*") if p.is_file())
  lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(HERE).as_posix()}\n" for p in files]
  (HERE / "SHA256SUMS").write_text("".join(lines))


def top5(output):
  return [int(c) for c in np.argsort(-output.reshape(-1).astype(np.float64), kind="stable")[:5]]


def main():
  pixels, labels, order = load_split()
  training, test = order[:TRAINING], order[TRAINING:]
  parameters = float_network.train(pixels[training], labels[training], SEED)
  calibration = float_network.forward(parameters, pixels[training[:CALIBRATION]])

  def accuracy(outputs):
    return f"{100 * (outputs.argmax(axis=1) == labels[test]).mean():.2f} %"

  float_outputs = float_network.forward(parameters, pixels[test])["output"]
  samples = choose_samples(test, labels, float_outputs.argmax(axis=1))
  int8, int8_parameters = quantise_int8(parameters, calibration)
  fixed, fixed_parameters = quantise_fixed16(parameters, calibration)
  ends = {"input": "input", "output": "output"}
  int8 |= ends | {"kind": "tflite_int8"}
  fixed |= ends | {"kind": "fixed16"}

  def int8_input(indices):
    return to_int8(pixels[indices], int8["tensors"]["input"]["scale"], int8["tensors"]["input"]["zero_point"])

  def fixed_input(indices):
    stored = to_fixed(pixels[indices], fixed["tensors"]["input"]["fraction_bits"])
    return np.clip(stored, -32768, 32767).astype(np.int16)

  search_profile(fixed, fixed_parameters, fixed_input(training[:CALIBRATION]))
  scores = {
    "float": accuracy(float_outputs),
    "int8": accuracy(integer_arithmetic.run(int8, int8_parameters, int8_input(test))[0]["output"]),
    "fixed16": accuracy(integer_arithmetic.run(fixed, fixed_parameters, fixed_input(test))[0]["output"]),
    "profile": accuracy(integer_arithmetic.run(fixed, fixed_parameters, fixed_input(test), True)[0]["output"]),
  }
  print(f"top-1 on {len(test)} test digits:", scores)

  what = f"scikit-learn digits (8x8, 10 classes): small residual CNN, {{}}; top-1 on {len(test)} test digits {{}}"
  affine_score = f"{scores['int8']} (float {scores['float']})"
  head = describe("digits_int8", "tflite_int8", what.format("8-bit affine", affine_score), samples, labels,
                  {"reference": "integer_arithmetic.py beside the script; recomputed by check.py",
                   "layout_note": LAYOUT_NOTE, "arithmetic": INT8_RULES})
  batches = {s: int8_input([index]) for s, index in samples.items()}
  for s, batch in batches.items():
    winner = int(integer_arithmetic.run(int8, int8_parameters, batch)[0]["output"].argmax())
    head["samples"][s]["result"] = {"argmax": winner, "task": "10 classes: " + " ".join(CLASS_NAMES)}
  write_folder(head | ends | {"tensors": int8["tensors"], "layers": int8["layers"]}, int8_parameters, batches)

  trimmed = f"{scores['fixed16']}, trimmed to the profile {scores['profile']} (float {scores['float']})"
  head = describe("digits_fixed16", "fixed16", what.format("run in 16-bit fixed point", trimmed), samples, labels,
                  {"layout_note": LAYOUT_NOTE, "arithmetic": FIXED16_RULES})
  batches = {s: fixed_input([index]) for s, index in samples.items()}
  for s, batch in batches.items():
    best = top5(integer_arithmetic.run(fixed, fixed_parameters, batch)[0]["output"])
    in_float = top5(float_network.forward(parameters, pixels[[samples[s]]])["output"])
    head["samples"][s] |= {"float_top5": in_float, "fixed_top5": best, "top5_labels": [CLASS_NAMES[c] for c in best]}
  head["input_description"] = "1x8x8x1 NHWC, (pixel - 5) / 6 with pixel 0..16"
  write_folder(head | ends | {"tensors": fixed["tensors"], "layers": fixed["layers"]}, fixed_parameters, batches)
  write_sums()


if __name__ == "__main__":
  main()
