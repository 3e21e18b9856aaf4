# The reel is read once; every rule asks it for names. All that is decided here is what happens to bad input.
import sys
from pathlib import Path

from swav.cut import paths
from swav.errors import SwavError
from swav.reel.claims import cap_gpus, deploys_conda, gpu_limit
from swav.reel.workflow import open_reel
from swav.render.client import stop_workers

PYTHON = sys.executable
SCRIPTS = Path(workflow.basedir) / "scripts"

try:
    reel = open_reel(config, gpu_limit=gpu_limit(workflow))
except SwavError as error:
    sys.exit(str(error))

for line in reel.notices():
    print(line, file=sys.stderr)

cap_gpus(workflow, reel.claim)
CUT = reel.cut.path
CONDA = deploys_conda(workflow)


wildcard_constraints:
    shot="[A-Za-z][A-Za-z0-9_]*",
    key="[0-9a-f]{12}",
