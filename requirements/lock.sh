#!/usr/bin/env bash
# Resolve all dependencies anew and write the locks beside this file: every package of an installation with its version
# and the digests of its files. Run it when a range in pyproject.toml changes, or with --upgrade to move on; then
# run the tests.
# uv resolves for every supported Python at once; `pip install uv` brings it.
set -euo pipefail
cd "$(dirname "$0")/.."
# What only a CUDA build of PyTorch brings. The tests run on any build of it, so it is not in their lock.
cuda=(torch triton cuda-bindings cuda-pathfinder cuda-toolkit nvidia-{cublas,cuda-cupti,cuda-nvrtc,cuda-runtime,cudnn-cu13,cufft}
  nvidia-{cufile,curand,cusolver,cusparse,cusparselt-cu13,nccl-cu13,nvjitlink,nvshmem-cu13,nvtx})

resolve() {  # resolve NAME [OPTION...]
  local name=$1; shift
  uv pip compile pyproject.toml requirements/build.in "$@" --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-annotate --quiet --custom-compile-command "requirements/lock.sh" \
    --output-file "requirements/$name.lock"
  # That there is no wheel for PyPy stops nobody: pyproject.toml asks for CPython once, and no line repeats it.
  sed -i "s/ and platform_python_implementation == 'CPython'//" "requirements/$name.lock"
}

resolve test --extra test ${1:+"$1"} --constraint requirements/torch.txt $(printf ' --no-emit-package %s' "${cuda[@]}")
# One set of versions: what the tests passed with is what every other lock installs.
sed '/^ /d; s/ *\\$//' requirements/test.lock > "${TMPDIR:-/tmp}/tested.$$"
trap 'rm -f "${TMPDIR:-/tmp}/tested.$$"' EXIT
resolve default --constraint "${TMPDIR:-/tmp}/tested.$$"
resolve joe --extra joe --constraint "${TMPDIR:-/tmp}/tested.$$"
resolve slurm --extra slurm --constraint "${TMPDIR:-/tmp}/tested.$$"
resolve wan --extra wan --constraint "${TMPDIR:-/tmp}/tested.$$" --constraint requirements/torch.txt
resolve hopper --extra wan --extra hopper --constraint "${TMPDIR:-/tmp}/tested.$$" --constraint requirements/torch.txt
