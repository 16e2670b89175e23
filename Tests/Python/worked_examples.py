#!/usr/bin/env python3
"""Checks the worked bytes of SPEC.md: packs each example by the rules, with nothing shared with the encoder.

usage: worked_examples.py SPEC.md
"""
import re
import sys

from weft_decoder import Container

RANGES = {"int8": (8, True), "uint8": (8, False), "int16": (16, True), "uint16": (16, False)}


def fields(block):
    return dict((line.split(":", 1)[0], line.split(":", 1)[1].strip()) for line in block.strip().splitlines())


def bits_to_hex(bits):
    bits = bits + [0] * (-len(bits) % 8)
    return "".join(f"{sum(bit << i for i, bit in enumerate(bits[at:at + 8])):02x}" for at in range(0, len(bits), 8))


def sections(example):
    """Mask, headers and payload of one block-of-one-group tensor of at most 4,096 values in linear order."""
    width, _ = RANGES[example["type"]]
    group = int(example["group"])
    table = [int(t) for t in example["table"].split()]
    twos = example["reading"] == "two's complement"
    values = [(int(x) - int(example["rebase"])) % (1 << width) for x in example["values"].split()]
    if twos:
        values = [v - (1 << width) if v >> width - 1 else v for v in values]
    mask = []
    if example["compaction"] == "on":
        mask = [int(v != 0) for v in values]
        values = [v for v in values if v]
    headers, payload = [], []
    h = (len(table) - 1).bit_length()
    for at in range(0, len(values), group):
        lanes = values[at:at + group] + [0] * (group - len(values[at:at + group]))
        needed = 0
        if any(lanes):
            needed = max((v if v >= 0 else ~v).bit_length() for v in lanes) + (1 if twos else 0)
        index = min(i for i, t in enumerate(table) if t >= needed)
        headers += [index >> bit & 1 for bit in range(h)]
        for plane in range(table[index]):
            payload += [v >> plane & 1 for v in lanes]
    return [bits_to_hex(bits) for bits in (mask, headers, payload)]


def main():
    text = open(sys.argv[1]).read()
    examples = [fields(block) for block in re.findall(r"```weft-example\n(.*?)```", text, re.S)]
    for example in examples:
        found = sections(example)
        given = ["".join(example[name].split()) for name in ("mask", "headers", "payload")]
        if found != given:
            sys.exit(f"worked_examples: {example['name']}: {found}, SPEC.md has {given}")
    containers = re.findall(r"```weft-container\n(.*?)```", text, re.S)
    for block in containers:
        data = bytes.fromhex("".join(line.split("|")[0] for line in block.splitlines()))
        tensors = Container(data).tensors
        for line in re.findall(r"^- `(\w+)` is \w+ \[.*?\]: ([-\d ]+)", text, re.M):
            if list(map(int, line[1].split())) != tensors[line[0]].ravel().tolist():
                sys.exit(f"worked_examples: {line[0]} of the container")
    if len(examples) < 6 or not containers:
        sys.exit("worked_examples: examples are missing")
    print(f"{len(examples)} worked examples and {len(containers)} container hold")


if __name__ == "__main__":
    main()
