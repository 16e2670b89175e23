"""What a C program gets from the library must be what the command says.

usage: compare.py WEFT PROGRAM NETWORK.weft... TRACE
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import struct


def out(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def npy(path, rows, columns, values):
    header = f"{{'descr': '<i2', 'fortran_order': False, 'shape': ({rows}, {columns}), }}".encode()
    header += b" " * (63 - (10 + len(header)) % 64) + b"\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + values)


def main():
    weft, program, *networks, trace = sys.argv[1:]
    program = str(pathlib.Path(program).resolve())
    folder = pathlib.Path(tempfile.mkdtemp())

    rows, columns = 301, 97
    values = struct.pack(f"<{rows * columns}h", *((i * i % (1 << i // 16 % 12)) - 3 for i in range(rows * columns)))
    npy(folder / "values.npy", rows, columns, values)
    (folder / "values.raw").write_bytes(values)
    out(weft, "pack", "-q", str(folder / "values.npy"), "-o", str(folder / "command.weft"))
    out(program, "pack", str(folder / "values.raw"), str(rows), str(columns), "values", str(folder / "library.weft"))
    assert (folder / "command.weft").read_bytes() == (folder / "library.weft").read_bytes(), "packed bytes differ"

    compared = 0
    for network in networks:
        for array in ["loom-1b", "loom-4b:64x8", "dynamic-stripes"]:
            said = json.loads(out(weft, "run", network, "--array", array, "--json"))
            expected = [f"{r['name']} {r['macs']} {r['cycles']} {r['dpnn_cycles']}" for r in said["layers"]]
            assert out(program, "run", network, array).splitlines() == expected, f"run of {network} on {array}"
            said = json.loads(out(weft, "traffic", network, "--array", array, "--channel", "lpddr4-4267", "--json"))
            found = [line.rsplit(" ", 7) for line in out(program, "traffic", network, array).splitlines()[:-1]]
            assert len(found) == len(said["layers"])
            for row, cells in zip(said["layers"], found):
                wanted = [
                    row["name"], row["weights"]["raw_bits"], row["inputs"]["payload_bits"], row["outputs"]["header_bits"],
                    row["inputs"]["burst_bytes"], row["burst_bytes"], row["raw_burst_bytes"], row["dram_ns"],
                ]
                assert [cells[0], *map(int, cells[1:7]), float(cells[7])] == wanted, (cells, wanted)
            total = out(program, "traffic", network, array).splitlines()[-1].split()
            told = said["total"]
            assert int(total[1]) == told["burst_bytes"] and int(total[2]) == told["raw_burst_bytes"]
            assert float(total[3]) == told["dram_ns"] and float(total[4]) == told["energy_pj"]
            compared += len(expected)

    said = json.loads(out(weft, "channel", trace, "--json"))
    cycles, reads, writes, activates, energy = out(program, "channel", trace).split()
    assert [int(cycles), int(reads), int(writes), int(activates)] == [
        said["cycles"], said["reads"], said["writes"], said["activates"],
    ]
    assert float(energy) == said["energy_pj"]["total"]
    print(f"compare: {compared} layers, a container of {len(values)} bytes and a trace of {reads} reads are equal")


main()
