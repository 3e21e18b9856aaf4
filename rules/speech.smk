rule speak:
    output:
        reel.pattern(paths.SPEECH),
    wildcard_constraints:
        engine="piper|kokoro|espeak",
    message:
        "{wildcards.shot}  {wildcards.engine}"
    shell:
        "{PYTHON} {SCRIPTS}/speak.py --cut {CUT} --shot {wildcards.shot} {output:q}"


rule speak_xtts:
    input:
        ancient(reel.environment("xtts", needed=not CONDA)),
    output:
        reel.pattern(paths.SPEECH),
    wildcard_constraints:
        engine="xtts",
    conda:
        "envs/xtts.yaml"
    resources:
        gpu=reel.claim.for_sound,
    params:
        python="python" if CONDA else reel.python("xtts"),
    message:
        "{wildcards.shot}  xtts, GPUs: {resources.gpu}"
    shell:
        "{PYTHON} {SCRIPTS}/speak_in_environment.py --cut {CUT} --shot {wildcards.shot}"
        " --python {params.python:q} --gpus {resources.gpu} --cards={reel.cards:q} {output:q}"


rule listen:
    input:
        ancient(reel.cut.narrations()),
    output:
        reel.pattern(paths.HEARD),
    message:
        "to the narration"
    shell:
        "{PYTHON} {SCRIPTS}/listen.py --cut {CUT} {output:q}"
