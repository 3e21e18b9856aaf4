# Engines whose packages would break each other live in environments of their own, each decided by a lock file.
rule make_environment:
    output:
        reel.environments,
    log:
        reel.log("make_environment", "{name}-{fingerprint}"),
    resources:
        mem_mb=reel.memory("make_environment"),
    params:
        command=script("make_environment", *reel.wheels),
    message:
        "Make the environment of {wildcards.name}."
    shell:
        "{params.command:q} --log={log:q} -- {wildcards.name:q} {output:q}"
