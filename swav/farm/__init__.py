"""A film on several machines: its renders divided over allocations of a cluster, one load of a model each.

No scheduler of its own: an allocation is asked of Slurm (or of a farm that speaks OpenJobDescription), and
inside it Snakemake builds, as it does on a workstation.
"""
