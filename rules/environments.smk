# Engines whose packages would break each other live in environments of their own, each decided by a lock file.
rule make_environment:
    output:
        reel.environments,
    params:
        wheels=reel.config.wheels or "",
    message:
        "{wildcards.name}"
    shell:
        "{PYTHON} {SCRIPTS}/make_environment.py {wildcards.name} --wheels {params.wheels:q} {output:q}"
