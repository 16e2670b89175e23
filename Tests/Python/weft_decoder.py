#!/usr/bin/env python3
"""A second decoder of the Weft format, written from SPEC.md alone. Needs numpy.

usage: weft_decoder.py FILE [OUTDIR]     checks FILE, lists its entries, writes each as .npy into OUTDIR

It favours plainness over speed: one function a section of the specification, whose number stands beside it.
"""
import os
import struct
import sys

import numpy as np

MAGIC = bytes.fromhex("895745465 40D0A1A".replace(" ", ""))
ORDERS = ["linear", "spatial", "channels", "filters"]
STORED_SIZES = dict(bool=1, int8=1, uint8=1, int16=2, uint16=2, float16=2, bfloat16=2, int32=4, uint32=4, float32=4,
                    int64=8, uint64=8, float64=8, complex64=8, complex128=16)


class Refused(Exception):
    """A rule of the specification is broken."""


def need(condition, what):
    if not condition:
        raise Refused(what)


def ceil_div(a, b):
    return -(-a // b)


# --- CRC-32C, section 7.2 ---------------------------------------------------------------------------------------

def _crc_tables():
    tables = [[0] * 256 for _ in range(8)]
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
        tables[0][byte] = crc
    for k in range(1, 8):
        for byte in range(256):
            previous = tables[k - 1][byte]
            tables[k][byte] = previous >> 8 ^ tables[0][previous & 255]
    return tables


CRC_TABLES = _crc_tables()


def crc32c(data, crc=0):
    t0, t1, t2, t3, t4, t5, t6, t7 = CRC_TABLES
    crc ^= 0xFFFFFFFF
    whole = len(data) // 8 * 8
    for (word,) in struct.iter_unpack("<Q", data[:whole]):
        word ^= crc
        crc = (t7[word & 255] ^ t6[word >> 8 & 255] ^ t5[word >> 16 & 255] ^ t4[word >> 24 & 255]
               ^ t3[word >> 32 & 255] ^ t2[word >> 40 & 255] ^ t1[word >> 48 & 255] ^ t0[word >> 56])
    for byte in data[whole:]:
        crc = crc >> 8 ^ t0[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


# --- Descriptors, sections 3, 5.1, 7.3 and 7.5 ------------------------------------------------------------------

class Tensor:
    """A tensor's descriptor and recorded settings."""

    def __init__(self, body):
        need(len(body) >= 32, "descriptor too short")
        (name_bytes, rank, self.container, self.width, flags, order, log_group, log_block, reserved, roles, table,
         self.rebase, zero_point, self.groups, meta_bytes) = struct.unpack_from("<HBBBBBBBBHIiiII", body)
        need(rank <= 8 and self.container in (4, 8, 16) and 1 <= self.width <= self.container, "rank or type")
        need(flags & 0xC0 == 0 and reserved == 0 and table >> 17 == 0, "reserved bits")
        need(order < 4 and 3 <= log_group <= 8 and log_block in (0, 8, 11), "order, group or block")
        self.signed, self.twos, self.compacted, self.depthwise = (bool(flags >> bit & 1) for bit in range(4))
        self.zero_point = zero_point if flags & 16 else None
        need(flags & 16 or zero_point == 0, "zero point")
        self.column_major = bool(flags & 32)
        self.order, self.G = ORDERS[order], 1 << log_group
        self.block = self.G if log_block == 0 else 1 << log_block
        self.table = [t for t in range(17) if table >> t & 1]
        need(1 <= len(self.table) <= 16, "precision table")
        self.h = (len(self.table) - 1).bit_length()
        self.roles = [roles >> 2 * axis & 3 for axis in range(rank)]
        need(roles >> 2 * rank == 0 and 3 not in self.roles, "axis roles")
        need(self.roles.count(0) <= 1 and self.roles.count(2) <= 1, "axis roles")
        positions = [axis for axis, role in enumerate(self.roles) if role == 1]
        need(not positions or positions[-1] - positions[0] == len(positions) - 1, "position axes not adjacent")
        low, high = (-(1 << self.width - 1), (1 << self.width - 1) - 1) if self.signed else (0, (1 << self.width) - 1)
        need(low <= self.rebase <= high, "rebase constant")
        self.shape = struct.unpack_from(f"<{rank}Q", body, 32)
        at = 32 + 8 * rank
        need(1 <= name_bytes <= 4096 and meta_bytes <= 1 << 24, "name or metadata length")
        self.name = body[at:at + name_bytes].decode()
        need(len(body) == at + name_bytes + meta_bytes, "descriptor length")
        self.metadata = read_metadata(body[at + name_bytes:])
        self.count = int(np.prod([int(e) for e in self.shape], dtype=object)) if rank else 1
        need(self.count <= 1 << 48 and all(e <= 1 << 48 for e in self.shape), "too many values")
        need(not self.compacted or self.order in ("linear", "spatial"), "compaction in an array order")
        self.merge_axes()
        need(self.groups >= 1 and self.O % self.groups == 0, "convolution groups")
        need(self.order == "linear" or 2 in self.roles, "no channel axis")
        need(self.order != "filters" or 0 in self.roles, "no filter axis")

    def merge_axes(self):
        """Section 3.3: extents and strides of the outer, position and channel axes."""
        extents, strides, stride = [1, 1, 1], [0, 0, 0], 1
        axes = range(len(self.shape)) if self.column_major else reversed(range(len(self.shape)))
        for axis in axes:
            role = self.roles[axis]
            if strides[role] == 0:
                strides[role] = stride
            extents[role] *= int(self.shape[axis])
            stride *= int(self.shape[axis])
        self.O, self.P, self.C = extents
        self.so, self.sp, self.sc = strides

    def segments(self):
        """Section 4: arrays of memory indices in lane order, -1 where a lane is absent; and lanes an item has."""
        if self.count == 0:
            return
        def m(o, p, c):
            return o * self.so + p * self.sp + c * self.sc
        o, p, c = np.arange(self.O), np.arange(self.P), np.arange(self.C)
        if self.order == "linear":
            yield np.arange(self.count), 1
        elif self.order == "spatial":
            yield m(o[:, None, None], p[None, None, :], c[None, :, None]).ravel(), 1
        elif self.order == "channels" and self.C < 16:
            yield m(o[:, None, None], p[None, :, None], c[None, None, :]).ravel(), 1
        elif self.order == "channels" or self.depthwise:
            for b in range(ceil_div(self.C, 16)):
                lanes = self.brick_lanes(b, self.C)
                k = 16 * b + np.arange(lanes)
                index = m(o[:, None, None], p[None, :, None], k[None, None, :])
                yield np.where(k < self.C, index, -1).ravel(), lanes
        else:
            per_group = self.O // self.groups
            flat = self.C < 16
            fan_in = self.P * self.C if flat else self.C
            for g in range(self.groups):
                for first in range(0, per_group, 128):
                    f = g * per_group + np.arange(first, min(first + 128, per_group))
                    for step in range(1 if flat else self.P):
                        for b in range(ceil_div(fan_in, 16)):
                            lanes = self.brick_lanes(b, fan_in)
                            k = 16 * b + np.arange(lanes)
                            position, channel = (k // self.C, k % self.C) if flat else (step, k)
                            index = m(f[:, None], position, channel)
                            yield np.where(k < fan_in, index, -1).ravel(), lanes

    def brick_lanes(self, brick, lanes):
        return 8 if self.G == 8 and lanes - 16 * brick <= 8 else 16

    def pieces(self):
        """Sections 4.1 and 4.2: pieces, each a list of blocks, each an array of memory indices in lane order."""
        blocks, per_piece = [], None
        for lanes, item_lanes in self.segments():
            size = max(self.G, self.block // 2) if item_lanes == 8 else self.block
            if per_piece is None:
                per_piece = max(1, 4096 // min(self.block, max(1, len(lanes))))
            blocks += [lanes[at:at + size] for at in range(0, len(lanes), size)]
        per_piece = per_piece or 1
        return [blocks[at:at + per_piece] for at in range(0, len(blocks), per_piece)]


def read_metadata(data):
    items, at = [], 0
    while at < len(data):
        need(at + 6 <= len(data), "metadata")
        key_bytes, value_bytes = struct.unpack_from("<HI", data, at)
        at += 6
        need(at + key_bytes + value_bytes <= len(data), "metadata")
        items.append((data[at:at + key_bytes].decode(), data[at + key_bytes:at + key_bytes + value_bytes]))
        at += key_bytes + value_bytes
    return items


class Stored:
    """A stored entry's descriptor, section 7.5."""

    def __init__(self, body):
        need(len(body) >= 16, "descriptor too short")
        name_bytes, rank, type_bytes, meta_bytes, self.size = struct.unpack_from("<HBBIQ", body)
        need(rank <= 8 and 1 <= type_bytes <= 32 and 1 <= name_bytes <= 4096, "stored descriptor")
        self.shape = struct.unpack_from(f"<{rank}Q", body, 16)
        at = 16 + 8 * rank
        self.type = body[at:at + type_bytes].decode("ascii")
        self.name = body[at + type_bytes:at + type_bytes + name_bytes].decode()
        need(len(body) == at + type_bytes + name_bytes + meta_bytes, "descriptor length")
        self.metadata = read_metadata(body[at + type_bytes + name_bytes:])
        if self.type in STORED_SIZES:
            need(self.size == STORED_SIZES[self.type] * int(np.prod(self.shape, dtype=object)), "stored size")


# --- Frames, section 5 ------------------------------------------------------------------------------------------

class Block:
    """One block: stored precisions of its groups and, for each group, its planes as arrays of lanes of 0 and 1."""

    def __init__(self, precisions, planes, lanes):
        self.precisions, self.planes, self.lanes = precisions, planes, lanes


def read_rows(payload, at, precisions, G):
    """Section 5.6: the planes of each group of a block, as words of G bits, and where the next block begins."""
    word = G // 8
    planes = [[] for _ in precisions]
    for b in range(max(precisions, default=0)):
        for group, s in enumerate(precisions):
            if s > b:
                planes[group].append(payload[at:at + word])
                at += word
    return planes, at


def group_values(planes, G, twos):
    """The packed values of a group from its planes."""
    values = np.zeros(G, np.int64)
    for b, word in enumerate(planes):
        bits = np.unpackbits(np.frombuffer(word, np.uint8), bitorder="little").astype(np.int64)
        values += bits << b if not (twos and b == len(planes) - 1) else -(bits << b)
    return values


def canonical_index(tensor, values):
    """Sections 5.3 and 5.4: the header that these packed values must have."""
    if not values.any():
        need_bits = 0
    elif tensor.twos:
        need_bits = 1 + max(int(v if v >= 0 else -1 - v).bit_length() for v in values)
    else:
        need_bits = max(int(v).bit_length() for v in values)
    return next(i for i, t in enumerate(tensor.table) if t >= need_bits)


def decode_frame(tensor, pieces, body, number, out, keep=None):
    """Section 5.7 and 7.4: checks one frame and stores its elements into `out`; returns groups by table entry and
    the (payload offset, groups before) of each piece. Every block is also handed to `keep`."""
    need(len(body) >= 16, "frame too short")
    frame, *sizes = struct.unpack_from("<4I", body)
    need(frame == number, "frame number")
    sections, at = [], 16
    for size in sizes:
        need(at + size <= len(body), "section sizes")
        sections.append(body[at:at + size])
        end = at + ceil_div(size, 8) * 8
        need(not any(body[at + size:end]), "padding")
        at = end
    need(at == len(body), "frame length")
    mask, headers, payload = sections
    lane_count = sum(len(block) for piece in pieces for block in piece)
    mask_bits = np.unpackbits(np.frombuffer(mask, np.uint8), bitorder="little")
    if tensor.compacted:
        need(len(mask) == ceil_div(lane_count, 8) and not mask_bits[lane_count:].any(), "mask")
    else:
        need(not mask, "mask")
    header_bits = np.unpackbits(np.frombuffer(headers, np.uint8), bitorder="little")
    counts, offsets, group, position, lane = [0] * len(tensor.table), [], 0, 0, 0
    modulus, negative = 1 << tensor.width, False
    for piece in pieces:
        offsets.append((position, group))
        blocks = piece
        if tensor.compacted:
            lanes = np.concatenate(piece)
            kept = mask_bits[lane:lane + len(lanes)].astype(bool)
            out[lanes[~kept]] = tensor.rebase
            lane += len(lanes)
            left = lanes[kept]
            blocks = [left[i:i + tensor.block] for i in range(0, len(left), tensor.block)]
        for block in blocks:
            indices = []
            for _ in range(ceil_div(len(block), tensor.G)):
                bits = header_bits[group * tensor.h:(group + 1) * tensor.h]
                need(len(bits) == tensor.h, "headers too short")
                index = int(sum(int(bit) << i for i, bit in enumerate(bits)))
                need(index < len(tensor.table), "header index")
                indices.append(index)
                counts[index] += 1
                group += 1
            precisions = [tensor.table[i] for i in indices]
            need(position + sum(precisions) * tensor.G // 8 <= len(payload), "payload too short")
            planes, position = read_rows(payload, position, precisions, tensor.G)
            if keep is not None:
                keep.append(Block(precisions, planes, block))
            for k, index in enumerate(indices):
                lanes = block[k * tensor.G:(k + 1) * tensor.G]
                values = group_values(planes[k], tensor.G, tensor.twos)
                need(not values[len(lanes):].any() and not values[:len(lanes)][lanes < 0].any(), "absent lanes")
                need(index == canonical_index(tensor, values), "header is not canonical")
                present = lanes >= 0
                v = values[:len(lanes)][present]
                need(not tensor.compacted or v.all(), "mask is not canonical")
                negative |= bool((v < 0).any())
                x = (v + tensor.rebase) % modulus
                if tensor.signed:
                    x = np.where(x >= modulus // 2, x - modulus, x)
                if tensor.order in ("channels", "filters"):
                    need((x - tensor.rebase == v).all(), "value outside its type")
                else:
                    need((v < modulus).all() and (not tensor.twos or ((v >= -modulus // 2) & (v < modulus // 2)).all()), "value too wide")
                out[lanes[present]] = x
    need(len(headers) == ceil_div(group * tensor.h, 8) and not header_bits[group * tensor.h:].any(), "headers")
    need(position == len(payload), "payload length")
    return counts, offsets, negative


# --- Container, section 7 ---------------------------------------------------------------------------------------

def records(data, start, end):
    """Section 7.2: every record between two offsets, checked: offset, tag, body."""
    at = start
    while at < end:
        need(at + 16 <= end, "record header")
        tag, checksum, length = struct.unpack_from("<4sIQ", data, at)
        stop = at + 16 + ceil_div(length, 8) * 8
        need(stop <= end, "record length")
        need(tag in (b"WTNS", b"WFRM", b"WSTO", b"WCHK", b"WIDX", b"WEND"), "unknown record")
        need(crc32c(data[at + 8:stop], crc32c(tag)) == checksum, f"checksum of the record at {at}")
        need(not any(data[at + 16 + length:stop]), "padding")
        yield at, tag, data[at + 16:at + 16 + length]
        at = stop


class Container:
    """All entries of a file: `tensors` and `stored` by name, `descriptors`, and `blocks` of tensors asked for."""

    def __init__(self, data, keep_blocks=()):
        self.data, self.keep_blocks = data, set(keep_blocks)
        self.tensors, self.stored, self.descriptors, self.blocks, self.counts = {}, {}, {}, {}, {}
        ends, end = [], len(data)
        while end > 0:
            need(end >= 48, "too short")
            need(data[end - 32:end - 28] == b"WEND", "no end mark")
            length, index = struct.unpack_from("<QQ", data, end - 16)
            need(48 <= length <= end, "container length")
            ends.append((end - length, end, index))
            end -= length
        for start, end, index in reversed(ends):
            self.read(start, end, index)

    def read(self, start, end, index_offset):
        data = self.data
        need(data[start:start + 8] == MAGIC, "magic")
        version, reserved, checksum = struct.unpack_from("<HHI", data, start + 8)
        need(crc32c(data[start:start + 12]) == checksum, "file header checksum")
        need(version == 1 and reserved == 0, "version")
        index, rest = struct.pack("<Q", 0), list(records(data, start + 16, end))
        entries, built, place = 0, b"", 0
        while rest[place][1] in (b"WTNS", b"WSTO"):
            offset, tag, body = rest[place]
            place += 1
            kind = 1 if tag == b"WTNS" else 2
            built += struct.pack("<QII", offset - start, kind, len(body)) + body + bytes(-len(body) % 8)
            parts, place = (self.read_tensor if kind == 1 else self.read_stored)(body, rest, place, start)
            built += parts
            entries += 1
        offset, tag, body = rest[place]
        need(tag == b"WIDX" and offset - start == index_offset, "index record")
        need(body == struct.pack("<Q", entries) + built, "index differs from the records")
        need(place + 2 == len(rest) and rest[place + 1][1] == b"WEND", "records behind the index")
        need(len(rest[place + 1][2]) == 16, "length of the end mark")

    def add(self, entry):
        need(entry.name not in self.descriptors, "duplicate name")
        self.descriptors[entry.name] = entry

    def read_tensor(self, body, rest, place, start):
        tensor = Tensor(body)
        self.add(tensor)
        out = np.zeros(tensor.count, np.int64)
        pieces = tensor.pieces()
        total, index, negative = [0] * len(tensor.table), b"", False
        keep = [] if tensor.name in self.keep_blocks else None
        for frame in range(ceil_div(len(pieces), 16)):
            offset, tag, frame_body = rest[place]
            need(tag == b"WFRM", "frame expected")
            place += 1
            part = pieces[16 * frame:16 * frame + 16]
            counts, offsets, below = decode_frame(tensor, part, frame_body, frame, out, keep)
            negative |= below
            total = [a + b for a, b in zip(total, counts)]
            index += struct.pack("<Q", offset - start) + b"".join(struct.pack("<II", *pair) for pair in offsets)
        if tensor.order in ("channels", "filters"):
            need(tensor.twos == negative, "reading is not canonical")
        if keep is not None:
            self.blocks[tensor.name] = keep
        self.counts[tensor.name] = total
        kind = ("int" if tensor.signed else "uint") + ("16" if tensor.container == 16 else "8")
        order = "F" if tensor.column_major else "C"
        self.tensors[tensor.name] = out.astype(kind).reshape(tensor.shape, order=order)
        return struct.pack(f"<{len(total)}Q", *total) + index, place

    def read_stored(self, body, rest, place, start):
        entry = Stored(body)
        self.add(entry)
        data, index = b"", b""
        for chunk in range(ceil_div(entry.size, 131072)):
            offset, tag, chunk_body = rest[place]
            need(tag == b"WCHK" and len(chunk_body) == min(131072, entry.size - len(data)), "chunk")
            place += 1
            data += chunk_body
            index += struct.pack("<Q", offset - start)
        self.stored[entry.name] = data
        return index, place


def packed_bits(values, tensor):
    """Bits of headers, mask and payload from the formulas of sections 4 and 5, without packing anything."""
    flat = values.astype(np.int64).ravel(order="F" if tensor.column_major else "C")
    modulus = 1 << tensor.width
    header, payload = 0, 0
    for piece in tensor.pieces():
        lanes_of_blocks = []
        for block in piece:
            v = np.where(block >= 0, flat[np.maximum(block, 0)] - tensor.rebase, 0)
            if tensor.order in ("linear", "spatial"):
                v %= modulus
                if tensor.twos:
                    v = np.where(v >= modulus // 2, v - modulus, v)
            lanes_of_blocks.append(v)
        if tensor.compacted:
            v = np.concatenate(lanes_of_blocks)
            v = v[v != 0]
            lanes_of_blocks = [v[i:i + tensor.block] for i in range(0, len(v), tensor.block)]
        for v in lanes_of_blocks:
            v = np.concatenate([v, np.zeros(-len(v) % tensor.G, np.int64)]).reshape(-1, tensor.G)
            folded = np.where(v < 0, ~v, v).max(axis=1)
            for widest, any_set in zip(folded, v.any(axis=1)):
                bits = int(widest).bit_length() + (1 if tensor.twos else 0) if any_set else 0
                payload += min(t for t in tensor.table if t >= bits) * tensor.G
                header += tensor.h
    return header, tensor.count if tensor.compacted else 0, payload


def main():
    container = Container(open(sys.argv[1], "rb").read())
    for name, entry in container.descriptors.items():
        print(name, "x".join(map(str, entry.shape)), entry.order if isinstance(entry, Tensor) else entry.type)
    if len(sys.argv) > 2:
        for name, array in container.tensors.items():
            path = os.path.join(sys.argv[2], name + ".npy")
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            np.save(path, array)


if __name__ == "__main__":
    try:
        main()
    except (Refused, struct.error, UnicodeDecodeError) as error:
        sys.exit(f"weft_decoder: {sys.argv[1]}: {error}")
