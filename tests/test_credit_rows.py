"""Rows: the extension finds the rows that plain Python finds."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup import credit_rows
from dedup.boilerplate import read_page
from dedup.credit_page import Row, literals
from dedup.credit_rows import Found, Rows, able, read_row, read_rows
from dedup.extension import extension
from dedup.page import seen
from dedup.registry import registry

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
    where = (row.kind, row.head, row.tail, bool(row.nameless), row.supported, bool(row.placed))
    return *where, row.plain, row.names, row.text, able(row) if row.able is None else row.able


def saying(text: str, rows: Rows) -> list[tuple[object, ...]]:
    """The rows that may say something."""
    found = []
    for start, end, row in rows:
        assert isinstance(row, Row)
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
@example(["PARIS&nbsp;(AFP) &mdash; Rain\n\n(c) AT&T; Reuters\n\nAP &copy; &", "(AFP) &\n; AP"])
@example(["A n s a\n\nCNN Indonesia, KAPP and $AP"])
@example([2500 * "AP, Reuters " + "\n" + PROSE])
def test_the_extension_finds_the_same_rows(some: list[str]) -> None:
    pages = [read_page(text, None, its) for text, its in zip(some, seen(some, literals()), strict=True)]
    for text, page, rows in zip(some, pages, read_rows(some, pages, unread=True), strict=True):
        assert saying(text, rows) == saying(text, credit_rows._plainly(text, page))


def credits(text: str, rows: Rows) -> list[tuple[int, int, list[Found]]]:
    """What the rows say, of those that say something."""
    found = []
    for start, end, row in rows:
        if isinstance(row, Row):
            read = [] if row.holds_nothing() else read_row(row)
            if row.mended is not None:
                read = [(wire, role, *row.mended.original(first, last), rule) for wire, role, first, last, rule in read]
        else:
            read = list(row)
        if read:
            found.append((start, end, read))
    return found


FORMS = [*chain.from_iterable(wire.forms for wire in registry().values())]
KNOWN = Path(__file__).with_name("credit_lines.txt").read_text("utf-8").splitlines()
LINES = [" | ".join(row.split(" | ")[2:-1]) for row in KNOWN if row.count(" | ") > 2]
PARTS = [
    *PIECES,
    *(
        "According to ",
        "told ",
        "AP reported",
        "citing ",
        "said ",
        "(AP Photo/",
        "Photo by Ann Lee/",
        "Getty Images via AFP",
    ),
    *("Copyright 2024 ", "© ", "This article was originally published by ", "Some material in this report came from "),
    *(
        "Reporting by Ann Lee; editing by Bo Roe)",
        "With inputs from ",
        "Quelle: ",
        "Source: ",
        "red/dpa",
        "WABC",
        "KTLA",
    ),
    *(
        "and ",
        "with additional reporting by ",
        "KFF Health News is a newsroom",
        "is a global news agency",
        "Tehreek (PTI)",
    ),
    *(
        "PARIS, May 16 (",
        "3 ноября",
        "BERLIN ",
        " writer ",
        "'s Ann Lee contributed to this report.",
        "Σ",
        "ς",
        "\u212a",
    ),
]
pages_of_lines = st.lists(
    st.one_of(
        st.sampled_from(FORMS),
        st.sampled_from(LINES),
        st.lists(st.sampled_from(PARTS), min_size=1, max_size=12).map("".join),
        st.sampled_from([PROSE, 5 * PROSE]),
    ),
    min_size=1,
    max_size=8,
).map("\n\n".join)


@given(st.lists(pages_of_lines, max_size=4))
@example([f"{PROSE}\n\nPARIS (AP) - Rain, {'told AP, ' * 90}said Reuters.\n\n© 2024 Reuters\nReuters\n\n{PROSE}"])
@example(
    ["AP" * 40, 200 * "Reuters/" + "\n" + PROSE, f"By {30 * 'AP/Reuters '}\n{PROSE}", 40 * "Reuters told Reuters. "]
)
@example(
    [f"{PROSE}\nSource: red/dpa\nReuters. Source: AP", "WABC (WABC) - Rain.\nMay 3 (WABC) - Rain.", "By Ann Lee, of AP"]
)
@example(["Pakistan Tehreek-e-Insaf (PTI) - Rain fell.\n" + PROSE, "(AP)\n" + PROSE + " (AP)\n\n" + PROSE + " AP"])
@example(
    [
        "A bridge for all in two years\n\nAP Staff" + 3 * f"\n\n{PROSE}",
        f"Esta notícia é da Reuters © Reuters\n\n{PROSE}",
    ]
)
def test_the_extension_reads_the_same_credits(some: list[str]) -> None:
    pages = [read_page(text, None, its) for text, its in zip(some, seen(some, literals()), strict=True)]
    for text, page, rows in zip(some, pages, read_rows(some, pages), strict=True):
        assert credits(text, rows) == credits(text, credit_rows._plainly(text, page))


def test_every_known_line_is_read_alike() -> None:
    """At the head of a page, in its middle and at its end."""
    for lines in (FORMS, LINES):
        some = [f"{line}\n\n{PROSE}\n\n{PROSE}\n\n{line}\n\n{PROSE}\n\n{PROSE}\n\n{line}" for line in lines]
        pages = [read_page(text, None, its) for text, its in zip(some, seen(some, literals()), strict=True)]
        left = 0
        for text, page, rows in zip(some, pages, read_rows(some, pages), strict=True):
            rows = list(rows)
            left += any(isinstance(row, Row) for *_, row in rows)
            assert credits(text, rows) == credits(text, credit_rows._plainly(text, page))
        assert left < len(lines) / 4  # contributors, and scripts without spaces


def test_most_pages_are_not_left_to_python() -> None:
    text = "\n\n".join(["PARIS (AP) — “It’s at a place,” he said.", PROSE, "Reporting by Zoë Lee; editing by Ann Roe"])
    (page,) = (read_page(text, None, its) for its in seen([text], literals()))
    ((*rows,),) = read_rows([text], [page])
    assert [[credit[0] for credit in read] for _, _, read in rows] == [["ap"], ["reuters"]]


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
            extension.rows((bad,), wires, False)
    with pytest.raises(TypeError):
        extension.rows((text,), wires, False)
    with pytest.raises(ValueError, match="PyCapsule"):
        extension.rows((), literals().made, False)
