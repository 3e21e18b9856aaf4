"""One, two and four processes make the same take, however the work and the weights are divided among them."""

import json
from pathlib import Path

import numpy as np
import pytest
import ranks
import torch
from places import TESTS
from safetensors.torch import save_file
from tiny_wan22 import write_original
from wan22_distributed import (
    SPREAD,
    TAKE,
    digest_of,
    latents_of,
    name,
    run_until_killed,
    setups,
    wider_vae,
)

from swav.diffusion.facts import Grid
from swav.diffusion.parallel import Degrees, Team, join
from swav.engines.wan22.decode import decode
from swav.engines.wan22.engine import Setup, Wan22
from swav.engines.wan22.loras import Lora
from swav.errors import EngineError


@pytest.fixture(scope="module")
def references(tmp_path_factory):
    """A model, and what one process makes of it: latents by precision, with a LoRA, and a killed
    render's state.
    """
    folder = tmp_path_factory.mktemp("wan22")
    write_original(folder / "model")
    save_lora(folder / "lora.safetensors")
    engine = Wan22(folder / "model", Setup("cpu", "float32"))
    rendering = engine.render(TAKE)
    latents = {"float32": rendering.latents, "frames": torch.from_numpy(np.stack(list(rendering.frames)))}
    run_until_killed(engine, folder / "one.state")
    latents["bfloat16"] = Wan22(folder / "model", Setup("cpu", "bfloat16")).render(TAKE).latents
    lora = Lora(folder / "lora.safetensors", 0.7)
    latents["lora"] = Wan22(folder / "model", Setup("cpu", "float32"), [lora]).render(TAKE).latents
    latents |= {name: digest_of(decode(wider_vae(), latents_of(name))) for name in SPREAD}
    torch.save(latents, folder / "references.pt")
    return folder


def save_lora(file: Path) -> None:
    random = torch.Generator().manual_seed(11)
    tensors = {}
    for block in (0, 1):
        for module, (rows, columns) in {"self_attn.q": (48, 48), "ffn.0": (64, 48)}.items():
            stem = f"diffusion_model.blocks.{block}.{module}"
            tensors[f"{stem}.lora_down.weight"] = torch.randn(4, columns, generator=random)
            tensors[f"{stem}.lora_up.weight"] = torch.randn(rows, 4, generator=random)
            tensors[f"{stem}.alpha"] = torch.tensor(2.0)
    save_file(tensors, file)


def launch(processes: int, folder: Path) -> dict:
    """Run the checks in that many ranks; the job is judged by what it wrote, as its end may fail
    (pytorch#179291).
    """
    out = folder / f"found-{processes}.json"
    script = TESTS / "wan22_distributed.py"
    ended = ranks.start(processes, script, folder / "model", folder / "references.pt", out)
    assert out.exists(), ended.stderr[-4000:]
    return json.loads(out.read_text())


@pytest.mark.parametrize("processes", [2, 4])
def test_processes_divide_the_work_and_not_the_picture(references, processes):
    found = launch(processes, references)
    for setup in setups(processes):
        result = found[name(setup)]
        assert result["equal"], name(setup)
        assert result["frames"] == TAKE.frames
        assert result["peaks"] == processes
        if setup.degrees.sharded:
            assert result["largest_share"] < 1.2 / processes, "each rank keeps only its rows"
        else:
            assert result["largest_share"] == 1
        assert result.get("resumed_from", [4, 4]) == [4, 4], "one process's state and the team's own"
    assert found["lora"], "a LoRA merged into shards is the LoRA merged into whole weights"
    assert found["flash3"], "FlashAttention 3 under Ulysses"
    assert "different jobs" in found["different jobs"]
    assert found["spread"] == [True] * len(SPREAD), "strips of all ranks are the picture of one"
    first, *others = found["given up"]
    assert first == "" and all("gave the clip up" in said for said in others)
    assert found["spread take"] == {
        "frames": TAKE.frames,
        "far": pytest.approx(0, abs=1),  # of 255: with four channels a CPU rounds by where a pixel lies
        "decoding": [True] * processes,
    }
    left = sorted(references.glob(f"found-{processes}.*.state"))
    assert len(left) == 2
    for state in left:
        continued = Wan22(references / "model", Setup("cpu", "float32")).render(TAKE, state)
        assert continued.report["resumed_from"] == 4
        expected = torch.load(references / "references.pt", weights_only=True)["float32"]
        assert torch.equal(continued.latents, expected)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: Degrees(3, 1), "guidance has two passes"),
        (lambda: Degrees(1, 0), "Ulysses 1 or more"),
        (lambda: Degrees(1, 1, sharded=True), "cannot be sharded over one process"),
        (lambda: Degrees(1, 3).check_heads(40), "1, 2, 4, 5, 8, 10, 20, 40"),
        (lambda: Degrees(1, 7).check_tokens(832, 480, 77), "cannot be divided over 7"),
        (lambda: join(Degrees(2, 2), "cpu"), "torchrun --nproc_per_node=4"),
        (lambda: Setup("cpu", degrees=Degrees(2, 1, sharded=True), experts="one"), "do not shard"),
    ],
)
def test_what_cannot_be_divided_is_refused_in_a_sentence(make, what):
    with pytest.raises(EngineError, match=what.replace(".", r"\.")) as refusal:
        make()
    assert "\n" not in str(refusal.value)


def test_tokens_of_the_official_sizes():
    assert Grid().tokens(832, 480, 81) == 32_760
    assert Grid().tokens(1280, 720, 81) == 75_600


def test_a_team_of_one_agrees_with_itself():
    team = Team(torch.device("cpu"))
    team.agree("job")
    assert (team.rank, team.guidance_group, team.share(3), team.collect(4)) == (0, None, 3, [4])
