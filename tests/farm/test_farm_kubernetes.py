"""The manifest for Kubernetes: held against the published schemas, its command run by bash."""

import os
import subprocess

import kubernetes_validate
import pytest
import yaml
from places import REPOSITORY
from waiting import PATIENCE

MANIFEST = REPOSITORY / "profiles/kubernetes/film.yaml"
VOLUME, JOB = yaml.safe_load_all(MANIFEST.read_text())
(CONTAINER,) = JOB["spec"]["template"]["spec"]["containers"]


@pytest.mark.parametrize("part", [VOLUME, JOB], ids=lambda part: part["kind"])
def test_kubernetes_would_take_it(part):
    kubernetes_validate.validate(part, kubernetes_validate.latest_version(), strict=True)


def test_a_slip_would_be_found():
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(JOB | {"sepc": {}}, kubernetes_validate.latest_version(), strict=True)


def test_the_volume_is_mounted_where_the_film_is_built():
    volumes = {volume["name"]: volume for volume in JOB["spec"]["template"]["spec"]["volumes"]}
    mounted = {mount["mountPath"]: volumes[mount["name"]] for mount in CONTAINER["volumeMounts"]}
    claim = mounted[CONTAINER["workingDir"]]["persistentVolumeClaim"]["claimName"]
    assert claim == VOLUME["metadata"]["name"]


def test_its_command_unlocks_and_then_becomes_snakemake_with_the_cards_of_the_pod(tmp_path):
    (tmp_path / "snakemake").write_text('#!/bin/bash\necho "$$ $*" >>"$SAID"\n')
    (tmp_path / "snakemake").chmod(0o755)
    told = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SAID": str(tmp_path / "said")}
    with subprocess.Popen(CONTAINER["command"], env=told) as shell:
        assert shell.wait(PATIENCE) == 0
    unlocking, building = [line.split(" ", 1) for line in (tmp_path / "said").read_text().splitlines()]
    cards = CONTAINER["resources"]["limits"]["nvidia.com/gpu"]
    assert unlocking[1] == "--unlock"
    assert building == [str(shell.pid), f"final.mp4 --resources gpu={cards}"]
