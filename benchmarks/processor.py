"""What a film's bytes owe to the processor: it is built twice, once as if there were no AVX-512 and no AMX.

    python benchmarks/processor.py /tmp/trial            # needs a C compiler and Linux on x86-64

A library that is preloaded into every process lets CPUID fault (arch_prctl(2), ARCH_SET_CPUID) and answers it
without those two, so each library chooses the code that it would on a processor with AVX2 and no more. Prints
the files under build/ and the finals that differ. ``--lines`` gives the second build the first one's spoken
lines. Without a network, without cards; the film is that of the demo at 640x360, unsigned.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
SHIM = r"""
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
static struct sigaction before;
static void cpuid_allowed(long on) { syscall(SYS_arch_prctl, 0x1012, on); }
static void fault(int number, siginfo_t *info, void *context) {
  greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
  unsigned char *at = (unsigned char *)r[REG_RIP];
  if (at[0] != 0x0f || at[1] != 0xa2) {
    if (before.sa_flags & SA_SIGINFO && before.sa_sigaction) before.sa_sigaction(number, info, context);
    else signal(SIGSEGV, SIG_DFL);
    return;
  }
  uint32_t leaf = r[REG_RAX], sub = r[REG_RCX], a = leaf, b, c = sub, d;
  cpuid_allowed(1);
  __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  cpuid_allowed(0);
  if (leaf == 7 && sub == 0) { a = 0; b &= ~0xdc230000u; c &= ~0x5f42u; d &= ~0x03c0010cu; }
  else if (leaf == 7 || leaf == 0x1d || leaf == 0x1e || leaf == 0x24) a = b = c = d = 0;
  else if (leaf == 0xd && sub == 0) { a &= 7; d = 0; }
  r[REG_RAX] = a; r[REG_RBX] = b; r[REG_RCX] = c; r[REG_RDX] = d; r[REG_RIP] += 2;
}
__attribute__((constructor)) static void begin(void) {
  struct sigaction mine = {0};
  mine.sa_sigaction = fault;
  mine.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
  sigaction(SIGSEGV, &mine, &before);
  cpuid_allowed(0);
}
"""
"""Leaf 7 without what came with AVX-512 and AMX (GFNI, VAES, VNNI too), leaf 0xd without their registers."""
NAMES = ("F", "VL", "BW", "CD", "DQ", "ER", "PF", "_VBMI2")
PASSING = ("logs", "benchmarks", "events", "building", "state", "live", "hash_list")
"""Folders under build/ that hold times."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--lines", action="store_true")
    given = asked.parse_args()
    folder = given.folder.resolve()
    films = [folder / "as it is", folder / "avx2"]
    for film in films:
        write(film)
    build(films[0], {})
    if given.lines:
        shutil.copytree(films[0] / "build/speech", films[1] / "build/speech")
    build(films[1], without(folder))
    first, second = map(made, films)
    differ = sorted(name for name in first.keys() & second.keys() if first[name] != second[name])
    print(f"{len(first.keys() & second.keys()) - len(differ)} files are equal, {len(differ)} differ")
    for name in differ:
        print(f"  {name}")
    for name in sorted(first.keys() ^ second.keys()):
        print(f"  {name}: {'as it is' if name in first else 'avx2'} alone")


def write(film: Path) -> None:
    """The demo in a folder of its own."""
    film.mkdir(parents=True)
    for name in ("Snakefile", "rules", "scripts", "profiles"):
        (film / name).symlink_to(HERE / name)
    (film / "models").mkdir()
    (film / "storyboards").mkdir()
    board = (HERE / "storyboards/demo.yaml").read_text(encoding="utf-8")
    (film / "storyboards/demo.yaml").write_text(board.replace("size: 1280x720", "size: 640x360"))
    (film / "config.yaml").write_text("cards: 0\nprovenance: {sign: false}\n")


def without(folder: Path) -> dict[str, str]:
    """The variables with which a process and all that it starts know nothing of AVX-512 and AMX."""
    source, shim = folder / "cpuid.c", folder / "cpuid.so"
    source.write_text(SHIM)
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", shim, source], check=True)
    tuned = ",".join(f"-AVX512{name}" for name in NAMES)
    return {"LD_PRELOAD": str(shim), "GLIBC_TUNABLES": f"glibc.cpu.hwcaps={tuned}"}


def build(film: Path, told: dict[str, str]) -> None:
    command = [sys.executable, "-m", "snakemake", "final.mp4", "--cores", "2"]
    with film.with_name(f"{film.name}.log").open("w") as log:
        subprocess.run(command, cwd=film, env=os.environ | told, stdout=log, stderr=log, check=True)


def made(film: Path) -> dict[str, bytes]:
    """What was made, by name; without what holds times."""
    found = [file for file in (film / "build").rglob("*") if file.is_file() and not file.is_symlink()]
    found = [file for file in found if file.relative_to(film).parts[1] not in PASSING]
    records = {file for file in found if file.parent.name == "takes" and file.name.count(".") == 1}
    records = {file for file in records if file.suffix == ".json"}
    finals = [film / f"final.{kind}" for kind in ("mp4", "srt", "vtt")]
    return {
        str(file.relative_to(film)): file.read_bytes() for file in [*found, *finals] if file not in records
    }


if __name__ == "__main__":
    main()
