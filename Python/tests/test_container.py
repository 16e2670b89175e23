import copy
import json
import pickle

import numpy as np
import pytest

import weft


@pytest.fixture(scope="module")
def arrays():
    random = np.random.default_rng(2)
    return {
        "weights": random.integers(-9, 9, (40, 30), np.int8),
        "a/b": random.integers(0, 300, (11, 5, 6), np.uint16),
        "größe": np.asfortranarray(random.integers(-9, 900, (20, 30), np.int16)),
        "scalar": np.int16(7),
    }


@pytest.fixture(scope="module")
def packed(arrays):
    return b"".join(weft.pack(array, name=name) for name, array in arrays.items())


@pytest.fixture(params=["bytes", "file"])
def container(request, packed, tmp_path):
    if request.param == "file":
        path = tmp_path / "some.weft"
        path.write_bytes(packed)
        packed = path
    with weft.open(packed) as opened:
        yield opened


def test_names_and_tensors(container, arrays):
    assert container.keys() == list(arrays) == list(container) and len(container) == 4
    assert "a/b" in container and "c" not in container
    for name, array in arrays.items():
        assert (container.get_tensor(name) == array).all() and container.get_tensor(name).dtype == array.dtype
    with pytest.raises(KeyError):
        container.get_tensor("none")
    assert container.verify() == 4


@pytest.mark.parametrize(
    "index",
    [3, -1, slice(None), slice(2, 9), slice(9, 2, -2), slice(-3, None), slice(5, 5), (4, 2), (slice(1, 8, 3), slice(2, 4)),
     Ellipsis, (Ellipsis, 1), (slice(0, 3), None), (np.int64(2), -1)],
)
@pytest.mark.parametrize("name", ["weights", "a/b", "größe"])
def test_parts_are_what_numpy_gives(container, arrays, name, index):
    part = container.get_slice(name)
    assert part.get_shape() == list(arrays[name].shape) and part.get_dtype() == arrays[name].dtype.name
    expected = arrays[name][index]
    found = part[index]
    assert found.shape == expected.shape and (found == expected).all()


def test_rows_past_the_end_are_refused(container):
    with pytest.raises(IndexError):
        container.get_slice("weights")[40]


def test_summaries_are_those_of_list(packed, tmp_path, weft_command):
    path = tmp_path / "some.weft"
    path.write_bytes(packed)
    listed = json.loads(weft_command("list", path, "--json"))["tensors"]
    with weft.open(path) as container:
        for row in listed:
            summary = container.summary(row["name"])
            for key in ("dtype", "order", "block", "group_size", "signed", "rebase", "zero_compaction", "values", "raw_bytes",
                        "header_bits", "mask_bits", "payload_bits", "packed_bytes", "ratio"):
                assert getattr(summary, key) == row[key], key
            assert list(summary.shape) == row["shape"]
            assert list(summary.precision_table) == row["precision_table"]
            assert list(summary.precision_histogram) == row["precision_histogram"]


def test_a_closed_container_says_so(packed):
    container = weft.open(packed)
    container.close()
    container.close()
    with pytest.raises(ValueError, match="closed"):
        container.get_tensor("weights")


def test_containers_are_pickled_by_what_they_were_opened_from(packed, arrays):
    with weft.open(packed) as container:
        with pickle.loads(pickle.dumps(container)) as again:
            assert (again.get_tensor("weights") == arrays["weights"]).all()


def test_what_is_no_container_is_refused(tmp_path):
    with pytest.raises(weft.WeftError) as caught:
        weft.open(b"something else than a container, but long enough for one")
    assert caught.value.name == "WEFT_ERROR_BAD_MAGIC"
    with pytest.raises(weft.WeftError) as caught:
        weft.open(tmp_path / "none.weft")
    assert caught.value.name == "WEFT_ERROR_READ_FAILED"


@pytest.mark.parametrize("index", [True, False, np.True_, (True, 2), (3, False), (slice(0, 2), np.False_)])
def test_booleans_are_no_rows(container, index):
    for name in ("weights", "scalar"):
        with pytest.raises(TypeError, match="integers and slices"):
            container.get_slice(name)[index]


def test_a_slice_of_a_closed_container_says_so(packed):
    container = weft.open(packed)
    part = container.get_slice("weights")
    container.close()
    reads = [lambda: part[3], lambda: part[:], lambda: part[...], container.verify, lambda: container.summary("weights")]
    for read in reads:
        with pytest.raises(ValueError, match="the container is closed"):
            read()
    for closed in (lambda: weft.run(container), lambda: weft.run_layer(container, container, weights_name="weights")):
        with pytest.raises(ValueError, match="the container is closed"):
            closed()


def test_a_copy_has_a_handle_of_its_own(packed, arrays):
    container = weft.open(packed)
    other = copy.copy(container)
    container.close()
    assert (other.get_tensor("weights") == arrays["weights"]).all()


def test_a_path_does_not_end_at_a_nul(packed, tmp_path):
    (tmp_path / "some.weft").write_bytes(packed)
    with pytest.raises(ValueError, match="NUL"):
        weft.open(f"{tmp_path}/some.weft\0other")


def test_a_closed_network_is_not_read(networks):
    from weft.network import _Network

    container = weft.open(networks["digits_int8"])
    with _Network(container) as network:
        with pytest.raises(TypeError):
            copy.copy(network)
        container.close()
        # Closed for others, and open as long as its network.
        assert network.container._handle and network.tensor(True).rank
        with pytest.raises(ValueError, match="closed"):
            container.get_tensor(container.keys()[0])
    assert not container._handle
