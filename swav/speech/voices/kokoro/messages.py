"""The part of ONNX's file format that is needed to replace nodes of a graph, as protobuf messages.

Names and numbers are those of ``onnx/onnx.proto`` (Apache-2.0). Whatever is not declared here is kept as it
was read and written again, as protobuf does with fields that it does not know.
"""

from functools import cache
from typing import Any

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto

_PACKAGE = "swav.onnx"
_TYPES = {
    "int32": FieldDescriptorProto.TYPE_INT32,
    "int64": FieldDescriptorProto.TYPE_INT64,
    "string": FieldDescriptorProto.TYPE_STRING,
    "bytes": FieldDescriptorProto.TYPE_BYTES,
}
_MESSAGES = {
    "ModelProto": ("ir_version int64 1", "graph GraphProto 7", "opset_import * OperatorSetIdProto 8"),
    "OperatorSetIdProto": ("domain string 1", "version int64 2"),
    "GraphProto": (
        "node * NodeProto 1",
        "name string 2",
        "initializer * TensorProto 5",
        "input * ValueInfoProto 11",
        "output * ValueInfoProto 12",
    ),
    "NodeProto": (
        "input * string 1",
        "output * string 2",
        "name string 3",
        "op_type string 4",
        "attribute * AttributeProto 5",
    ),
    "AttributeProto": ("name string 1", "i int64 3", "ints * int64 8", "type int32 20"),
    "TensorProto": (
        "dims * int64 1",
        "data_type int32 2",
        "int32_data * int32 5",
        "name string 8",
        "raw_data bytes 9",
    ),
    "ValueInfoProto": ("name string 1", "type TypeProto 2"),
    "TypeProto": ("tensor_type TensorTypeProto 1",),
    "TensorTypeProto": ("elem_type int32 1", "shape ShapeProto 2"),
    "ShapeProto": ("dim * DimensionProto 1",),
    "DimensionProto": ("dim_value int64 1",),
}


@cache
def message(name: str) -> type[Any]:
    """The class of a message by its name in ONNX: ``ModelProto``."""
    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"{_PACKAGE}.{name}"))


@cache
def _pool() -> descriptor_pool.DescriptorPool:
    file = FileDescriptorProto(name="onnx.proto", package=_PACKAGE, syntax="proto2")
    for name, fields in _MESSAGES.items():
        declared = file.message_type.add(name=name)
        for field in fields:
            called, *repeated, kind, number = field.split()
            made = declared.field.add(name=called, number=int(number))
            made.label = made.LABEL_REPEATED if repeated else made.LABEL_OPTIONAL
            if kind in _TYPES:
                made.type = _TYPES[kind]
            else:
                made.type, made.type_name = made.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool
