rule compose:
    input:
        ancient(reel.followed),
    output:
        reel.pattern(paths.MUSIC),
    log:
        reel.log("compose", "{engine}/{key}"),
    benchmark:
        reel.benchmark("compose", "{engine}/{key}")
    wildcard_constraints:
        engine=reel.players,
    priority: SOUND
    resources:
        mem_mb=reel.memory("compose"),
    params:
        command=quick(step("compose", paths.MUSIC)),
    message:
        "Compose the music bed."
    shell:
        "{params.command:q} --log={log:q} -- {output:q}"


rule compose_in_environment:
    input:
        ancient(reel.followed),
        lambda wildcards: ancient(
            [] if CONDA else reel.made(reel.player_home(wildcards))
        ),
    output:
        reel.pattern(paths.MUSIC),
    log:
        reel.log("compose_in_environment", "{engine}/{key}"),
    benchmark:
        reel.benchmark("compose_in_environment", "{engine}/{key}")
    wildcard_constraints:
        engine=reel.players_apart,
    conda:
        "envs/{engine}.yaml"
    resources:
        gpu=reel.claim.for_programs,
        mem_mb=reel.memory("compose_in_environment"),
        runtime=UNKNOWN,
    params:
        command=step("compose_in_environment", paths.MUSIC),
        python=of_machine(
            lambda wildcards: (
                "python" if CONDA else reel.player_home(wildcards).python
            )
        ),
        cards=of_machine(reel.cards),
    message:
        "Compose the music bed with {wildcards.engine}."
    shell:
        "{params.command:q} --python {params.python:q}"
        " --gpus {resources.gpu} --cards={params.cards:q} --log={log:q} -- {output:q}"


# What does not sound in a film has no stem: films that differ in it have a rule each.
for name, stems, keys in reel.stem_sets:

    rule:
        name:
            name
        input:
            ancient(reel.stem_inputs),
        output:
            **stems,
        log:
            reel.log("lay_stems", "{key}"),
        benchmark:
            reel.benchmark("lay_stems", "{key}")
        wildcard_constraints:
            key=keys,
        priority: SOUND
        localrule: True
        resources:
            mem_mb=reel.memory("lay_stems"),
        params:
            command=quick(step("lay_stems", paths.STEMS)),
        message:
            "Lay dialogue, music and effects."
        shell:
            "{params.command:q} --log={log:q} -- {output.stems:q}"


rule mix:
    input:
        ancient(reel.mix_inputs),
    output:
        reel.pattern(paths.MIX),
    log:
        reel.log("mix", "{key}"),
    benchmark:
        reel.benchmark("mix", "{key}")
    priority: SOUND
    resources:
        mem_mb=reel.memory("mix"),
    params:
        command=quick(step("mix", paths.MIX)),
    message:
        "Mix the sound of the reel."
    shell:
        "{params.command:q} --log={log:q} -- {output:q}"


rule caption:
    input:
        ancient(reel.caption_inputs),
    output:
        srt=reel.pattern(paths.CAPTIONS),
        vtt=reel.pattern(paths.CAPTIONS_VTT),
    log:
        reel.log("caption", "{key}"),
    resources:
        mem_mb=reel.memory("caption"),
    params:
        command=quick(step("caption", paths.CAPTIONS)),
    message:
        "Write the subtitles."
    shell:
        "{params.command:q} --log={log:q} -- {output.srt:q}"
