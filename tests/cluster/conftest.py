"""A Slurm for the tests of a module, where one can be brought up."""

import pytest
from slurm_cluster import SlurmCluster, why_not


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    if reason := why_not():
        pytest.skip(reason)
    with SlurmCluster(tmp_path_factory.mktemp("slurm")) as made:
        yield made
