"""Memory for a model's parameters; that of the host so that a GPU reads it at the bus's full speed."""

import weakref

import torch
from torch import nn

_ALIGNMENT = 256


def allocate(model: nn.Module, device: torch.device, pinned: bool) -> None:
    """Memory for all parameters on ``device``. Buffers keep their values, which ``to_empty`` would lose."""
    buffers = [
        (module, name, buffer)
        for module in model.modules()
        for name, buffer in module.named_buffers(recurse=False)
    ]
    if pinned:
        _allocate_pinned(model)
    else:
        model.to_empty(device=device)
    for module, name, buffer in buffers:
        module._buffers[name] = buffer.to(device)


def _allocate_pinned(model: nn.Module) -> None:
    """All parameters in one page-locked block of host memory.

    ``Tensor.pin_memory`` rounds each tensor up to a power of two, half as much again for these models;
    and one block is registered with the driver once.
    """
    parameters = dict(model.named_parameters())
    sizes = [-(-parameter.nbytes // _ALIGNMENT) * _ALIGNMENT for parameter in parameters.values()]
    block = torch.empty(sum(sizes), dtype=torch.uint8)
    address = block.data_ptr()
    torch.cuda.check_error(torch.cuda.cudart().cudaHostRegister(address, block.nbytes, 0))
    release = weakref.finalize(model, torch.cuda.cudart().cudaHostUnregister, address)
    release.atexit = False  # the driver goes first
    start = 0
    for (name, parameter), size in zip(parameters.items(), sizes, strict=True):
        values = block[start : start + parameter.nbytes].view(parameter.dtype).view(parameter.shape)
        replace_parameter(model, name, values)
        start += size


def replace_parameter(model: nn.Module, name: str, values: torch.Tensor) -> None:
    """Let the parameter called ``name`` have ``values`` as its memory, on whatever device they are."""
    parent, _, own = name.rpartition(".")
    model.get_submodule(parent)._parameters[own] = nn.Parameter(values, requires_grad=False)
