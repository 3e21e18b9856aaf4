# Snakemake runs this in the conda environment once it is made. It does what swav/environments/mend.py does for the
# environments that swav makes; why is told there.
set -eu
for packages in "$CONDA_PREFIX"/lib/python3.*/site-packages; do
    if [ -d "$packages/torch/lib" ] && [ ! -e "$packages/torch/lib/libc10_cuda.so" ]; then
        rm -f "$packages"/torchaudio/lib/_torchaudio*.so "$packages"/torchaudio/lib/libtorchaudio*.so
    fi
done
