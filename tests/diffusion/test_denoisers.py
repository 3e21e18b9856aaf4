"""Every way to place a denoiser gives the bits of the model itself, whichever model it is."""

import json

import pytest
import ranks
import torch
from safetensors.torch import save_file
from tiny_denoisers import TINY

from swav.diffusion.denoisers import Denoisers, Placed, blocks_of, prepared
from swav.diffusion.parallel import Team
from swav.errors import EngineError
from swav.weights.filling import unread
from swav.weights.loras import Lora, Spelling

CPU = torch.device("cpu")
SPELLING = Spelling("a tiny model", "a tiny model")


@pytest.fixture(scope="module", params=TINY)
def tiny(request, tmp_path_factory):
    found = TINY[request.param]
    folder = tmp_path_factory.mktemp("denoiser")
    return found, folder, found.write(folder)


def placed(tiny, home="all", host_copies=True, loras=(), told=None, compiled=False):
    found, folder, _ = tiny
    prepare = prepared(found.lists, Team(CPU), None, compiled)
    part = unread(*found.empty(folder), prepare)
    return Denoisers({"only": part}, Placed(CPU, home, host_copies), SPELLING, loras, told)


@pytest.mark.parametrize(
    ("home", "host_copies"), [("all", True), ("one", True), ("one", False), ("streamed", True)]
)
def test_every_home_gives_the_same_bits(tiny, home, host_copies):
    found, _, model = tiny
    denoisers = placed(tiny, home, host_copies)
    for _ in range(2):
        assert torch.equal(found.run(denoisers("only")), found.run(model))
        denoisers.rest()


def test_reading_is_told_to_its_end(tiny):
    told = []
    placed(tiny, told=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == sum(weight.nbytes for weight in tiny[2].parameters())


def test_blocks_are_those_of_all_lists(tiny):
    found, _, model = tiny
    blocks = blocks_of(model, found.lists)
    assert len(blocks) == sum(len(model.get_submodule(name)) for name in found.lists) > 2


def a_lora(tiny, tmp_path, prefix):
    """A file for one matrix of a block, and the matrix that it makes of it at half its weight."""
    found, _, model = tiny
    name = next(
        name
        for name, weight in model.named_parameters()
        if name.startswith(found.lists[-1]) and weight.ndim == 2
    )
    weight = model.get_parameter(name)
    torch.manual_seed(1)
    down, up = torch.randn(2, weight.shape[1]), torch.randn(weight.shape[0], 2)
    module = name.removesuffix(".weight")
    file = tmp_path / "lora.safetensors"
    save_file({f"{prefix}{module}.lora_A.weight": down, f"{prefix}{module}.lora_B.weight": up}, file)
    return Lora(file, 0.5), name, weight + 0.5 * (up @ down)


@pytest.mark.parametrize(("prefix", "home"), [("", "all"), ("transformer.", "streamed")])
def test_a_lora_is_merged_and_taken_out_again(tiny, tmp_path, prefix, home):
    found, _, model = tiny
    lora, name, changed = a_lora(tiny, tmp_path, prefix)
    denoisers = placed(tiny, home, loras=[lora])
    torch.testing.assert_close(denoisers("only").get_parameter(name).cpu(), changed)
    denoisers.use_loras([])
    assert torch.equal(found.run(denoisers("only")), found.run(model))


def test_a_lora_of_another_model_is_refused_before_anything_is_read(tiny, tmp_path):
    file = tmp_path / "other.safetensors"
    save_file(
        {"elsewhere.lora_A.weight": torch.ones(2, 3), "elsewhere.lora_B.weight": torch.ones(3, 2)}, file
    )
    read = []
    with pytest.raises(EngineError, match="does not fit a tiny model"):
        placed(tiny, loras=[Lora(file)], told=lambda *bytes: read.append(bytes))
    assert not read


SHARDED = """
import json, sys, torch
from pathlib import Path
from tiny_denoisers import TINY
from swav.diffusion.denoisers import prepared
from swav.diffusion.parallel import Degrees, join, leave
from swav.weights.filling import unread

team = join(Degrees(2, 1, sharded=True), "cpu")
found = {}
for name, tiny in TINY.items():
    folder = Path(sys.argv[1]) / name
    model = tiny.write(folder) if team.rank == 0 else None
    team.share(True)
    prepare = prepared(tiny.lists, team, None, split_tokens=False)
    mine = unread(*tiny.empty(folder), prepare).fill("cpu")
    held = sum(weight.to_local().numel() for weight in mine.parameters())
    whole = sum(weight.numel() for weight in mine.parameters())
    made = tiny.run(mine)
    same = model is None or torch.equal(made, tiny.run(model))
    found[name] = {"same": same, "share": held / whole}
Path(sys.argv[1], f"found-{team.rank}.json").write_text(json.dumps(found))
leave()
"""


def test_two_ranks_hold_half_of_it_each_and_make_the_same_bits(tmp_path):
    script = tmp_path / "sharded.py"
    script.write_text(SHARDED)
    ended = ranks.start(2, script, tmp_path)
    assert ended.returncode == 0, ended.stderr[-2000:]
    for rank in range(2):  # each in a file of its own: lines of two processes on one stdout may mix
        found = json.loads((tmp_path / f"found-{rank}.json").read_text())
        assert found.keys() == TINY.keys()
        for name, model in found.items():
            assert model["same"], (rank, name)
            assert model["share"] < 0.6, (rank, name)
