"""Strangers: wires in no list, told by the form of their datelines.

"OSLO (Corvus) - " is how a wire's copy begins.  Who Corvus is no registry says, but it is neither AP nor Reuters, nor
did the paper write it; ``--wires FILE`` gives it a name of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dedup.kept import compiled
from dedup.model import Document
from dedup.speech import bits_of_words
from dedup.wires import find_names

__all__ = ["stranger", "strangers"]

_DATELINE = compiled(
    r"(?m)^[ \t]*[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?:[ ,][A-Za-zÀ-ÿ., '’-]{1,40}?)? ?"
    r"\(([A-Z][A-Za-zÀ-ÿ&.' -]{1,30})\)[ \t]*(?:--?|[–—])[ \t]"
)
_CLOSED = compiled(r"\)[ \t]*[-–—]")
_HEAD = 600
"""Characters at the beginning of an article, within which its dateline stands."""
_NO_NAMES = compiled(
    r"(?i)(?:(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b|.{1,2}$|agencies\b)"
)
_DESKS = compiled(
    r"\b(?:staff|our|own|special|(?:report|edit|writ)[eo]rs?|correspondents?|desk|exclusive|updated?|opinion|analysis|"
    r"video|photos?|online|breaking|live)\b"
)
"""Names that are nobody's in particular."""
_ENGLISH = compiled(
    r"england|scotland|wales|britain|uk|usa|america|canada|australia|zealand|india|pakistan|lanka|nigeria|kenya|ghana|"
    r"uganda|zambia|zimbabwe|tanzania|malaysia|singapore|philippines|jamaica|africa|united|states|kingdom|new|"
    r"(?:south|north|east|west)(?:ern)?|central"
)
"""Nations that speak English, and parts of the world; the others are in ``dedup.speech``."""


def stranger(text: str, outlets: Sequence[str] = ()) -> str:
    """Who is named in an article's dateline and is neither in the registry nor one of the ``outlets``; "" for nobody.

    About a microsecond where there is no dateline.

    >>> stranger("OSLO (Corvus) - It rained."), stranger("OSLO (AP) - It rained.")
    ('Corvus', '')
    >>> stranger("OSLO (Corvus) - It rained.", ["Corvus Daily"]), stranger("OSLO (March) - It rained.")
    ('', '')
    """
    head = text[:_HEAD]
    found = _DATELINE.search(head) if _CLOSED.search(head) else None
    name = " ".join(found[1].split()) if found else ""
    folded = name.casefold()
    listed = bits_of_words() if name else {}
    if _DESKS.search(folded) or all(word in listed or _ENGLISH.fullmatch(word) for word in folded.split()):
        return ""
    own = any(folded in outlet.casefold() or outlet.casefold() in folded for outlet in outlets if outlet.strip())
    return "" if own or _NO_NAMES.match(name) or next(find_names(name), None) else name


def strangers(documents: Iterable[tuple[int, Document]]) -> dict[int, str]:
    """The strangers that documents name in their datelines, by number."""
    named = ((number, stranger(document.text, (document.outlet or "",))) for number, document in documents)
    return {number: name for number, name in named if name}
