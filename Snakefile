"""From a storyboard to final.mp4. Each file below is a stage of the reel's way."""

from snakemake.utils import min_version

min_version("9.27.1")


configfile: "config.yaml"


include: "rules/common.smk"
include: "rules/environments.smk"
include: "rules/speech.smk"
include: "rules/titles.smk"
include: "rules/shots.smk"
include: "rules/quality.smk"
include: "rules/cut.smk"
include: "rules/sound.smk"
include: "rules/reel.smk"
