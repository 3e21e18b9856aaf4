rule set_lettering:
    output:
        reel.pattern(paths.OVERLAY),
    log:
        reel.log("set_lettering", "{shot}-{key}"),
    params:
        command=step("set_lettering"),
    message:
        "Set the lettering of {wildcards.shot}."
    shell:
        "{params.command:q} --shot {wildcards.shot:q} --log={log:q} -- {output:q}"
