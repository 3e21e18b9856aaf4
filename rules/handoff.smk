# `snakemake final.otio final.fcpxml final.xml final.edl`: the cut for an editing program. Each file holds the key of
# its cut, so the cut is dated after one that is of another, as for final.mp4.
rule hand_off:
    input:
        ancient(lambda wildcards: reel.main.hand_off_inputs),
        cut=hand_off_cut,
    output:
        "final.{form}",
    log:
        reel.log("hand_off", "{form}"),
    wildcard_constraints:
        form="otio|fcpxml|xml|edl",
    params:
        command=quick(script("hand_off", f"--cut={reel.main.cut_path}")),
    message:
        "Write final.{wildcards.form} for editing programs."
    shell:
        "{params.command:q} --log={log:q} -- {output:q}"
