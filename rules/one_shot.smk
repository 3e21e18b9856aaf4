# `snakemake r012` makes nothing but that shot, as a film of its own: a target for each shot of the film.
rule shot:
    input:
        ancient(reel.one_shot_inputs),
    output:
        reel.pattern(paths.ONE_SHOT),
    log:
        reel.log("shot", "{shot}-{key}"),
    threads: ENCODER
    resources:
        mem_mb=reel.memory("shot"),
    params:
        command=quick(step("shot", paths.ONE_SHOT)),
    message:
        "Make the film of {wildcards.shot} alone."
    shell:
        "{params.command:q} --shot {wildcards.shot:q} --log={log:q} -- {output:q}"


for target, film, playable in reel.one_shots():

    rule:
        name:
            target
        input:
            film,
        message:
            f"Play {playable}."
