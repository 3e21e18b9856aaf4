"""Previews of latents: learnt from a finished take, for latents of any order, never in a render's way."""

import json

import numpy as np
import pytest
import torch

from swav.diffusion.preview import Preview, coloured, learnt, planes

RNG = np.random.default_rng(3)
TRUE = RNG.uniform(-0.15, 0.15, (16, 3))
CLIP = RNG.normal(size=(3, 16, 6, 10)).astype(np.float32)
"""Latents (time, channels, height, width), and what they look like at eight times their size."""
SEEN = np.clip(np.einsum("tchw,cd->thwd", CLIP, TRUE) + 0.5, 0, 1).repeat(8, 1).repeat(8, 2)
PIXELS = (SEEN * 255).round().astype(np.uint8)
FORMS = {
    "channels first": torch.from_numpy(CLIP).swapaxes(0, 1)[None],
    "time first": torch.from_numpy(CLIP)[None],
    "a still": torch.from_numpy(CLIP[:1]),
    "tokens in rows": torch.from_numpy(CLIP[0].reshape(16, -1).T)[None],
}


@pytest.mark.parametrize("form", FORMS)
def test_latents_of_every_form_are_laid_out_alike(form):
    found = planes(FORMS[form], 16, (48, 80))
    assert np.array_equal(found, CLIP if len(found) == 3 else CLIP[:1])


def test_the_map_is_found_again_and_shows_other_takes():
    colours = learnt(CLIP, {0: PIXELS[0], 2: PIXELS[2]})
    assert np.abs(colours[:-1] - TRUE).max() < 0.05
    strip = coloured(CLIP, colours)
    assert strip.size == (3 * 240, 144)
    middle = np.asarray(strip)[:, 240:480].reshape(6, 24, 10, 24, 3).mean((1, 3)) / 255
    assert np.corrcoef(middle.ravel(), SEEN[1, ::8, ::8].ravel())[0, 1] > 0.9


@pytest.mark.parametrize("latents", [np.full_like(CLIP, np.nan), CLIP], ids=["broken", "black"])
def test_nothing_is_learnt_where_nothing_is_to_be_seen(latents):
    assert learnt(latents, {0: np.zeros_like(PIXELS[0])}) is None
    assert coloured(CLIP, np.zeros((5, 3))) is None, "the map of another model"


@pytest.mark.parametrize("length", [1, 2, 3])
@pytest.mark.parametrize("count", [5, 9])
def test_each_plane_is_learnt_from_the_frame_of_its_moment(length, count, tmp_path):
    moments = [0] if length == 1 else [round(n * (count - 1) / (length - 1)) for n in range(length)]
    frames = [PIXELS[moments.index(n)] if n in moments else np.zeros_like(PIXELS[0]) for n in range(count)]
    preview = Preview(tmp_path / "state/x/denoising.pt", "model", 16, (48, 80))
    given = list(preview.learn(torch.from_numpy(CLIP[:length])[None], (frame for frame in frames), count))
    assert all(map(np.array_equal, given, frames))
    found = json.loads((tmp_path / "live/model.colours").read_text())
    assert np.allclose(found, learnt(CLIP[:length], dict(enumerate(PIXELS[:length]))), atol=1e-6)


@pytest.mark.parametrize(
    "latents", [None, torch.zeros(1), torch.zeros(1, 7, 16), torch.zeros(1, 16, 3, 6, 10)]
)
@pytest.mark.parametrize("count", [1, 3])
def test_whatever_goes_wrong_the_frames_come_and_are_closed(latents, count, tmp_path):
    closed = []

    def frames():
        try:
            yield from PIXELS[:count]
        finally:
            closed.append(True)

    preview = Preview(tmp_path / "state/x/denoising.pt", "model", 16, (48, 80))
    given = preview.learn(latents, frames(), count)
    assert np.array_equal(next(given), PIXELS[0])
    given.close()
    assert closed
    (tmp_path / "live").mkdir(exist_ok=True)
    (tmp_path / "live/looked").touch()
    for text in ("", "[[1]]", "{}"):
        (tmp_path / "live/model.colours").write_text(text)
        preview.show(lambda: latents)
    assert not (tmp_path / "state").exists()
