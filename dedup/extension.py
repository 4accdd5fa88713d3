"""The C extension ``dedup._engine``, or None where it was not built: no wheel for the machine, no compiler on it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["extension"]

extension: Any  # in C, so without types
try:
    extension = import_module("dedup._engine")
except ImportError:
    extension = None
