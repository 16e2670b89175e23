#!/usr/bin/env python3
"""Multiplies from packed bytes: layers of network folders by AND and popcount on the planes that `weft pack` wrote.

usage: run_from_packed.py WEFT FOLDER...

For each folder and each kind of layer in it (by operation, stride, fan-in below 16, zero point) one layer is computed and its sums are
compared with the stored accumulators. Values are never put together from their planes: an operand is a list of bit
arrays, one a plane, and a product of planes i and j counts 2^(i+j) times the ones of their AND, negative where one of
the two is a sign plane.
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

from weft_decoder import Container


def planes_of(container, name):
    """For each plane the bits of all elements by memory index, and whether the last plane is a sign plane."""
    tensor = container.descriptors[name]
    top = max(tensor.table)
    bits = np.zeros((top, tensor.count + 1), np.uint8)  # the last column is the element that padding points to
    for block in container.blocks[name]:
        for k, planes in enumerate(block.planes):
            lanes = block.lanes[k * tensor.G:(k + 1) * tensor.G]
            word = np.zeros(tensor.G, np.uint8)
            for b in range(top):
                if b < len(planes):
                    word = np.unpackbits(np.frombuffer(planes[b], np.uint8), bitorder="little")
                elif not tensor.twos:
                    word = np.zeros(tensor.G, np.uint8)
                bits[b, np.where(lanes >= 0, lanes, tensor.count)] = word[:len(lanes)]
    bits[:, tensor.count] = 0
    return bits, tensor.twos


def words(bits):
    """Rows of bits as rows of 64-bit words."""
    packed = np.packbits(bits, axis=-1, bitorder="little")
    packed = np.pad(packed, [(0, 0)] * (packed.ndim - 1) + [(0, -packed.shape[-1] % 8)])
    return np.ascontiguousarray(packed).view(np.uint64)


def multiply(a, a_signed, w, w_signed):
    """Sums of products: windows by filters from planes by windows by words and planes by filters by words."""
    total = np.zeros((a.shape[1], w.shape[1]), np.int64)
    for i in range(a.shape[0]):
        for j in range(w.shape[0]):
            ones = np.zeros_like(total)
            for k in range(a.shape[2]):
                ones += np.bitwise_count(a[i, :, None, k] & w[j, None, :, k])
            negative = (a_signed and i == a.shape[0] - 1) != (w_signed and j == w.shape[0] - 1)
            total += -(ones << i + j) if negative else ones << i + j
    return total


def window_indices(layer):
    """For each window and tap the memory index of channel 0 of the input, or -1 outside the image."""
    _, height, width, channels = layer["input_shape"]["dims"]
    _, out_height, out_width, _ = layer["output_shape"]["dims"]
    kernel_height, kernel_width = layer["weights"]["shape"][1:3]
    (sy, sx), (dy, dx), pad = layer["stride"], layer["dilation"], layer["padding"]
    y = np.arange(out_height)[:, None, None, None] * sy - pad["top"] + np.arange(kernel_height)[:, None] * dy
    x = np.arange(out_width)[None, :, None, None] * sx - pad["left"] + np.arange(kernel_width)[None, :] * dx
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    index = np.where(inside, (y * width + x) * channels, -1)
    return index.reshape(out_height * out_width, kernel_height * kernel_width)


def compute(layer, activations, weights, bias):
    """The sums of one layer, windows by filters."""
    (a_bits, a_signed), (w_bits, w_signed) = activations, weights
    nowhere = a_bits.shape[1] - 1
    if layer["type"] == "fully_connected":
        a, w = a_bits[:, None, :-1], w_bits[:, :-1].reshape(w_bits.shape[0], *layer["weights"]["shape"])
        return multiply(words(a), a_signed, words(w), w_signed) + bias
    first = window_indices(layer)
    filters, kernel_height, kernel_width, fan_in = layer["weights"]["shape"]
    taps = kernel_height * kernel_width
    if layer["type"] == "depthwise_conv2d":
        sums = []
        for channel in range(fan_in):
            index = np.where(first >= 0, first + channel, nowhere)
            w = w_bits[:, :-1].reshape(-1, taps, fan_in)[:, None, :, channel]
            sums.append(multiply(words(a_bits[:, index]), a_signed, words(w), w_signed)[:, 0])
        return np.stack(sums, 1) + bias
    groups = layer["groups"]
    per_group = filters // groups
    sums = []
    for g in range(groups):
        channel = g * fan_in + np.arange(fan_in)
        index = np.where(first[:, :, None] >= 0, first[:, :, None] + channel, nowhere).reshape(len(first), -1)
        w = w_bits[:, :-1].reshape(-1, filters, taps * fan_in)[:, g * per_group:(g + 1) * per_group]
        sums.append(multiply(words(a_bits[:, index]), a_signed, words(w), w_signed))
    return np.concatenate(sums, 1) + bias


def kind(layer, container):
    fan_in = layer["weights"]["shape"][-1]
    return (layer["type"], tuple(layer.get("stride", ())), fan_in < 16, layer.get("input_zero_point", 0) not in (0, -128))


def check_folder(weft, folder):
    network = json.load(open(os.path.join(folder, "network.json")))
    with tempfile.TemporaryDirectory() as work:
        packed = os.path.join(work, "network.weft")
        subprocess.run([weft, "pack", folder, "-o", packed, "-q"], check=True)
        data = open(packed, "rb").read()
        chosen, seen = [], set()
        sample = next(iter(network["samples"]))
        for layer in network["layers"]:
            sums = layer.get("accumulators", {}).get("files", {}).get(sample)
            key = "weights" in layer and kind(layer, None)
            if not key or not sums or key in seen or layer["macs"] > 30e6:
                continue
            seen.add(key)
            chosen.append((layer, sums, network["tensors"][layer["inputs"][0]]["files"][sample][:-4]))
        names = [layer["weights"]["file"][:-4] for layer, _, _ in chosen] + [name for _, _, name in chosen]
        container = Container(data, names)
    for layer, sums, activation in chosen:
        weight = layer["weights"]["file"][:-4]
        bias = np.load(os.path.join(folder, layer["bias"]["file"])).astype(np.int64)
        expected = np.load(os.path.join(folder, sums)).astype(np.int64)
        found = compute(layer, planes_of(container, activation), planes_of(container, weight), bias)
        found = found.reshape(expected.shape)
        if not (found == expected).all():
            at = tuple(int(i) for i in np.argwhere(found != expected)[0])
            sys.exit(f"run_from_packed: {folder}: {layer['name']} differs at {at}: {found[at]}, expected {expected[at]}")
        print(f"{os.path.basename(folder.rstrip('/'))} {layer['name']} {layer['type']}: {expected.size} sums equal")
    return len(chosen)


if __name__ == "__main__":
    count = sum(check_folder(sys.argv[1], folder) for folder in sys.argv[2:])
    print(f"{count} layers computed from packed bytes")
    if count == 0:
        sys.exit("run_from_packed: nothing was computed")
