"""Kokoro's network as products of matrices: the same numbers as it was exported with, sample for sample."""

import numpy as np
import onnxruntime
import pytest

from swav.helper import shared
from swav.speech.voices.kokoro import network, synthesis
from swav.speech.voices.kokoro.messages import message
from swav.speech.voices.kokoro.synthesis import synthesise

SPOKEN = [("Two ships.", "af_heart", 1.0), ("आज सुबह।", "hm_omega", 1.2)]


def convolution(
    shape, *, pads=(0, 0), strides=(1,), dilations=(1,), group=1, zero=113, of_weights=121, raw=True
):
    """A model of one convolution, as Kokoro has it; and its weights."""
    weights = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    weights.flat[:2] = 0, 255
    model = message("ModelProto")(ir_version=9)
    model.opset_import.add(version=20)
    graph = model.graph
    graph.name = "one"
    graph.initializer.add(name="w", dims=weights.shape, data_type=2, raw_data=weights.tobytes())
    for name, value in (("xz", zero), ("wz", of_weights)):
        kept = {"raw_data": bytes([value])} if raw else {"int32_data": [value]}
        graph.initializer.add(name=name, data_type=2, **kept)
    node = graph.node.add(op_type="ConvInteger", input=["x", "w", "xz", "wz"], output=["y"], name="y")
    lists = {"pads": pads, "strides": strides, "dilations": dilations, "kernel_shape": shape[2:]}
    for name, values in lists.items():
        node.attribute.add(name=name, ints=values, type=7)
    node.attribute.add(name="group", i=group, type=2)
    given = graph.input.add(name="x")
    given.type.tensor_type.elem_type = 2
    for size in (1, shape[1] * group, 0):
        given.type.tensor_type.shape.dim.add(**({"dim_value": size} if size else {}))
    graph.output.add(name="y").type.tensor_type.elem_type = 6
    return model.SerializeToString()


def run(model, x):
    session = onnxruntime.InferenceSession(model, network.quiet(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


@pytest.mark.parametrize(
    "given",
    [
        {"shape": (64, 3, 1)},
        {"shape": (64, 5, 3), "pads": (1, 1)},
        {"shape": (128, 7, 11), "pads": (25, 25), "dilations": (5,)},
        {"shape": (64, 4, 5), "pads": (0, 3)},
        {"shape": (72, 22, 12), "pads": (3, 3), "strides": (6,)},
        {"shape": (64, 2, 1), "strides": (2,)},
        {"shape": (64, 5, 3), "pads": (1, 1), "zero": 0, "of_weights": 255, "raw": False},
    ],
    ids=str,
)
def test_a_convolution_is_a_product_of_the_same_numbers(given, tmp_path):
    part = tmp_path / "model.onnx"
    part.write_bytes(convolution(**given))
    made = network.with_products([part])
    assert {"ConvInteger"} != {node.op_type for node in message("ModelProto").FromString(made).graph.node}
    x = np.random.default_rng(2).integers(0, 256, (1, given["shape"][1], 67), np.uint8)
    x.flat[:2] = 0, 255
    assert np.array_equal(run(made, x), run(part.read_bytes(), x))


@pytest.mark.parametrize("given", [{"shape": (8, 5, 3)}, {"shape": (64, 1, 3), "group": 64}], ids=str)
def test_a_convolution_that_would_not_be_sooner_stays(given, tmp_path):
    part = tmp_path / "model.onnx"
    part.write_bytes(convolution(**given))
    kinds = [
        node.op_type for node in message("ModelProto").FromString(network.with_products([part])).graph.node
    ]
    assert kinds == ["ConvInteger"]


def test_where_products_are_not_exact_the_model_stays_as_it_came(tmp_path, monkeypatch):
    part = tmp_path / "model.onnx"
    part.write_bytes(convolution((64, 5, 3)))
    assert network.quickest([part]) != part.read_bytes() or not network.adds_exactly()
    monkeypatch.setattr(network, "adds_exactly", lambda: False)
    assert network.quickest([part]) == part.read_bytes()


def said():
    """What a process says that has loaded no model yet."""
    synthesis._session.cache_clear()
    found = [synthesise(text, speaker=speaker, speed=speed)[0] for text, speaker, speed in SPOKEN]
    synthesis._session.cache_clear()
    return found


@pytest.fixture(scope="module")
def as_it_came():
    """The samples of the model as it was exported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "adds_exactly", lambda: False)
        patch.delenv(shared.VARIABLE, raising=False)
        return said()


def test_the_samples_are_those_of_the_model_as_it_came_where_nothing_can_be_shared(
    as_it_came, monkeypatch, tmp_path
):
    monkeypatch.setenv(shared.VARIABLE, str(tmp_path / "is not there"))
    assert all(map(np.array_equal, as_it_came, said()))
    assert not list(tmp_path.iterdir())


def test_what_one_job_prepares_the_next_one_loads_and_all_speak_alike(as_it_came, monkeypatch, tmp_path):
    monkeypatch.setenv(shared.VARIABLE, str(tmp_path))
    assert all(map(np.array_equal, as_it_came, said()))
    (prepared,) = tmp_path.iterdir()
    with monkeypatch.context() as patch:
        patch.setattr(network, "quickest", None)
        assert all(map(np.array_equal, as_it_came, said()))
    prepared.write_bytes(prepared.read_bytes()[:1000])
    assert all(map(np.array_equal, as_it_came, said()))
