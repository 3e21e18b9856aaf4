# Before one take of a shot is made whole, each of them is made as far as one of its steps: what it would be by
# then is a file, and what it goes on from is kept.
rule look_early:
    input:
        ancient(reel.look_inputs),
    output:
        reel.pattern(paths.EARLY),
    log:
        reel.log("look_early", "{engine}/{shot}-{key}"),
    benchmark:
        reel.benchmark("look_early", "{engine}/{shot}-{key}")
    priority: reel.render_priority
    resources:
        gpu=reel.keyframe_gpus,
        mem_mb=reel.look_memory,
        runtime=UNKNOWN,
    params:
        command=step("look", paths.EARLY),
        cards=of_machine(reel.cards),
    message:
        "Look at a take of {wildcards.shot} before it is made whole."
    shell:
        "{params.command:q} --shot {wildcards.shot:q}"
        " --gpus {resources.gpu} --cards={params.cards:q} --log={log:q} -- {output:q}"


rule compare_looks:
    input:
        ancient(reel.comparison_inputs),
    output:
        comparison=reel.pattern(paths.COMPARISON),
        sheet=reel.pattern(paths.COMPARISON_SHEET),
    log:
        reel.log("compare_looks", "{shot}-{key}"),
    priority: 60
    threads: 1
    resources:
        mem_mb=reel.memory("compare_looks"),
    params:
        command=quick(step("compare_looks", paths.COMPARISON)),
    message:
        "Compare the takes of {wildcards.shot} before one is made whole."
    shell:
        "{params.command:q} --shot {wildcards.shot:q} --log={log:q} -- {output.comparison:q} {output.sheet:q}"
