"""News-like articles with planted truth, for measuring without data of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dedup.bench.generate import Planted, Written, articles, truth, write

__all__ = ["Planted", "Written", "articles", "truth", "write"]


def __getattr__(name: str) -> Any:
    """Load a name where it is first used: ``python -m dedup.bench.generate`` must find its module unloaded."""
    if name not in __all__:
        raise AttributeError(f"module 'dedup.bench' has no attribute {name!r}")
    from dedup.bench import generate

    return getattr(generate, name)
