"""Kokoro's network with its convolutions as products of matrices, which give the same numbers sooner.

Two thirds of the time that Kokoro takes are convolutions of 8-bit numbers (``ConvInteger``), for which
onnxruntime has one plain loop. For a product of such numbers (``MatMulInteger``) it has what processors offer
for it, where one factor is signed and known beforehand. Both add whole numbers in 32 bits, so that nothing is
rounded, and the samples are the same.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from swav.speech.voices.kokoro.messages import message

_FEWEST_CHANNELS = 64
"""Channels that a convolution makes, below which laying its input out costs more than it saves."""
_TYPES = {np.dtype(np.uint8): 2, np.dtype(np.int8): 3, np.dtype(np.int32): 6, np.dtype(np.int64): 7}
"""ONNX's numbers of types of elements (``TensorProto.DataType``)."""
_INTS = 7
"""The number of a list of integers among the types of attributes (``AttributeProto.AttributeType``)."""
_INT = 2
_HALF = 128
"""Between an unsigned number of 8 bits and the signed one with the same distance to its zero point."""


def quickest(weights: Sequence[Path]) -> bytes:
    """An ONNX model, in parts, as one that gives the same samples, and that this processor runs soonest."""
    return with_products(weights) if adds_exactly() else _joined(weights)


def prepare(
    weights: Sequence[Path], file: Path, options: onnxruntime.SessionOptions, *, keep: bool
) -> onnxruntime.InferenceSession:
    """Load a model, in parts, by way of ``file``: a session that is given bytes keeps them while it lasts.

    With ``keep`` the file holds in the end what onnxruntime made of it, which ``load`` reads sooner.
    """
    file.write_bytes(quickest(weights))
    if keep:
        options.optimized_model_filepath = str(file)
    return _session(file, options)


