# Takes are judged as soon as they exist. A verdict that fails does not fail its job: it is a finding, and other
# shots go on. Only the reel's admission refuses.
rule judge:
    input:
        lambda wildcards: ancient(reel.verdict_inputs(wildcards)),
    output:
        reel.pattern(paths.VERDICT),
    message:
        "{wildcards.shot}"
    shell:
        "{PYTHON} {SCRIPTS}/judge.py --cut {CUT} --shot {wildcards.shot} {output:q}"


rule admit:
    input:
        ancient(reel.verdicts),
        ancient(reel.heard),
        ancient(reel.cut.narrations()),
        ancient(reel.cut.reel),
    output:
        reel.pattern(paths.ADMISSION),
    message:
        "the reel"
    shell:
        "{PYTHON} {SCRIPTS}/admit.py --cut {CUT} {output:q}"
