# Pictures before video: a keyframe is drawn once, seconds each, and looked at before a clip is rendered from it.
rule keyframe:
    input:
        ancient(reel.keyframe_inputs),
    output:
        reel.pattern(paths.FRAME),
    log:
        reel.log("keyframe", "{engine}/{shot}-{key}"),
    benchmark:
        reel.benchmark("keyframe", "{engine}/{shot}-{key}")
    priority: reel.keyframe_priority
    threads: 1
    resources:
        gpu=reel.keyframe_gpus,
        mem_mb=reel.keyframe_memory,
        runtime=UNKNOWN,
    params:
        command=quick(step("keyframe", paths.FRAME)),
        cards=of_machine(reel.cards),
    message:
        "Draw a keyframe of {wildcards.shot} with the engine {wildcards.engine}."
    shell:
        "{params.command:q} --shot {wildcards.shot:q}"
        " --gpus {resources.gpu} --cards={params.cards:q} --log={log:q} -- {output:q}"


# A shot that goes on from another begins with the frame where that one ends, once its take is made.
rule hand_over:
    input:
        ancient(reel.continuation_inputs),
    output:
        reel.pattern(paths.CONTINUED),
    log:
        reel.log("hand_over", "{shot}-{key}"),
    priority: 60
    threads: 1
    resources:
        mem_mb=reel.memory("hand_over"),
    params:
        command=quick(step("hand_over", paths.CONTINUED)),
    message:
        "Hand the frame over that {wildcards.shot} begins or ends with."
    shell:
        "{params.command:q} --shot {wildcards.shot:q} --log={log:q} -- {output:q}"


rule contact_sheet:
    input:
        ancient(reel.stills_inputs),
    output:
        picture=reel.pattern(paths.STILLS),
        pdf=reel.pattern(paths.STILLS_PDF),
    log:
        reel.log("contact_sheet", "{key}"),
    threads: 1
    resources:
        mem_mb=reel.memory("contact_sheet"),
    params:
        command=quick(step("contact_sheet", paths.STILLS)),
    message:
        "Lay all keyframes of the film on one sheet."
    shell:
        "{params.command:q} --log={log:q} -- {output.picture:q} {output.pdf:q}"


# All keyframes, and the sheet that shows them; no clip is rendered for it.
rule stills:
    input:
        ancient(reel.stills),
    message:
        f"Look at {reel.cut.build}/stills/stills.pdf, or stills.png beside it."
