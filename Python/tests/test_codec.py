import pickle

import numpy as np
import pytest

import weft


def values(count, seed=1, dtype=np.int16):
    random = np.random.default_rng(seed)
    bits = np.repeat(random.integers(0, 12 if dtype == np.int16 else 7, -(-count // 16)), 16)[:count]
    return (random.integers(-(1 << 40), 1 << 40, count) % (1 << bits) - (1 << bits) // 2).astype(dtype)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16])
@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 0, 2), (5, 40), (2, 3, 4, 5), (1,) * 8])
def test_arrays_come_back(dtype, shape):
    information = np.iinfo(dtype)
    array = np.random.default_rng(3).integers(information.min, information.max, shape, dtype, endpoint=True)
    array = np.asarray(array, dtype)
    back = weft.unpack(weft.pack(array))
    assert back.dtype == array.dtype and back.shape == array.shape and (back == array).all()


def test_memory_order_comes_back():
    array = np.asfortranarray(values(600).reshape(20, 30))
    back = weft.unpack(weft.pack(array))
    assert back.flags.f_contiguous and not back.flags.c_contiguous and (back == array).all()


def test_strided_and_big_endian_arrays_are_copied():
    array = values(1000).reshape(10, 100)[::2, ::-3]
    assert (weft.unpack(weft.pack(array)) == array).all()
    assert (weft.unpack(weft.pack(array.astype(">i2"))) == array).all()


@pytest.mark.parametrize("kind", ["int4", "uint4"])
def test_four_bit_values_lie_in_bytes(kind):
    low = -8 if kind == "int4" else 0
    array = (np.arange(100) % 16 + low).astype(np.int8 if low else np.uint8)
    packed = weft.pack(array, type=kind, name="x")
    assert (weft.unpack(packed) == array).all()
    with weft.open(packed) as container:
        assert container.summary("x").dtype == kind and container.summary("x").raw_bytes == 50
    with pytest.raises(weft.WeftError, match="outside"):
        weft.pack(array + 100 if low == 0 else array - 20, type=kind)


def test_ml_dtypes_are_taken():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    array = (np.arange(64) % 16 - 8).astype(ml_dtypes.int4)
    assert (weft.unpack(weft.pack(array)) == array.astype(np.int8)).all()


def test_onnx_tensors_are_taken():
    onnx = pytest.importorskip("onnx")
    from onnx import TensorProto, helper, numpy_helper

    for kind, dtype in [("INT8", np.int8), ("UINT8", np.uint8), ("INT16", np.int16), ("UINT16", np.uint16)]:
        array = values(240, dtype=np.int16).astype(dtype).reshape(4, 3, 20)
        made = helper.make_tensor("w", getattr(TensorProto, kind), array.shape, array.tobytes(), raw=True)
        tensor = onnx.load_tensor_from_string(made.SerializeToString())
        back = weft.unpack(weft.pack(numpy_helper.to_array(tensor), name=tensor.name))
        assert back.dtype == dtype and back.shape == array.shape and (back == array).all()
        again = numpy_helper.from_array(back, "w")
        assert again.raw_data == array.tobytes() and again.data_type == getattr(TensorProto, kind)
    four = helper.make_tensor("w", TensorProto.INT4, (6,), [-8, -1, 0, 1, 2, 7])
    packed = weft.pack(numpy_helper.to_array(four))
    with weft.open(packed) as container:
        assert container.summary("tensor").dtype == "int4"
    assert weft.unpack(packed).tolist() == [-8, -1, 0, 1, 2, 7]


def test_torch_tensors_are_taken():
    torch = pytest.importorskip("torch")
    array = values(600).reshape(20, 30)
    tensor = torch.from_numpy(array.copy())
    assert (weft.unpack(weft.pack(tensor)) == array).all()
    # A view with the axes exchanged is a column-major array.
    assert (weft.unpack(weft.pack(tensor.t())) == array.T).all()
    assert (torch.from_numpy(weft.unpack(weft.pack(tensor))) == tensor).all()
    with pytest.raises(TypeError, match="quantise first"):
        weft.pack(torch.zeros(3))


def test_what_gives_an_array_is_taken():
    array = values(64)

    class Foreign:
        def __array__(self, dtype=None, copy=None):
            return array

    assert (weft.unpack(weft.pack(Foreign())) == array).all()
    assert (weft.unpack(weft.pack(memoryview(array))) == array).all()
    # As tensors of other libraries are handed over without a copy.
    assert (weft.unpack(weft.pack(np.from_dlpack(array))) == array).all()


def test_options_are_those_of_the_command(tmp_path, weft_command):
    array = values(3000).reshape(5, 20, 30)
    array[:, ::2] = 0
    np.save(tmp_path / "values.npy", array)
    for words, options in [
        ([], {}),
        (["--group-size", "auto", "--order", "auto"], {"group_size": "auto", "order": "auto"}),
        (["--order", "channels", "--block", "2048"], {"order": "channels", "block": 2048}),
        (["--order", "spatial", "--zero-compaction", "on"], {"order": "spatial", "zero_compaction": True}),
        (["--precisions", "0,4,8,16", "--rebase", "3"], {"precisions": [0, 4, 8, 16], "rebase": 3}),
        (["--precisions", "dense", "--zero-compaction", "off"], {"precisions": "dense", "zero_compaction": "off"}),
    ]:
        weft_command("pack", "-q", "-f", tmp_path / "values.npy", "-o", tmp_path / "values.weft", *words)
        assert weft.pack(array, name="values", **options) == (tmp_path / "values.weft").read_bytes(), words


def test_options_can_be_kept_and_pickled():
    options = weft.PackOptions(group_size=64, order="spatial")
    assert pickle.loads(pickle.dumps(options)) == options
    array = values(2000).reshape(4, 500)
    assert weft.pack(array, options) == weft.pack(array, group_size=64, order="spatial")


def test_the_bound_holds():
    for array in [values(1), values(5000), np.zeros(70000, np.int16), values(3000, dtype=np.int8)]:
        assert len(weft.pack(array)) <= weft.pack_bound(array)


@pytest.mark.parametrize(
    "wrong", [{"order": "sideways"}, {"block": 3}, {"precisions": "some"}, {"precisions": [17]}, {"layout": "NH"}, {"type": "int3"}])
def test_wrong_options_are_refused(wrong):
    with pytest.raises((ValueError, TypeError)):
        weft.pack(values(16), **wrong)


def test_floats_are_refused():
    with pytest.raises(TypeError, match="quantise"):
        weft.pack(np.zeros(3))


def test_errors_say_what_and_where():
    packed = bytearray(weft.pack(values(5000)))
    packed[200] ^= 1
    with pytest.raises(weft.WeftError) as caught:
        weft.unpack(packed)
    assert caught.value.name == "WEFT_ERROR_CHECKSUM_MISMATCH" and caught.value.offset is not None
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.name, again.offset, str(again)) == (caught.value.name, caught.value.offset, str(caught.value))


