rule compose:
    input:
        ancient(reel.followed),
    output:
        reel.pattern(paths.MUSIC),
    message:
        "the music bed"
    shell:
        "{PYTHON} {SCRIPTS}/compose.py --cut {CUT} {output:q}"


rule mix:
    input:
        ancient(reel.mix_inputs),
    output:
        reel.pattern(paths.MIX),
    message:
        "the sound of the reel"
    shell:
        "{PYTHON} {SCRIPTS}/mix.py --cut {CUT} {output:q}"


rule caption:
    input:
        ancient(reel.cut.narrations()),
    output:
        reel.pattern(paths.CAPTIONS),
    message:
        "the subtitles"
    shell:
        "{PYTHON} {SCRIPTS}/caption.py --cut {CUT} {output:q}"
