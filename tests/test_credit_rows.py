"""Rows: the extension finds the rows that plain Python finds."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup import credit_rows
from dedup.boilerplate import read_page
from dedup.credit_page import Row, literals
from dedup.credit_rows import Rows, able, read_rows
from dedup.extension import extension
from dedup.page import seen

pytestmark = pytest.mark.skipif(extension is None, reason="the C engine is not built")

PROSE = "The minister said on Friday that the new bridge will be open in two years, and that it will cost less."
PIECES = [
    *("AP", "Reuters", "REUTERS", "Associated Press", "AFP", "dpa", "TAP", "tap", "CNN Indonesia", "CNN", "agencies"),
    *("Agencies", "Getty Images", "Ann Reuter", "Antara", "ANTARA", "Ansa Lee", "Kyodo", "CNN Newsource", "Le Monde"),
    *("New York Times", "New York Times News Service", "PTI", "ТАСС", "新华社", "共同", "رويترز", "A n s a", "KAPP"),
    *(" ", "  ", "\n", "\n\n", "\t", "\xa0", ". ", ", ", "/", "-", "–", "|", "(", ")", "[", "{", "<", "$", "@", "#"),
    *("“", "’s ", "_", "\ue000", "９", "٣:٢٠", "é", "Ã©", "â€”", "±²³´", "İ", "ſ", "𝔸"),
    *("By ", "PARIS (", ") - Rain fell.", "Photo: ", "Source: ", "contributed to this report.", "Reporting by ", "©"),
    *(
        "12:30",
        "2024",
        "1999",
        "ago",
        "17 hours ago",
        "told ",
        '{"author": "AFP"}',
        '<meta name="source" content="AP">',
    ),
    *("Related", "Share this", "Read more", PROSE, PROSE + "\n\n" + PROSE, 5 * PROSE),
]
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join)


def facts(row: Row) -> tuple[object, ...]:
    where = (row.kind, row.head, row.tail, bool(row.nameless), row.supported, bool(row.dated))
    return *where, row.plain, row.names, row.text, able(row) if row.able is None else row.able


def saying(text: str, rows: Rows) -> list[tuple[object, ...]]:
    """The rows that may say something."""
    found = []
    for start, end, row in rows:
        read = row.names or row.nameless
        if text[start] in "{<[" or (read and (able(row) or row.kind == "caption")):
            found.append((start, end, *facts(row)))
    return found


@given(st.lists(texts, max_size=4))
@example(["Some tap water\n\nPhoto: AP\n17 hours ago\nReuters"])
@example(["By AP\nReuters\n2024-05-16 12:30\n" + PROSE, "", "[tap]", "[TAP]"])
@example(["Reuters\n12:30\n" + PROSE, "Reuters\n12 seconds ago\n", "Reuters\n1999\n", PROSE + "\nReuters\n12.30"])
@example([PROSE + "\n\n" + PROSE + "\n\nReuters\nRelated\nAP"])
@example(["AP\nReuters said so. " + 5 * PROSE, "AP\nReuters said so. " + PROSE])
@example(["A n s a\n\nCNN Indonesia, KAPP and $AP"])
@example([2500 * "AP, Reuters " + "\n" + PROSE])
def test_the_extension_finds_the_same_rows(some: list[str]) -> None:
    pages = [read_page(text, None, its) for text, its in zip(some, seen(some, literals()), strict=True)]
    for text, page, rows in zip(some, pages, read_rows(some, pages), strict=True):
        assert saying(text, rows) == saying(text, credit_rows._plainly(text, page))


def test_most_pages_are_not_left_to_python() -> None:
    text = "\n\n".join(["PARIS (AP) — “It’s at a place,” he said.", PROSE, "Reporting by Zoë Lee; editing by Ann Roe"])
    (page,) = (read_page(text, None, its) for its in seen([text], literals()))
    ((*rows,),) = read_rows([text], [page])
    assert [row.able is not None for _, _, row in rows] == [True, True]


def test_what_leaves_a_text_is_refused() -> None:
    text = "PARIS (AP) - Rain."
    (page,) = (read_page(text, None, its) for its in seen([text], literals()))
    wires, named = credit_rows._for_extension(), page.named or b""
    for bad in (
        (text[:5], page.looks, page.kinds, named),
        (text, page.looks, b"", named),
        (text, page.looks, b"\xff", named),
        (text, page.looks, page.kinds, b"\x01\x00\x00\x00" + named[4:]),
        (text, page.looks, page.kinds, named[:4] + b"\xff\xff\xff\x7f"),
        (text, page.looks[:-1], page.kinds, named),
    ):
        with pytest.raises(ValueError, match=r"^rows: "):
            extension.rows((bad,), wires)
    with pytest.raises(TypeError):
        extension.rows((text,), wires)
    with pytest.raises(ValueError, match="PyCapsule"):
        extension.rows((), literals().made)
