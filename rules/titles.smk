rule set_lettering:
    output:
        reel.pattern(paths.OVERLAY),
    log:
        reel.log("set_lettering", "{shot}-{key}"),
    resources:
        mem_mb=reel.memory("set_lettering"),
    params:
        command=quick(step("set_lettering", paths.OVERLAY)),
    message:
        "Set the lettering of {wildcards.shot}."
    shell:
        "{params.command:q} --shot {wildcards.shot:q} --log={log:q} -- {output:q}"
