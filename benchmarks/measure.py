"""Run a program on given cores and take its time and memory from outside."""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from time import perf_counter
from typing import Any

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def run(command: Sequence[str], cores: int, timeout: float, threads: int | None = None) -> dict[str, Any]:
    """Run ``command`` on the last ``cores`` cores of this process; thread pools get as many threads, or ``threads``.

    ``cpu`` is user and system time of the process and of all its children that ended, from start to end, imports
    and reading included; ``wall`` is the same by the clock.  What the program prints as its last line, one JSON object,
    is added.  A program that fails or is not done in time gives ``error``.
    """
    where = ",".join(str(core) for core in sorted(os.sched_getaffinity(0))[-cores:])
    environment = os.environ | dict.fromkeys(THREADS, str(threads or cores))
    with TemporaryFile() as out, TemporaryFile() as err:
        start = perf_counter()
        process = subprocess.Popen(
            ["taskset", "-c", where, *command], stdout=out, stderr=err, env=environment, start_new_session=True
        )
        late: list[bool] = []
        timer = Timer(timeout, lambda: (late.append(True), os.killpg(process.pid, signal.SIGKILL)))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - start
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        for file in (out, err):
            file.seek(0)
        printed, complaint = out.read().decode(errors="replace"), err.read().decode(errors="replace")
    if process.returncode:
        why = f"not done in {timeout:.0f} s" if late else (complaint.strip().splitlines() or ["no message"])[-1]
        return {"error": why[:300]}
    report: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return {"cpu": usage.ru_utime + usage.ru_stime, "wall": wall} | report


def conditions() -> dict[str, Any]:
    """Where and when: measured numbers mean nothing without it."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "load": [round(value, 2) for value in os.getloadavg()],
        "machine": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def revision() -> str:
    """The commit of dedup that was measured, with a plus sign where files were changed since."""
    here = Path(__file__).parent
    git = ["git", "-C", str(here)]
    commit = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout
    changed = subprocess.run(
        [*git, "status", "--porcelain", "--untracked-files=no", "--", "../dedup"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return commit.strip() + ("+" if changed.strip() else "")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()
