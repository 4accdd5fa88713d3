"""The kinds of things that records name: what a credit says, what a line or a passage is, and so on."""

from __future__ import annotations

from typing import Literal, get_args

__all__ = ["LINE_KINDS", "EdgeKind", "LineKind", "NodeKind", "PassageKind", "Relation", "Role", "Strength"]

# fmt: off
Role = Literal[
    "origin", "co_origin", "contributor", "wire_staff", "rights", "republished", "distributor", "press_release",
    "generic_wire", "photo", "mention", "self_reference", "own_staff",
]
Strength = Literal["strong", "medium", "part", "none"]
LineKind = Literal[
    "title", "body", "heading", "byline", "caption", "stamp", "navigation", "related", "tags", "bio", "comments",
    "note",
]
Relation = Literal["identical", "near-duplicate", "excerpt", "shared-passage", "common-only"]
PassageKind = Literal["copy", "public-statement", "common-phrase", "boilerplate", "rewrite"]
NodeKind = Literal["doc", "wire", "outlet", "strand"]
EdgeKind = Literal[
    "declared", "text", "origin", "shares", "version", "republished", "press-release", "photo", "cites", "quote",
    "common",
]
# fmt: on

LINE_KINDS: tuple[LineKind, ...] = get_args(LineKind)
"""In the order of their numbers."""
