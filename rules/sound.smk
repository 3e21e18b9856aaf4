rule compose:
    input:
        ancient(reel.followed),
    output:
        reel.pattern(paths.MUSIC),
    wildcard_constraints:
        engine="sampled",
    message:
        "the music bed"
    shell:
        "{PYTHON} {SCRIPTS}/compose.py --cut {CUT} {output:q}"


rule compose_musicgen:
    input:
        ancient(reel.followed),
        ancient(reel.environment("musicgen", needed=not CONDA)),
    output:
        reel.pattern(paths.MUSIC),
    wildcard_constraints:
        engine="musicgen",
    conda:
        "envs/musicgen.yaml"
    resources:
        gpu=reel.claim.for_sound,
    params:
        python="python" if CONDA else reel.python("musicgen"),
    message:
        "the music bed, GPUs: {resources.gpu}"
    shell:
        "{PYTHON} {SCRIPTS}/compose_in_environment.py --cut {CUT}"
        " --python {params.python:q} --gpus {resources.gpu} --cards={reel.cards:q} {output:q}"


rule lay_stems:
    input:
        ancient(reel.stem_inputs),
    output:
        reel.pattern(paths.STEMS),
    message:
        "dialogue, music, effects"
    shell:
        "{PYTHON} {SCRIPTS}/lay_stems.py --cut {CUT} {output:q}"


rule mix:
    input:
        ancient(reel.cut.sound.stems),
        ancient(reel.followed),
    output:
        reel.pattern(paths.MIX),
    message:
        "the sound of the reel"
    shell:
        "{PYTHON} {SCRIPTS}/mix.py --cut {CUT} {output:q}"


rule caption:
    input:
        ancient(reel.cut.narrations()),
        ancient(reel.heard),
    output:
        reel.pattern(paths.CAPTIONS),
    message:
        "the subtitles"
    shell:
        "{PYTHON} {SCRIPTS}/caption.py --cut {CUT} {output:q}"