@pytest.mark.parametrize("form", [bytes, bytearray, memoryview, lambda b: np.frombuffer(b, np.uint8)])
def test_any_buffer_is_read(form):
    array = values(100)
    assert (weft.unpack(form(weft.pack(array))) == array).all()


@pytest.mark.parametrize("group", [8, 16, 64, 256])
def test_transposing_undoes_itself(group):
    lanes = np.random.default_rng(1).integers(0, 1 << 16, 1000, np.uint16)
    assert (weft.untranspose(weft.transpose(lanes, group_size=group), 1000, group_size=group) == lanes).all()
    groups = -(-1000 // group)
    precisions = [5] * groups
    rows = weft.transpose(lanes & 31, precisions, group)
    assert len(rows) == 5 * groups * group // 8
    assert (weft.untranspose(rows, 1000, precisions, group) == lanes & 31).all()


def test_strided_precisions_are_read_as_numpy_reads_them():
    lanes = np.random.default_rng(1).integers(0, 8, 64, np.uint16)
    strided = np.array([3, 16, 4, 16, 5, 16, 16, 16], np.uint8)[::2]
    rows = weft.transpose(lanes, strided)
    assert rows == weft.transpose(lanes, [3, 4, 5, 16])
    assert (weft.untranspose(rows, 64, strided) == lanes).all()


@pytest.mark.parametrize("group", [0, -16, 1 << 32 | 16, 17])
def test_groups_that_cannot_be_are_refused(group):
    with pytest.raises(ValueError):
        weft.transpose(np.zeros(32, np.uint16), group_size=group)
    with pytest.raises(ValueError):
        weft.untranspose(bytes(64), 32, group_size=group)


def test_precisions_that_no_group_has_are_refused():
    for wrong in ([17, 3], np.array([256 + 3, 3]), [-1, 3], [1.5, 3]):
        with pytest.raises(ValueError, match="0...16"):
            weft.transpose(np.zeros(32, np.uint16), wrong)


@pytest.mark.parametrize(
    "array", [np.full(4, 1.7), np.full(4, 1.7, np.float32), np.ones(4, bool), np.array(["1", "2"]), np.ones(4, complex),
              np.array([1, 2], object), [True, False]])
@pytest.mark.parametrize("kind", ["int4", "int8", "uint8", "int16"])
def test_a_named_type_quantises_nothing(array, kind):
    with pytest.raises(TypeError, match="quantise first"):
        weft.pack(array, type=kind)


def test_ml_dtypes_go_into_wider_types_where_they_fit():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    array = np.arange(-8, 8).astype(ml_dtypes.int4)
    assert (weft.unpack(weft.pack(array, type="int8")) == np.arange(-8, 8)).all()
    with pytest.raises(ValueError, match="do not fit"):
        weft.pack(array, type="uint8")
    with pytest.raises(TypeError, match="quantise first"):
        weft.pack(np.ones(4, ml_dtypes.bfloat16), type="int8")


@pytest.mark.parametrize(
    "wrong", [{"zero_point": (1 << 32) + 3}, {"group_size": (1 << 32) + 16}, {"rebase": 1 << 32},
              {"width": (1 << 32) + 8}, {"convolution_groups": (1 << 64) + 1}])
def test_integers_are_not_cut_to_their_low_bits(wrong):
    with pytest.raises(ValueError, match="lies in"):
        weft.pack(values(64), **wrong)


def test_fractions_are_no_integers():
    for wrong in ({"zero_point": 2.5}, {"rebase": 2.5}, {"group_size": 16.5}):
        with pytest.raises(TypeError, match="integer"):
            weft.pack(values(64), **wrong)


def test_numpy_integers_are_integers():
    packed = weft.pack(values(64), group_size=np.int64(32), zero_point=np.int8(3), rebase=np.int16(2))
    assert packed == weft.pack(values(64), group_size=32, zero_point=3, rebase=2)


@pytest.mark.parametrize("wrong", [{"name": "a\0b"}, {"layout": "N\0"}, {"kernel": "scalar\0"}])
def test_text_does_not_end_at_a_nul(wrong):
    with pytest.raises(ValueError, match="NUL"):
        weft.pack(values(64).reshape(8, 8), **wrong)


@pytest.mark.parametrize(
    "wrong, said", [({"group_size": 17}, "a group of 17 lanes"), ({"layout": "Q"}, "layout 'Q'"),
                    ({"name": ""}, "name"), ({"width": 99}, "99 bits")])
def test_options_that_do_not_apply_are_explained(wrong, said):
    for function in (weft.pack, weft.pack_bound):
        with pytest.raises(weft.WeftError, match=said) as caught:
            function(values(64), **wrong)
        assert caught.value.name.startswith("WEFT_ERROR_")
