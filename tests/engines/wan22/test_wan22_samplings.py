"""How a shot is sampled, from what the storyboard and its LoRAs say: no weights and no torch."""

from typing import get_args

import pytest
from wan22_site import request

from swav.engines import LoraFile, Sampling
from swav.engines.wan22.samplings import BLOCKS, NAMED, remarks, settings, trained_steps
from swav.engines.wan22.service import ENGINE
from swav.errors import EngineError
from swav.keys import take_key
from swav.storyboard.forms import CardKind, SamplingName

LIGHTNING = LoraFile(
    "l.safetensors", "c0ffee", says="Wan2.2-T2V-A14B-4steps-lora-rank64-Seko-V1.1 high_noise_model Lightning"
)
LOOK = LoraFile("look.safetensors", "face", says="loras my-look.safetensors")


def asked(**changes):
    return request(**{"steps": None, **changes})


def key(**changes) -> str:
    return take_key(ENGINE.recipe(asked(**changes), "m"))


def test_what_a_storyboard_can_name_is_what_is_known():
    assert set(get_args(SamplingName)) == set(NAMED)
    assert set(get_args(CardKind)) - {"cuda"} == set(BLOCKS)


def test_what_belongs_together_is_set_together():
    found = settings(asked(sampling=Sampling("lightning-4")))
    assert (found.steps, found.shift, found.solver, found.boundary) == (4, 5.0, "euler", 0.875)
    assert (found.guidance_high, found.guidance_low) == (1.0, 1.0)
    assert settings(asked(sampling=Sampling("lightning-8"))).steps == 8
    assert settings(asked()) == settings(asked(sampling=Sampling("official"))) == NAMED["official"]


@pytest.mark.parametrize(
    ("says", "steps"),
    [
        ("Wan2.2-T2V-A14B-4steps-lora-rank64-Seko-V1.1 high_noise_model.safetensors", 4),
        ("Wan2.2-T2V-A14B-4steps-lora-250928 low_noise_model.safetensors", 4),
        ("Wan2.2-Lightning_T2V-A14B-4steps-lora_HIGH_fp16.safetensors", 4),
        ("wan2.2_t2v_lightx2v_4steps_lora_v1.1_low_noise.safetensors", 4),
        ("Wan21_T2V_14B_lightx2v_cfg_step_distill_lora_rank64.safetensors", 4),
        ("some lightx2v of 8-step training", 8),
        ("lightning-storm.safetensors", None),
        ("lightning-storm-3000-steps.safetensors", None),
        ("my-look-1500steps.safetensors", None),
        ("lightning-14steps", None),
    ],
)
def test_a_lora_says_by_its_name_what_it_was_trained_for(says, steps):
    assert trained_steps(LoraFile("x", "y", says=says)) == steps


def test_a_few_step_lora_chooses_its_own_sampling_and_single_values_stand_over_it():
    assert settings(asked(loras=(LIGHTNING,))) == NAMED["lightning-4"]
    assert settings(asked(loras=(LOOK,))) == NAMED["official"]
    assert settings(asked(loras=(LOOK, LIGHTNING), steps=6)).steps == 6
    shifted = settings(asked(loras=(LIGHTNING,), sampling=Sampling(shift=8.0)))
    assert (shifted.shift, shifted.solver) == (8.0, "euler")
    assert settings(asked(loras=(LIGHTNING,), sampling=Sampling("official"))) == NAMED["official"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"loras": (LIGHTNING,)}, ""),
        ({"loras": (LIGHTNING,), "steps": 4, "guidance": 1.0}, ""),
        ({}, ""),
        ({"steps": 4}, ""),
        ({"loras": (LIGHTNING,), "steps": 40}, "40 steps with a LoRA that was trained for 4"),
        ({"loras": (LIGHTNING,), "sampling": Sampling("official")}, "40 steps with a LoRA"),
        ({"loras": (LIGHTNING,), "guidance": 4.0}, "in another way than it was trained"),
        ({"sampling": Sampling("lightning")}, "without a LoRA"),
    ],
)
def test_what_does_not_go_together_is_said(changes, said):
    found = list(remarks(asked(**changes)))
    assert len(found) == bool(said) and all(said in sentence for sentence in found)


def test_each_value_is_in_the_key_and_what_is_the_default_is_not():
    assert key() == key(sampling=Sampling("official")) == key(sampling=Sampling(solver="unipc", shift=12.0))
    assert {"solver", "noise"}.isdisjoint(ENGINE.recipe(asked(), "m"))
    others = [
        {"sampling": Sampling(shift=5.0)},
        {"sampling": Sampling(solver="dpm++")},
        {"sampling": Sampling(boundary=0.9)},
        {"sampling": Sampling("lightning-4")},
        {"sampling": Sampling(noise="cuda")},
        {"sampling": Sampling(noise="RTX A6000")},
        {"guidance": 4.0},
    ]
    assert len({key(), *(key(**changes) for changes in others)}) == 1 + len(others)
    assert key(sampling=Sampling(noise="H100")) == key(sampling=Sampling(noise="cuda"))
    with pytest.raises(EngineError, match="cannot be drawn like GTX"):
        key(sampling=Sampling(noise="GTX"))


def test_few_steps_are_foretold_as_few():
    """A plan reads the steps that the sampling sets, and that a step is one pass."""
    from swav.engines.wan22 import plans

    facts = plans._shot(ENGINE.recipe(asked(loras=(LIGHTNING,)), "m"))
    assert (facts.steps, facts.passes) == (4, 4)
