"""From a storyboard to final.mp4. Each file below is a part of the way there."""

from snakemake.utils import min_version

min_version("9.27.1")


configfile: "config.yaml"


include: "rules/common.smk"
include: "rules/environments.smk"
include: "rules/speech.smk"
include: "rules/titles.smk"
include: "rules/keyframes.smk"
include: "rules/looks.smk"
include: "rules/shots.smk"
include: "rules/quality.smk"
include: "rules/cut.smk"
include: "rules/sound.smk"
include: "rules/reel.smk"
include: "rules/handoff.smk"
include: "rules/one_shot.smk"


# With an executor, jobs that need no card stay with the process that submits: each is shorter than what a scheduler
# and a Snakemake on a node take for it.
localrules:
    all,
    admit,
    burn,
    caption,
    compose,
    contact_sheet,
    deliver,
    deliveries,
    draw,
    hand_off,
    hand_over,
    join,
    judge,
    listen,
    make_environment,
    make_sample,
    master,
    mix,
    motion,
    segment,
    set_lettering,
    shot,
    speak,
    stills,
    transition,


# The only fixed names, and what `snakemake` builds where no target is named: Snakemake forgets a default target
# that stands in an included file. The cut is dated after a final.mp4 that does not hold the current reel's key, and
# ancient beside one that does: no other date means anything.
rule deliver:
    default_target: True
    input:
        ancient(reel.delivery_of(reel.main)),
        cut=reel.main.cut_path if reel.main.stale else ancient(reel.main.cut_path),
    output:
        reel=report(
            "final.mp4",
            caption="rules/captions/reel.rst",
            category="Film",
            labels={"what": "the film"},
        ),
        srt="final.srt",
        vtt="final.vtt",
    log:
        reel.log("deliver", "final"),
    params:
        command=quick(script("deliver", f"--cut={reel.main.cut_path}")),
    message:
        "Deliver final.mp4, final.srt, final.vtt."
    shell:
        "{params.command:q} --log={log:q} -- {output.reel:q} {output.srt:q} {output.vtt:q}"


# A version of the film is a film of its own, delivered like the film: `deliver:` in the storyboard names them.
for number, (name, film) in enumerate(reel.delivered()):

    rule:
        name:
            f"_deliver_{number}"
        input:
            ancient(reel.delivery_of(film)),
            cut=film.cut_path if film.stale else ancient(film.cut_path),
        output:
            reel=report(
                film.target,
                caption="rules/captions/reel.rst",
                category="Film",
                labels={"what": name},
            ),
            srt=str(Path(film.target).with_suffix(".srt")),
            vtt=str(Path(film.target).with_suffix(".vtt")),
        log:
            reel.log("deliver", name),
        localrule: True
        params:
            command=quick(script("deliver", f"--cut={film.cut_path}")),
        message:
            f"Deliver {film.target} and its subtitles."
        shell:
            "{params.command:q} --log={log:q} -- {output.reel:q} {output.srt:q} {output.vtt:q}"


# Every film can be had with its subtitles in the picture: for screens on which nobody can switch them on.
for number, film in enumerate(reel.all):
    if film.cut.codec:
        continue

    rule:
        name:
            f"_deliver_burned_{number}"
        input:
            ancient([film.cut.burned, film.cut.judging.admission]),
            cut=film.cut_path if burned.is_stale(film) else ancient(film.cut_path),
        output:
            burned_target(film.target),
        log:
            reel.log("deliver", Path(burned_target(film.target)).stem),
        localrule: True
        params:
            command=quick(script("deliver_burned", f"--cut={film.cut_path}")),
        message:
            f"Deliver {burned_target(film.target)}."
        shell:
            "{params.command:q} --log={log:q} -- {output:q}"


rule all:
    input:
        "final.mp4",


rule deliveries:
    input:
        [film.target for name, film in reel.delivered()],


lean.know_signatures(workflow)
