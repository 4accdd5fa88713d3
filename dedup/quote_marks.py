"""Quote marks: where the quotations of a text stand, as papers of many languages print them.

Pairs of marks, a closing mark that opens as in Swedish, quotations that go on in the next paragraph, dialogue behind
dashes, and posts of a network.  Whose words they are is another question (``dedup.quotations``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from unicodedata import normalize

from dedup.kept import compiled
from dedup.speech import VERB, bits_of_words

__all__ = ["is_plain", "spans"]

_PAIRS = {"“": "”", "„": '“”"', "«": "»", "»": "«", "‹": "›", '"': '"', "‘": "’'", "'": "'’"}
_DASHES = ("—", "–", "―")
_PAIRS |= {"「": "」", "『": "』", "‟": "”", "”": "”"}
# A single mark opens a quotation before a letter, and is an apostrophe behind one; a closing mark opens one, as in
# Swedish, behind a space and before a letter.  All patterns begin with the marks, so that the rest of the text is
# passed over fast.
_OPENING = compiled(
    r"[“„«»‹\"「『‟‘'”](?:(?<![‘'”])|(?<=”)(?<![^\s].)(?=[^\W_])|(?<=[‘'])(?<![^\W_].)(?<!'.)(?=[^\W_]))"
)
# It closes one behind punctuation for certain, else where no letter follows; the plural's
# apostrophe ("the parties' plan") goes on in a small letter.
_SINGLE = compiled(r"[\n'’](?:(?<=\n)|(?![^\W_])(?:(?<!s.)|(?! [a-z])))")
_CLOSING = {mark: _SINGLE if mark in "'‘" else compiled(f"[\n{closing}]") for mark, closing in _PAIRS.items()}
# A post quoted whole: "Its words. — Ann Lee (@annlee) May 16, 2024".
_POST = compiled(r"(?m)^(.{0,600}?)\s?[—–-]\s?[^\n—–]{1,60}\(@\w{1,30}\)")
# A paragraph of dialogue: a dash, what is said, who says it, perhaps a dash and what is said then.
_DIALOGUE = compiled(r"(?m)^[—–―][ \xa0]?(?=\S).*$")
_DASH = compiled(r"(?:(?<=\s)|(?<=[.,!?…]))[—–―]\s?|[—–―](?=[\s.,;])")
_SAID_BEHIND = compiled(r"[,!?…]\s+(?:[^\W_]+[ '’-]){0,2}?([^\W_]+)")
_WORD = compiled(r"[^\W_]+")
_RUN = 4
"""Words of a quotation, one after the other, of which a post must hold every run: then it is out of that post."""
# A straight mark behind a space and before a letter opens a quotation, also inside another.
_INNER = compiled(r'(?<=\s)"(?=[^\W_])')


def spans(text: str) -> list[tuple[int, int, bool]]:
    """Quoted stretches, in order, and whether each is a post, quoted whole under its author's name.

    A quotation ends at its closing mark, or with its paragraph when the mark is missing there, as
    in a quotation that goes on in the next paragraph.
    """
    found = []
    opening = _OPENING.search(text)
    while opening:
        start = opening.end()
        closing = _closing(text, opening.group(), start)
        end = closing.start() if closing else len(text)
        if end > start:
            found.append((start, end, False))
        opening = _OPENING.search(text, closing.end()) if closing else None
    if _has_dialogue(text):
        found = _apart(sorted([*found, *_dialogue(text)]))
    if "(@" not in text:
        return found
    posts = [(match.start(1), match.end(1), True) for match in _POST.finditer(text) if match.end(1) > match.start(1)]
    # A quotation out of a post that the page shows as well is that post.
    shown = {run for start, end, _ in posts for run in _runs(text[start:end])}
    for start, end, _ in found:
        runs = _runs(text[start:end])
        posts.append((start, end, bool(runs) and runs <= shown))
    return _apart(sorted(posts))


def is_plain(text: str) -> bool:
    """Whether all quotations stand between marks: no paragraph begins with a dash, and no post is shown."""
    # One character is found ten times as fast as two.
    return ("@" not in text or "(@" not in text) and not _has_dialogue(text)


def _has_dialogue(text: str) -> bool:
    if text.isascii():
        return False
    return text[:1] in _DASHES or any(dash in text and "\n" + dash in text for dash in _DASHES)


def _dialogue(text: str) -> Iterator[tuple[int, int, bool]]:
    """What is said in paragraphs that begin with a dash and name a speaker, as French, Spanish and Russian papers
    print it: "— No lo sé —dijo Ana—. Ya veremos.", "— Je ne sais pas, dit-elle."

    A list has dashes, too; but nobody says anything between its items.
    """
    for paragraph in _DIALOGUE.finditer(text):
        start, end = paragraph.span()
        dashes = [(dash.start(), dash.end()) for dash in _DASH.finditer(text, start + 1, end)]
        first = start + 1
        if dashes:
            edges = [first, *(place for dash in dashes for place in dash), end]
            parts = list(zip(edges[::2], edges[1::2], strict=True))
            if any(_says(text, *parts[n]) for n in range(1, len(parts), 2)):
                yield from (part for n, (a, b) in enumerate(parts) if n % 2 == 0 for part in _trimmed(text, a, b))
            continue
        for clause in _SAID_BEHIND.finditer(text, first, end):
            if _is_verb(clause[1]):
                yield from _trimmed(text, first, clause.start() + (clause[0][0] != ","))
                break


def _says(text: str, start: int, end: int) -> bool:
    """Whether a clause is an attribution: a verb of speech among its first words."""
    return any(_is_verb(word[0]) for word in islice(_WORD.finditer(text, start, end), 4))


def _is_verb(word: str) -> bool:
    return bool(bits_of_words().get(normalize("NFKD", word.lower()), 0) & VERB)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """A span without the blanks around it, if anything is left that is no mark."""
    said = text[start:end]
    if _WORD.search(said):
        start += len(said) - len(said.lstrip())
        yield start, start + len(said.strip()), False


def _runs(text: str) -> set[tuple[str, ...]]:
    """Its runs of four words, small and without apostrophes."""
    words = _WORD.findall(text.lower().replace("’", "").replace("'", ""))
    return set(zip(*(words[n:] for n in range(_RUN)), strict=False))


def _closing(text: str, opening: str, start: int) -> re.Match[str] | None:
    """Where a quotation ends: behind the quotations inside it that the same marks enclose."""
    if opening != '"':
        return _CLOSING[opening].search(text, start)
    inner = 0
    for mark in _CLOSING[opening].finditer(text, start):
        if mark.group() == "\n" or not (inner or _INNER.match(text, mark.start())):
            return mark
        inner += 1 if _INNER.match(text, mark.start()) else -1
    return None


def _apart(spans: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """Without quotations inside a post, or posts that begin inside a quotation."""
    kept: list[tuple[int, int, bool]] = []
    for start, end, post in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, post))
        elif post and end > kept[-1][1]:
            kept[-1] = (kept[-1][0], end, True)
    return kept
