# Takes are judged as soon as they exist. A verdict that fails does not fail its job: it is a finding, and other
# shots go on. Only the reel's admission refuses.
rule judge:
    input:
        ancient(reel.verdict_inputs),
    output:
        reel.pattern(paths.VERDICT),
    log:
        reel.log("judge", "{shot}-{key}"),
    benchmark:
        reel.benchmark("judge", "{shot}-{key}")
    resources:
        mem_mb=reel.memory("judge"),
    params:
        command=quick(step("judge", paths.VERDICT)),
    message:
        "Judge the takes of {wildcards.shot}."
    shell:
        "{params.command:q} --shot {wildcards.shot:q} --log={log:q} -- {output:q}"


# `swav compare r012` asks for it. The exact take goes into the store of takes, so that nothing is rendered twice.
rule compare:
    input:
        ancient(reel.likeness_inputs),
    output:
        reel.pattern(paths.LIKENESS),
    log:
        reel.log("compare", "{engine}/{shot}-{key}"),
    wildcard_constraints:
        engine=reel.gpu_engines,
    resources:
        gpu=lambda wildcards: reel.claim.of(wildcards.engine),
        mem_mb=reel.render_memory,
        runtime=asked_minutes(reel, paths.LIKENESS, "likeness"),
    params:
        command=step("compare", paths.LIKENESS),
        cards=of_machine(reel.cards),
    message:
        "Compare {wildcards.shot} with its exact take."
    shell:
        "{params.command:q} --shot {wildcards.shot:q}"
        " --gpus {resources.gpu} --cards={params.cards:q} --log={log:q} -- {output:q}"


rule admit:
    input:
        ancient(reel.admission_inputs),
    output:
        reel.pattern(paths.ADMISSION),
        report(
            reel.pattern(paths.SHEET),
            caption="captions/sheet.rst",
            category="Film",
            labels={"what": "contact sheet"},
        ),
        report(
            reel.pattern(paths.PAGE),
            caption="captions/verdicts.rst",
            category="Verdicts",
            labels={"what": "every verdict"},
        ),
    log:
        reel.log("admit", "{key}"),
    benchmark:
        reel.benchmark("admit", "{key}")
    resources:
        mem_mb=reel.memory("admit"),
    params:
        command=quick(step("admit", paths.ADMISSION)),
    message:
        "Admit the reel."
    shell:
        "{params.command:q} --log={log:q} -- {output:q}"
