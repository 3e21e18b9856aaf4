rule conform:
    input:
        lambda wildcards: ancient(reel.segment_inputs(wildcards)),
    output:
        reel.pattern(paths.SEGMENT),
    message:
        "{wildcards.shot}"
    shell:
        "{PYTHON} {SCRIPTS}/conform.py --cut {CUT} --shot {wildcards.shot} {output:q}"


rule pass_on:
    input:
        lambda wildcards: ancient(reel.transition_inputs(wildcards)),
    output:
        reel.pattern(paths.TRANSITION),
    message:
        "{wildcards.shot}"
    shell:
        "{PYTHON} {SCRIPTS}/pass_on.py --cut {CUT} --shot {wildcards.shot} {output:q}"
