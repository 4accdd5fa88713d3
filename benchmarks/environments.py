"""A virtual environment for each peer, outside the repository."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def cache() -> Path:
    """Where environments and corpora are kept: ``DEDUP_BENCH_CACHE``, or a folder of the user's cache."""
    given = os.environ.get("DEDUP_BENCH_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(given) if given else base / "dedup-bench"


def python_of(name: str) -> str:
    """The interpreter of a peer's environment, made from ``requirements/NAME.txt`` if that is new or changed."""
    requirements = HERE / "requirements" / f"{name}.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:8]
    folder = cache() / "environments" / f"{name}-{digest}"
    python = folder / "bin" / "python"
    if not (folder / "done").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "-r", str(requirements)], check=True)
        (folder / "done").touch()
    return str(python)
