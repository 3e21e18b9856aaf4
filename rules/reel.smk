rule join:
    input:
        ancient(reel.reel_inputs),
    output:
        reel.pattern(paths.REEL),
    message:
        "the reel"
    shell:
        "{PYTHON} {SCRIPTS}/join.py --cut {CUT} {output:q}"


# The only fixed names. The cut is dated after a final.mp4 that does not hold the current reel's key, and ancient
# beside one that does: no other date means anything.
rule deliver:
    default_target: True
    input:
        ancient(reel.cut.reel),
        ancient(reel.cut.judging.admission),
        cut=CUT if reel.stale else ancient(CUT),
    output:
        reel="final.mp4",
        srt="final.srt",
        vtt="final.vtt",
    message:
        "final.mp4, final.srt, final.vtt"
    shell:
        "{PYTHON} {SCRIPTS}/deliver.py --cut {CUT} {output.reel:q} {output.srt:q} {output.vtt:q}"


# A resident worker holds its cards until it is told that the build is over; it also leaves by itself when idle.
onsuccess:
    stop_workers(reel.cut.build)
    for line in reel.last_words():
        print(line, file=sys.stderr)


onerror:
    stop_workers(reel.cut.build)
    for line in reel.last_words():
        print(line, file=sys.stderr)
