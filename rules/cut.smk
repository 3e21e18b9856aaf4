# An edit of lettering or of a transition encodes pieces anew; what was interpolated stays.
rule motion:
    input:
        ancient(reel.motion_inputs),
    output:
        reel.pattern(paths.MOTION),
    log:
        reel.log("motion", "{shot}-{key}"),
    benchmark:
        reel.benchmark("motion", "{shot}-{key}")
    threads: ENCODER
    resources:
        mem_mb=reel.memory("motion"),
    params:
        command=quick(step("motion", paths.MOTION)),
    message:
        "Bring the take of {wildcards.shot} to the reel's rate."
    shell:
        "{params.command:q} --shot {wildcards.shot:q} --threads {threads}"
        " --log={log:q} -- {output:q}"


rule motion_in_environment:
    input:
        ancient(reel.learned_motion_inputs),
        lambda wildcards: ancient(
            [] if CONDA else reel.made(reel.interpolator_home(wildcards))
        ),
    output:
        reel.pattern(paths.LEARNED),
    log:
        reel.log("motion_in_environment", "{way}/{shot}-{key}"),
    benchmark:
        reel.benchmark("motion_in_environment", "{way}/{shot}-{key}")
    wildcard_constraints:
        way=reel.interpolators,
    conda:
        "envs/{way}.yaml"
    threads: ENCODER
    resources:
        gpu=reel.claim.for_programs,
        mem_mb=reel.memory("motion_in_environment"),
        runtime=UNKNOWN,
    params:
        command=step("motion_in_environment", paths.LEARNED),
        python=of_machine(
            lambda wildcards: (
                "python" if CONDA else reel.interpolator_home(wildcards).python
            )
        ),
        cards=of_machine(reel.cards),
    message:
        "Bring the take of {wildcards.shot} to the reel's rate by {wildcards.way}."
    shell:
        "{params.command:q} --shot {wildcards.shot:q} --python {params.python:q} --threads {threads}"
        " --gpus {resources.gpu} --cards={params.cards:q} --log={log:q} -- {output:q}"


# Only takes that the cut shows are brought to a larger size, each once: lettering is set on them at that size.
rule finish:
    input:
        ancient(reel.finish_inputs),
        lambda wildcards: ancient([] if CONDA else reel.made(reel.finish_home)),
    output:
        reel.pattern(paths.FINISHED),
    log:
        reel.log("finish", "{shot}-{key}"),
    benchmark:
        reel.benchmark("finish", "{shot}-{key}")
    conda:
        "envs/finish.yaml"
    threads: ENCODER
    resources:
        gpu=reel.claim.for_programs,
        mem_mb=reel.memory("finish"),
        runtime=UNKNOWN,
    params:
        command=step("finish", paths.FINISHED),
        python=of_machine("python" if CONDA else reel.finish_home.python),
        cards=of_machine(reel.cards),
    message:
        "Bring the take of {wildcards.shot} to the reel's size."
    shell:
        "{params.command:q} --shot {wildcards.shot:q} --python {params.python:q}"
        " --gpus {resources.gpu} --cards={params.cards:q} --log={log:q} -- {output:q}"


rule segment:
    input:
        ancient(reel.segment_inputs),
    output:
        reel.pattern(paths.SEGMENT),
    log:
        reel.log("segment", "{shot}-{key}"),
    benchmark:
        reel.benchmark("segment", "{shot}-{key}")
    threads: ENCODER
    resources:
        mem_mb=reel.memory("segment"),
    params:
        command=quick(step("segment", paths.SEGMENT)),
    message:
        "Encode the segment of {wildcards.shot}."
    shell:
        "{params.command:q} --shot {wildcards.shot:q} --log={log:q} -- {output:q}"


rule transition:
    input:
        ancient(reel.transition_inputs),
    output:
        reel.pattern(paths.TRANSITION),
    log:
        reel.log("transition", "{shot}-{key}"),
    benchmark:
        reel.benchmark("transition", "{shot}-{key}")
    threads: ENCODER
    resources:
        mem_mb=reel.memory("transition"),
    params:
        command=quick(step("transition", paths.TRANSITION)),
    message:
        "Encode the transition out of {wildcards.shot}."
    shell:
        "{params.command:q} --shot {wildcards.shot:q} --log={log:q} -- {output:q}"
