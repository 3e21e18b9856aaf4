"""Stills by Wan 2.2: a take of one frame, from the weights of its clips and by the worker that holds them."""

import hashlib
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from wan22_site import request

from swav.engines import Job, Site, engines
from swav.engines.wan22_still import still_size
from swav.keys import Length

CLIPS, STILLS = engines()["wan2.2"], engines()["wan2.2-still"]


def picture_request(**changes):
    return request(rate=Fraction(1), **{"length": Length(frames=1), "steps": 3, **changes})


def shoot(engine, site, folder, name, asked):
    job = Job(
        request=asked,
        model=engine.readiness(site).model,
        frames=asked.length.frames,
        clip=folder / name,
        metadata={"title": asked.shot},
        build=folder / "build",
        cards=site.cards,
        gpus=2,
        models=site.models,
        state=folder / "build/state" / name,
    )
    return engine.draw(job) if engine is STILLS else engine.shoot(job)


def test_a_still_and_a_clip_come_from_one_worker(site, tmp_path):
    """Of two processes, which share its passes and its decoding."""
    drawn = shoot(STILLS, site, tmp_path, "still.png", picture_request())
    seen = Image.open(tmp_path / "still.png")
    assert (seen.format, seen.mode, seen.size) == ("PNG", "RGB", (64, 64))
    assert drawn["pixels_sha256"] == hashlib.sha256(np.asarray(seen).tobytes()).hexdigest()
    assert (drawn["native_size"], drawn["native_frames"], drawn["warm"]) == ("64x64", 1, False)
    assert len(drawn["cards"]) == 2
    assert shoot(CLIPS, site, tmp_path, "clip.mp4", request(steps=3))["warm"]
    again = shoot(STILLS, site, tmp_path, "again.png", picture_request())
    assert again["warm"] and again["pixels_sha256"] == drawn["pixels_sha256"]
    tall = shoot(STILLS, site, tmp_path, "tall.png", picture_request(width=64, height=112))
    assert tall["native_size"] == "64x112" and Image.open(tmp_path / "tall.png").size == (64, 112)


@pytest.mark.parametrize(
    ("reel", "still"),
    [
        ((1280, 720), (1280, 720)),
        ((1920, 1080), (1280, 720)),
        ((1080, 1920), (720, 1280)),
        ((854, 480), (832, 480)),
        ((1080, 1080), (960, 960)),
        ((1080, 1350), (864, 1072)),
        ((1920, 800), (1488, 624)),
        ((128, 72), (128, 64)),
        ((64, 64), (64, 64)),
    ],
)
def test_a_still_has_the_form_of_the_reel(reel, still):
    assert still_size(*reel) == still
    recipe = STILLS.recipe(picture_request(width=reel[0], height=reel[1]), "m")
    assert (recipe["width"], recipe["height"], recipe["frames"]) == (*still, 1)
    assert STILLS.form(picture_request(width=reel[0], height=reel[1])).frames == 1


def test_a_still_is_no_take_of_its_clips():
    """Its key is its own, and what is not of a picture is not in it."""
    asked = picture_request()
    assert STILLS.recipe(asked, "m") != CLIPS.recipe(asked, "m")
    assert STILLS.recipe(replace(asked, rate=Fraction(24)), "m") == STILLS.recipe(asked, "m")
    assert STILLS.recipe(asked, "m") != STILLS.recipe(asked, "other weights")


def test_it_is_ready_where_its_clips_are_and_leaves_their_folder_to_them(site, tmp_path):
    assert STILLS.readiness(site) == CLIPS.readiness(site)
    assert STILLS.readiness(Site(tmp_path, ("0",))).why == f"no weights in {tmp_path}/wan22"
    assert STILLS.recognise(site.models / "wan22") is None
    assert STILLS.placed_as(tmp_path)[1].frames == 1
