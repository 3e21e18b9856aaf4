"""Each card gets its fastest attention kernel, and one model's kernel is no other model's business."""

import os
import subprocess
import sys

import pytest
import torch
from diffusers.models.attention_dispatch import _AttentionBackendRegistry
from places import REPOSITORY
from tiny_wan22 import tiny_transformer

from swav.diffusion.attention import choose, installed_kernels, kernel_for, use
from swav.errors import EngineError

ALL = ("flash3", "flash2", "cudnn", "native")


@pytest.mark.parametrize(
    ("capability", "installed", "kernel"),
    [
        (None, ALL, "native"),
        ((7, 5), ALL, "native"),
        ((8, 0), ALL, "flash2"),
        ((8, 6), ("cudnn", "native"), "native"),
        ((8, 9), ALL, "flash2"),
        ((9, 0), ALL, "flash3"),
        ((9, 0), ("flash2", "cudnn", "native"), "cudnn"),
        ((9, 0), ("flash2",), "flash2"),
        ((9, 0), (), "native"),
        ((10, 0), ALL, "cudnn"),
        ((12, 0), ("flash3", "flash2"), "flash2"),
    ],
)
def test_the_fastest_kernel_that_the_card_can_run(capability, installed, kernel):
    assert choose(capability, installed) == kernel


def test_without_cuda_the_kernel_is_pytorchs_own():
    assert kernel_for(torch.device("cpu")) == "native"
    assert "native" in installed_kernels()


def test_a_kernel_is_set_for_one_model_and_no_other():
    before = _AttentionBackendRegistry.get_active_backend()
    model, other = tiny_transformer(3), tiny_transformer(4)
    use("cudnn", model)
    assert _AttentionBackendRegistry.get_active_backend() == before
    processors = {processor._attention_backend for processor in model.attn_processors.values()}
    assert [backend.value for backend in processors] == ["_native_cudnn"]
    inputs = {
        "hidden_states": torch.zeros(1, 16, 1, 4, 4),
        "timestep": torch.ones(1),
        "encoder_hidden_states": torch.zeros(1, 4, 32),
    }
    assert other(**inputs).sample.shape == (1, 16, 1, 4, 4), "a model made later still runs here"


STAND_IN = """
import torch
from flash3_stand_in import install
from tiny_wan22 import tiny_transformer
from swav.diffusion.attention import choose, installed_kernels, use

install()
inputs = {
    "hidden_states": torch.randn(1, 16, 3, 8, 8, generator=torch.Generator().manual_seed(0)),
    "timestep": torch.ones(1),
    "encoder_hidden_states": torch.randn(1, 4, 32, generator=torch.Generator().manual_seed(1)),
}
model = tiny_transformer(3)
expected = model(**inputs).sample
use(choose((9, 0), installed_kernels()), model)
backends = {processor._attention_backend.value for processor in model.attn_processors.values()}
print(backends, torch.equal(model(**inputs).sample, expected))
"""


def test_flash_attention_3_from_its_wheel_is_known_to_diffusers():
    """In a process of its own, with PyTorch's attention in the kernel's place."""
    path = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "tests")])
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-c", STAND_IN]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ended.stdout.strip() == "{'_flash_3'} True", ended.stderr


def test_a_kernel_that_is_not_installed_is_refused_with_another():
    missing = next(kernel for kernel in ("flash3", "flash2") if kernel not in installed_kernels())
    with pytest.raises(EngineError, match=r"; .*native"):
        use(missing, tiny_transformer(3))