def load(file: Path, options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    """Load what ``prepare`` kept, on the same machine."""
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # it is done
    return _session(file, options)


def _session(model: Path | bytes, options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    model = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def with_products(weights: Sequence[Path]) -> bytes:
    """An ONNX model, in parts, in which convolutions of 8-bit numbers are products of matrices.

    Convolutions along time of one group are replaced; all else stays.
    """
    model = message("ModelProto").FromString(_joined(weights))
    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    nodes = list(graph.node)
    del graph.node[:]
    made = _Made(graph)
    for node in nodes:
        if node.op_type == "ConvInteger" and _is_worth_it(node, stored):
            _product(made, node, stored)
        else:
            graph.node.append(node)
    _forget_unused(graph)
    return model.SerializeToString()


def _joined(parts: Sequence[Path]) -> bytes:
    whole = bytearray()
    for part in parts:
        whole += part.read_bytes()
    return bytes(whole)


def _forget_unused(graph: Any) -> None:
    """Drop constants that no node has any more: the weights as they were."""
    used = {name for node in graph.node for name in node.input}
    for place in reversed(range(len(graph.initializer))):
        if graph.initializer[place].name not in used:
            del graph.initializer[place]


def adds_exactly() -> bool:
    """Whether onnxruntime's products of unsigned and signed 8-bit numbers are exact on this processor.

    Where it has no instruction that adds them in 32 bits (AVX2 and no more), sums of two saturate at 16.
    """
    model = message("ModelProto")(ir_version=9)
    model.opset_import.add(version=13)
    model.graph.name = "probe"
    signed = np.full((64, 64), 127, np.int8)
    made = _Made(model.graph)
    made.node("MatMulInteger", ["unsigned", made.constant(signed)], "sum")
    model.graph.input.append(_value("unsigned", np.uint8))
    model.graph.output.append(_value("sum", np.int32))
    session = _session(model.SerializeToString(), quiet())
    unsigned = np.full((64, 64), 255, np.uint8)
    (found,) = session.run(None, {"unsigned": unsigned})
    return bool(np.all(found == unsigned.astype(np.int32) @ signed.astype(np.int32)))


def quiet() -> onnxruntime.SessionOptions:
    """Options of a session on one thread, which tells of errors only."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


class _Made:
    """What is added to a graph: nodes, and constants that equal ones share."""

    def __init__(self, graph: Any):
        self.graph = graph
        self.names: dict[Any, str] = {}

    def constant(self, values: np.ndarray, own: str = "") -> str:
        """The name of a constant; a large one has its ``own`` name, and is not looked for."""
        known = own or (values.dtype.str, values.shape, values.tobytes())
        if known not in self.names:
            self.names[known] = own or f"swav_constant_{len(self.names)}"
            self.graph.initializer.add(
                name=self.names[known],
                dims=values.shape,
                data_type=_TYPES[values.dtype],
                raw_data=values.tobytes(),
            )
        return self.names[known]

    def node(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        """Add a node; the name of what it gives, which is its own as well."""
        node = self.graph.node.add(op_type=kind, input=inputs, output=[output], name=output)
        for name, value in attributes.items():
            if isinstance(value, int):
                node.attribute.add(name=name, i=value, type=_INT)
            else:
                node.attribute.add(name=name, ints=value, type=_INTS)
        return output


def _value(name: str, kind: type) -> Any:
    """A graph's input or output of 64 by 64."""
    value = message("ValueInfoProto")(name=name)
    value.type.tensor_type.elem_type = _TYPES[np.dtype(kind)]
    for _ in range(2):
        value.type.tensor_type.shape.dim.add(dim_value=64)
    return value


def _attributes(node: Any) -> dict[str, list[int]]:
    return {given.name: list(given.ints) or [given.i] for given in node.attribute}


def _is_worth_it(node: Any, stored: dict[str, Any]) -> bool:
    """Whether a convolution is one of those that take long: along time, with weights that are known."""
    known = all(name in stored for name in (node.input[1], node.input[3]))
    if not known or len(stored[node.input[1]].dims) != 3:
        return False
    return stored[node.input[1]].dims[0] >= _FEWEST_CHANNELS and _attributes(node)["group"] == [1]


def _product(made: _Made, node: Any, stored: dict[str, Any]) -> None:
    """Write a convolution as a product: of what each moment is made from, and the weights.

    ``x`` has the shape (1, channels, moments), as what is made: it is padded, turned so that the channels of
    a moment are neighbours, and each moment gets those of all taps side by side.
    """
    given, (result,) = _attributes(node), node.output
    x, weights, zero, weights_zero = node.input
    (step,), (between,) = given["strides"], given["dilations"]
    kernel = _tensor(stored[weights])
    channels_out, channels, taps = kernel.shape
    flat = np.ascontiguousarray(kernel.transpose(2, 1, 0)).reshape(taps * channels, channels_out)
    signed = made.constant((flat ^ _HALF).view(np.int8), f"{result}_signed")
    signed_zero = made.constant((_tensor(stored[weights_zero]) ^ _HALF).view(np.int8))

    if any(given["pads"]):
        before, after = given["pads"]
        x = made.node(
            "Pad", [x, made.constant(np.array([0, 0, before, 0, 0, after])), zero], f"{result}_padded"
        )
    x = made.node("Transpose", [x], f"{result}_turned", perm=[0, 2, 1])
    if taps > 1 or step > 1:
        x = _side_by_side(made, x, taps, between, step, channels, result)
    x = made.node("MatMulInteger", [x, signed, zero, signed_zero], f"{result}_product")
    made.node("Transpose", [x], result, perm=[0, 2, 1])


def _side_by_side(made: _Made, x: str, taps: int, between: int, step: int, channels: int, result: str) -> str:
    """From (1, moments, channels) to (1, fewer moments, taps * channels)."""

    def number(*values: int) -> str:
        return made.constant(np.array(values))

    x = made.node("Squeeze", [x, number(0)], f"{result}_moments")
    length = made.node("Shape", [x], f"{result}_shape", start=0, end=1)
    length = made.node("Squeeze", [length], f"{result}_length")
    end = made.node("Sub", [length, made.constant(np.array(between * (taps - 1)))], f"{result}_end")
    first = made.node(
        "Range", [made.constant(np.array(0)), end, made.constant(np.array(step))], f"{result}_first"
    )
    first = made.node("Unsqueeze", [first, number(1)], f"{result}_column")
    places = made.node("Add", [first, made.constant(np.arange(taps)[None] * between)], f"{result}_places")
    x = made.node("Gather", [x, places], f"{result}_gathered", axis=0)
    return made.node("Reshape", [x, number(1, -1, taps * channels)], f"{result}_row")


def _tensor(stored: Any) -> np.ndarray:
    """Unsigned 8-bit numbers, which ONNX stores as they are or each as one of 32 bits."""
    values = (
        np.frombuffer(stored.raw_data, np.uint8) if stored.raw_data else np.array(stored.int32_data, np.uint8)
    )
    return values.reshape(stored.dims)
