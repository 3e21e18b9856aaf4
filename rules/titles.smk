rule set_lettering:
    output:
        reel.pattern(paths.OVERLAY),
    message:
        "{wildcards.shot}"
    shell:
        "{PYTHON} {SCRIPTS}/set_lettering.py --cut {CUT} --shot {wildcards.shot} {output:q}"
