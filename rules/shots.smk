# A clip's name carries the digest of everything that decides its picture: it is never stale, only missing.
rule make_sample:
    output:
        reel.pattern(paths.SAMPLE),
    log:
        reel.log("make_sample", "{name}"),
    threads: DRAWING
    resources:
        mem_mb=reel.memory("make_sample"),
    params:
        command=script("make_sample"),
    message:
        "Make the sample {wildcards.name}."
    shell:
        "{params.command:q} --log={log:q} -- {wildcards.name:q} {output:q}"


rule draw:
    input:
        ancient(reel.clip_inputs),
    output:
        reel.pattern(paths.CLIP),
    log:
        reel.log("draw", "{engine}/{shot}-{key}"),
    benchmark:
        reel.benchmark("draw", "{engine}/{shot}-{key}")
    wildcard_constraints:
        engine=reel.cpu_engines,
    threads: DRAWING
    resources:
        mem_mb=reel.memory("draw"),
    params:
        command=quick(step("shoot", paths.CLIP)),
    message:
        "Make the take of {wildcards.shot} with the engine {wildcards.engine}."
    shell:
        "{params.command:q} --shot {wildcards.shot:q} --gpus 0 --cards= --log={log:q} -- {output:q}"


rule render:
    input:
        ancient(reel.clip_inputs),
    output:
        reel.pattern(paths.CLIP),
    log:
        reel.log("render", "{engine}/{shot}-{key}"),
    benchmark:
        reel.benchmark("render", "{engine}/{shot}-{key}")
    wildcard_constraints:
        engine=reel.gpu_engines,
    priority: reel.render_priority
    resources:
        gpu=lambda wildcards: reel.claim.of(wildcards.engine),
        mem_mb=reel.render_memory,
        runtime=MINUTES,
    params:
        command=step("shoot", paths.CLIP),
        cards=of_machine(reel.cards),
    message:
        "Render {wildcards.shot} with the engine {wildcards.engine} on {resources.gpu} GPUs."
    shell:
        "{params.command:q} --shot {wildcards.shot:q}"
        " --gpus {resources.gpu} --cards={params.cards:q} --log={log:q} -- {output:q}"
