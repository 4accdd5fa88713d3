"""The corpus and its truth, made once and kept in the cache."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

from environments import cache
from truth import exact_pairs, own_words, plain_words

from dedup.bench import truth as planted
from dedup.bench import write


def articles(n: int, seed: int, *, realistic: bool = True, jobs: int = 1) -> tuple[Path, str]:
    """The file of the generated articles, and its SHA-256."""
    path = cache() / "corpora" / f"{'' if realistic else 'plain-'}{n}-seed{seed}.jsonl"
    note = path.with_suffix(".sha256")
    if not note.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(write(path, n, seed, realistic=realistic, jobs=jobs).digest)
    return path, note.read_text()


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def true_pairs(path: Path, corpus_digest: str, own: bool = False) -> dict[tuple[str, str], float]:
    """Pairs with a Jaccard similarity of at least 0.5, over plain words or over dedup's own."""
    words: Callable[[str], tuple[list[str], int]] = own_words if own else plain_words
    kept = cache() / "truth" / f"{corpus_digest[:16]}-{'own' if own else 'plain'}.tsv"
    if not kept.exists():
        sys.stderr.write(f"counting true pairs of {path.name} over {words.__name__} ...\n")
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            file.writelines(f"{a}\t{b}\t{json.dumps(value)}\n" for a, b, value in exact_pairs(path, words))
        part.rename(kept)
    with kept.open(encoding="utf-8") as file:
        rows = (line.rstrip("\n").split("\t") for line in file)
        return {(a, b): float(value) for a, b, value in rows}


def planted_pairs(n: int, seed: int) -> set[tuple[str, str]]:
    """Each copy with the article that it was made from."""
    return {(each.a, each.b) for each in planted(n, seed)}


def mass_articles(n: int, seed: int) -> set[str]:
    """Articles of stories with very many copies."""
    found: set[str] = set()
    for each in planted(n, seed):
        if each.kind == "mass":
            found |= {each.a, each.b}
    return found
