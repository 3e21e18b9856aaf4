rule compose:
    input:
        ancient(reel.followed),
    output:
        reel.pattern(paths.MUSIC),
    message:
        "compose the music"
    shell:
        "{PYTHON} {SCRIPTS}/compose.py --cut {CUT} {output:q}"


rule mix:
    input:
        ancient(reel.mix_inputs),
    output:
        reel.pattern(paths.MIX),
    message:
        "mix and master the sound"
    shell:
        "{PYTHON} {SCRIPTS}/mix.py --cut {CUT} {output:q}"


rule caption:
    input:
        ancient(reel.cut.narrations()),
    output:
        reel.pattern(paths.CAPTIONS),
    message:
        "write the subtitles"
    shell:
        "{PYTHON} {SCRIPTS}/caption.py --cut {CUT} {output:q}"
