# A clip's name carries the digest of everything that decides its picture: it is never stale, only missing.
rule make_sample:
    output:
        reel.pattern(paths.SAMPLE),
    message:
        "{wildcards.name}"
    shell:
        "{PYTHON} {SCRIPTS}/make_sample.py {wildcards.name:q} {output:q}"


rule draw:
    input:
        lambda wildcards: ancient(reel.clip_inputs(wildcards)),
    output:
        reel.pattern(paths.CLIP),
    wildcard_constraints:
        engine=reel.cpu_engines,
    message:
        "{wildcards.shot}  {wildcards.engine}"
    shell:
        "{PYTHON} {SCRIPTS}/shoot.py --cut {CUT} --shot {wildcards.shot}"
        " --gpus 0 --cards '' {output:q}"


rule render:
    input:
        lambda wildcards: ancient(reel.clip_inputs(wildcards)),
    output:
        reel.pattern(paths.CLIP),
    wildcard_constraints:
        engine=reel.gpu_engines,
    priority: 50
    resources:
        gpu=reel.claim.per_render,
    message:
        "{wildcards.shot}  {wildcards.engine}, GPUs: {resources.gpu}"
    shell:
        "{PYTHON} {SCRIPTS}/shoot.py --cut {CUT} --shot {wildcards.shot}"
        " --gpus {resources.gpu} --cards={reel.cards:q} {output:q}"
