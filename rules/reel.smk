rule join:
    input:
        ancient(reel.reel_inputs),
    output:
        reel.pattern(paths.REEL),
    log:
        reel.log("join", "{key}"),
    benchmark:
        reel.benchmark("join", "{key}")
    resources:
        mem_mb=reel.memory("join"),
    params:
        command=quick(step("join", paths.REEL)),
    message:
        "Join the reel."
    shell:
        "{params.command:q} --log={log:q} -- {output:q}"


rule master:
    input:
        ancient(reel.master_inputs),
    output:
        reel.pattern(paths.MASTER),
    log:
        reel.log("master", "{key}"),
    benchmark:
        reel.benchmark("master", "{key}")
    threads: ENCODER
    resources:
        mem_mb=reel.memory("master"),
    params:
        command=quick(step("master", paths.MASTER)),
    message:
        "Encode the master."
    shell:
        "{params.command:q} --log={log:q} -- {output:q}"


rule burn:
    input:
        ancient(reel.burned_inputs),
    output:
        reel.pattern(paths.BURNED),
    log:
        reel.log("burn", "{key}"),
    benchmark:
        reel.benchmark("burn", "{key}")
    threads: ENCODER
    resources:
        mem_mb=reel.memory("burn"),
    params:
        command=quick(step("burn", paths.BURNED)),
    message:
        "Set the subtitles into the picture."
    shell:
        "{params.command:q} --log={log:q} -- {output:q}"


# A resident worker holds its cards until it is told that the build is over; it also leaves by itself when idle.
onstart:
    if reel.written:
        sys.exit(read_only.refusal(reel.cut.build))
    for film in reel.all if workflow.local_exec else ():
        if why := only_on_the_cluster(film.cut, film.claim):
            sys.exit(why)
    lean.collect_again()
    sheet.write()
    building.announce(reel.cut.build, [film.cut_path for film in reel.all])
    helper.start()


onsuccess:
    over(stay=reel.keep_warm > 0)


onerror:
    if decided_here:
        again.go_on(workflow, reel.cut.build)
    over()
