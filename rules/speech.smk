rule speak:
    output:
        reel.pattern(paths.SPEECH),
    message:
        "{wildcards.shot}"
    shell:
        "{PYTHON} {SCRIPTS}/speak.py --cut {CUT} --shot {wildcards.shot} {output:q}"
