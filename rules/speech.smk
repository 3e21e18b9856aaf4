rule speak:
    output:
        reel.pattern(paths.SPEECH),
    log:
        reel.log("speak", "{engine}/{shot}-{key}"),
    benchmark:
        reel.benchmark("speak", "{engine}/{shot}-{key}")
    wildcard_constraints:
        engine=reel.voices,
    priority: SOUND
    resources:
        mem_mb=reel.memory("speak"),
    params:
        command=quick(step("speak", paths.SPEECH)),
    message:
        "Speak the line of {wildcards.shot} with the voice {wildcards.engine}."
    shell:
        "{params.command:q} --shot {wildcards.shot:q} --log={log:q} -- {output:q}"


rule speak_in_environment:
    input:
        lambda wildcards: ancient(
            [] if CONDA else reel.made(reel.voice_home(wildcards))
        ),
    output:
        reel.pattern(paths.SPEECH),
    log:
        reel.log("speak_in_environment", "{engine}/{shot}-{key}"),
    benchmark:
        reel.benchmark("speak_in_environment", "{engine}/{shot}-{key}")
    wildcard_constraints:
        engine=reel.voices_apart,
    conda:
        "envs/{engine}.yaml"
    resources:
        gpu=reel.claim.for_programs,
        mem_mb=reel.memory("speak_in_environment"),
        runtime=UNKNOWN,
    params:
        command=step("speak_in_environment", paths.SPEECH),
        python=of_machine(
            lambda wildcards: (
                "python" if CONDA else reel.voice_home(wildcards).python
            )
        ),
        cards=of_machine(reel.cards),
    message:
        "Speak the line of {wildcards.shot} with the voice {wildcards.engine}."
    shell:
        "{params.command:q} --shot {wildcards.shot:q} --python {params.python:q}"
        " --gpus {resources.gpu} --cards={params.cards:q} --log={log:q} -- {output:q}"


rule listen:
    input:
        ancient(reel.narrations),
    output:
        reel.pattern(paths.HEARD),
    log:
        reel.log("listen", "{key}"),
    benchmark:
        reel.benchmark("listen", "{key}")
    priority: SOUND
    resources:
        mem_mb=reel.memory("listen"),
    params:
        command=quick(step("listen", paths.HEARD)),
    message:
        "Listen to the narration."
    shell:
        "{params.command:q} --log={log:q} -- {output:q}"
