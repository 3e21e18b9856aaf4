rule join:
    input:
        ancient(reel.reel_inputs),
    output:
        reel.pattern(paths.REEL),
    message:
        "join the reel"
    shell:
        "{PYTHON} {SCRIPTS}/join.py --cut {CUT} {output:q}"


# The only fixed names. The reel's date is set past final.mp4's when the key inside final.mp4 is not the current one.
rule deliver:
    default_target: True
    input:
        reel.cut.reel,
    output:
        reel="final.mp4",
        srt="final.srt",
        vtt="final.vtt",
    message:
        "deliver final.mp4"
    shell:
        "{PYTHON} {SCRIPTS}/deliver.py --cut {CUT} {output.reel:q} {output.srt:q} {output.vtt:q}"
