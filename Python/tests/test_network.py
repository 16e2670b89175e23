import json

import numpy as np
import pytest

import weft


@pytest.mark.parametrize("name", ["digits_int8", "digits_fixed16"])
@pytest.mark.parametrize("array", ["loom-1b", "loom-2b:64x8", "dpnn", "dynamic-stripes"])
def test_a_run_is_that_of_the_command(networks, weft_command, fixtures, name, array):
    said = json.loads(weft_command("run", networks[name], "--array", array, "--json"))
    with weft.open(networks[name]) as container:
        result = weft.run(container, array=array)
    assert list(result.layers) == [row["name"] for row in said["layers"]]
    for row in said["layers"]:
        run = result.layers[row["name"]]
        for key in ("macs", "cycles", "dpnn_cycles", "speedup", "utilization", "steps", "bit_products", "activation_bits",
                    "weight_bits", "weight_loads"):
            assert getattr(run, key) == row[key], (row["name"], key)
    assert (result.cycles, result.dpnn_cycles, result.speedup) == (said["cycles"], said["dpnn_cycles"], said["speedup"])
    graph = json.loads((fixtures / "networks" / name / "network.json").read_text())
    stored = np.load(fixtures / "networks" / name / graph["tensors"][graph["output"]]["files"]["s0"])
    assert (result.output == stored).all()


def test_a_given_input_takes_the_place_of_the_sample(networks, fixtures):
    folder = fixtures / "networks/digits_int8"
    graph = json.loads((folder / "network.json").read_text())
    for sample in ("s1", "s2"):
        given = np.load(folder / graph["tensors"][graph["input"]]["files"][sample])
        expected = np.load(folder / graph["tensors"][graph["output"]]["files"][sample])
        assert (weft.run(networks["digits_int8"], input=given).output == expected).all()
    with pytest.raises(ValueError, match="input is"):
        weft.run(networks["digits_int8"], input=given.astype(np.int16))


def test_registers_count_the_same_cycles(networks):
    options = weft.RunOptions(array="loom-1b:16x4", executor="register")
    for run in weft.run(networks["digits_int8"], options=options).layers.values():
        assert run.simulated_cycles in (None, run.cycles)


def test_cycles_alone(networks):
    full = weft.run(networks["digits_fixed16"])
    counted = weft.run(networks["digits_fixed16"], cycles_only=True)
    assert counted.output is None
    assert {name: run.cycles for name, run in counted.layers.items()} == {name: run.cycles for name, run in full.layers.items()}


@pytest.mark.parametrize(
    "words, options",
    [
        ([], {}),
        (["--width", "x32", "--offchip", "storage"], {"x32": True, "offchip": "storage"}),
        (["--offchip", "zstd_3", "--batch", "4", "--weight-memory", "512"], {"offchip": "zstd_3", "batch": 4, "weight_memory": 512}),
        (["--activation-memory", "0", "--channel", "lpddr4-3200"], {"activation_memory": 0, "speed": 3200}),
        (["--offchip", "raw", "--group-size", "64"], {"offchip": "raw", "group_size": 64}),
    ])
def test_traffic_is_that_of_the_command(networks, weft_command, words, options):
    channel = [] if "--channel" in words else ["--channel", "lpddr4-4267"]
    said = json.loads(weft_command("traffic", networks["digits_fixed16"], "--array", "loom-1b", *channel, *words, "--json"))
    found = weft.traffic(networks["digits_fixed16"], **options)
    assert len(found.layers) == len(said["layers"])
    for mine, row in zip(found.layers, said["layers"]):
        for key, value in mine.items():
            if isinstance(value, dict):
                assert value == {inner: row[key][inner] for inner in value}, (row["name"], key)
            else:
                assert value == row[key], (row["name"], key)
    for key in ("raw_burst_bytes", "burst_bytes", "ratio", "dram_ns", "raw_dram_ns", "compute_ns", "time_ns", "energy_pj", "bound"):
        assert found.total[key] == said["total"][key], key


def plain_sums(weights, inputs, stride, pad):
    padded = np.pad(inputs.astype(np.int64), ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    size = weights.shape[1]
    height, width = ((padded.shape[axis] - size) // stride + 1 for axis in (1, 2))
    sums = np.zeros((inputs.shape[0], height, width, weights.shape[0]), np.int64)
    for y in range(height):
        for x in range(width):
            window = padded[:, y * stride : y * stride + size, x * stride : x * stride + size]
            sums[:, y, x] = np.tensordot(window, weights.astype(np.int64), ([1, 2, 3], [1, 2, 3]))
    return sums


@pytest.mark.parametrize("stride, pad", [(1, 0), (2, 1), (3, 2)])
def test_a_layer_runs_from_packed_bytes(stride, pad):
    random = np.random.default_rng(5)
    weights = random.integers(-20, 20, (24, 3, 3, 20), np.int8)
    inputs = random.integers(0, 90, (2, 9, 8, 20), np.uint8)
    packed_weights = weft.pack(weights, layout="OHWI", order="filters")
    packed_inputs = weft.pack(inputs, layout="NHWC", order="channels")
    sums, run = weft.run_layer(packed_weights, packed_inputs, stride=stride, padding=pad)
    assert (sums == plain_sums(weights, inputs, stride, pad)).all()
    assert run.macs == sums.size * 180
    none, counted = weft.run_layer(packed_weights, packed_inputs, stride=stride, padding=pad, cycles_only=True)
    assert none is None and counted.cycles == run.cycles
    _, dpnn = weft.run_layer(packed_weights, packed_inputs, stride=stride, padding=pad, array="dpnn")
    assert dpnn.cycles == run.dpnn_cycles


def test_fully_connected_and_depthwise_layers():
    random = np.random.default_rng(6)
    weights = random.integers(-20, 20, (30, 50), np.int8)
    inputs = random.integers(-90, 90, (4, 50), np.int8)
    sums, _ = weft.run_layer(
        weft.pack(weights, layout="OI", order="filters"), weft.pack(inputs, layout="NC", order="channels"),
        kind="fully_connected")
    assert (sums == inputs.astype(int) @ weights.astype(int).T).all()
    weights = random.integers(-20, 20, (1, 3, 3, 16), np.int8)
    inputs = random.integers(-90, 90, (1, 6, 6, 16), np.int8)
    sums, _ = weft.run_layer(
        weft.pack(weights, layout="1HWC", order="filters"), weft.pack(inputs, layout="NHWC", order="channels"),
        kind="depthwise_conv2d")
    for channel in range(16):
        alone = plain_sums(weights[..., channel : channel + 1], inputs[..., channel : channel + 1], 1, 0)
        assert (sums[..., channel : channel + 1] == alone).all()


def test_what_cannot_run_is_refused(networks):
    with pytest.raises(weft.WeftError) as caught:
        weft.run(weft.pack(np.zeros(3, np.int8)))
    assert caught.value.name == "WEFT_ERROR_GRAPH_MISSING"
    with pytest.raises(weft.WeftError):
        weft.run(networks["digits_int8"], array="abacus")
    with pytest.raises(ValueError):
        weft.run(networks["digits_int8"], executor="abacus")


def test_options_are_not_cut(networks):
    for wrong in ({"speed": (1 << 32) + 4267}, {"group_size": (1 << 32) + 16}, {"weight_memory": 1 << 64}):
        with pytest.raises(ValueError, match="lies in"):
            weft.traffic(networks["digits_int8"], **wrong)
    for wrong in ({"offchip": "array\0"}, {"array": "loom-1b\0"}):
        with pytest.raises(ValueError, match="NUL"):
            weft.traffic(networks["digits_int8"], **wrong)
