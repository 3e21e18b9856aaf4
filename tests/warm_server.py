"""A helper that has imported Snakemake too, and all of swav that a Snakefile and the command line read."""

import sys

from snakemake import cli as snakemake_cli  # noqa: F401

from swav import cli  # noqa: F401
from swav.helper import server

if __name__ == "__main__":
    server.FORKABLE |= {name.partition(".")[0] for name in sys.modules}
    server.main(sys.argv[1], int(sys.argv[2]))
