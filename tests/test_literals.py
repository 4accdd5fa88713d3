"""Literals: one walk finds what a plain search finds, and no pattern matches where its literals are not."""

import re
import sys
from re import _parser

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dedup import credit_rows, furniture
from dedup.credit_frames import PLAIN, REACH
from dedup.extension import extension
from dedup.literals import ODD, Gate, Literals, _table, clauses, fold, holding, key, starts
from tests import literals as made
from tests.test_engine import needs_c

FURNITURE, FRAMES = furniture.patterns(), credit_rows.patterns()
EVERY_CHAR = "".join(map(chr, range(sys.maxunicode + 1)))
CASED = "".join(char for char in EVERY_CHAR if not char.lower() == char == char.upper())

words = st.lists(
    st.from_regex(r"[\^~¶]?[abéʼ0\ue000 ._-]{1,6}~?", fullmatch=True).filter(lambda word: word.strip("^~¶")),
    min_size=1,
    max_size=8,
    unique_by=lambda word: word.strip("~¶"),
)
texts = st.text(st.sampled_from("abABéÉ0٣7９ \t\xa0._!-—’^~ıſKİ\ue000\ue003ʼ中xａ．²"), max_size=60)


@given(words, texts, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4), st.booleans())
@example(["¶a", "~-b"], "\ue000a ʼ-b", [(0, 6)], False)  # a mark that is in no literal begins no word
@example(["^a", "a~"], "\ue000aʼ", [(0, 3)], True)
@example(["^.a"], ". .a", [(0, 4)], False)
def test_one_walk_finds_what_a_plain_search_finds(given_words, text, spans, plain):
    kept = plain and not any(ord(char) in PLAIN for word in given_words for char in word)
    found = Literals(given_words, PLAIN if kept else {})
    spans = [(min(one, two, len(text)), min(max(one, two), len(text))) for one, two in spans]
    assert found.occurring(text, spans) == found.plainly(text, spans)


@given(st.data(), texts, st.booleans())
def test_the_spellings_that_are_given_are_found(data, text, plain):
    """Any other case may be passed over."""
    words = data.draw(st.lists(st.text(st.sampled_from("abé .-"), min_size=1, max_size=5), min_size=1, unique=True))
    spelled = [data.draw(st.lists(st.sampled_from([word, word.upper(), word.title()]), min_size=1)) for word in words]
    found = Literals(words, PLAIN if plain else {}, spelled)
    shown = text.translate(PLAIN) if plain else text
    (numbers,) = found.occurring(text, [(0, len(text))])
    (all_of_them,) = found.plainly(text, [(0, len(text))])
    sure = {number for number, each in enumerate(spelled) if any(spelling in shown for spelling in each)}
    assert sure <= set(numbers) <= set(all_of_them)


@given(st.lists(st.sampled_from(FURNITURE), max_size=12, unique=True), texts, st.booleans())
def test_a_gate_in_c_opens_where_a_plain_one_opens(patterns, text, loose):
    gate = Gate([*patterns, "never seen before"], patterns if loose else ())
    text = text + " by the ap (foto: reuters) read more: © 2024"
    spans = [(0, len(text)), (len(text) // 2, len(text)), (3, 3)]
    assert gate.able(text, spans) == gate.plainly(text, spans)


@given(st.data(), texts)
def test_the_words_of_a_text_are_found_as_they_are_written(data, text):
    word = st.text("abSO:", min_size=2, max_size=7)
    given_words = tuple(data.draw(st.lists(word, max_size=4)))
    filling = data.draw(st.sampled_from(["", "x" * 63, "Sab" * 50, "ŝ" * 130, "\U0001f600" * 70]))
    within = data.draw(st.sampled_from(["", *given_words]))
    some = [text, filling + within + filling, within + filling, filling + within, filling + text, within[:-1] + filling]
    assert holding(some, given_words) == bytes(any(each in one for each in given_words) for one in some)


@needs_c
@pytest.mark.parametrize("arguments", [(("a",), ("b",)), (("a",), ("é" * 3,)), ((5,), ("ab",)), (["a"], ("ab",))])
def test_words_that_cannot_be_looked_for_are_refused(arguments):
    with pytest.raises((TypeError, ValueError)):
        extension.holding(*arguments)
    with pytest.raises(ValueError, match="a few"):
        extension.holding(("a",), ("ab",) * 17)


def test_the_walk_refuses_what_is_no_list_of_literals_and_no_span():
    engine = pytest.importorskip("dedup._engine")
    one = (["a"], b"\0", {97: 97}, None)
    for wrong in (
        (["a"], b"", {97: 97}, None),
        (["b"], b"\0", {97: 97}, None),
        ([""], b"\0", {97: 97}, None),
        (["^"], b"\0", {97: 97}, None),
        (["a"], b"\0", {97: 98}, None),
        (["a"], b"\0", {97: 97, ord("^"): 97}, None),
        (["a" * 70_000], b"\0", {97: 97}, None),
        (["a"], b"\0", {97: 97} | {code: code for code in range(1000, 4000)}, None),
        (["a"], b"\0", {97: 97}, ()),
        (["a"], b"\0", {97: 97}, ("A",)),
        (["a"], b"\0", {97: 97}, (("AA",),)),
        (*one, (), (), 1),
        (*one, ((0,),), (), 1),
        (*one, ((0,),), (1,), 1),
        (*one, ((),)),
    ):
        with pytest.raises(ValueError, match="literals: "):
            engine.literals(*wrong)
    assert engine.occurring(engine.literals(*one), "ba", [(0, 2), (0, 1)]) == [(0,), ()]
    assert engine.occurring(engine.literals(*one, ((0, 1),), (0, 2), 3), "ba", [(0, 2), (0, 1)]) == [(0, 1, 2), (1,)]
    automaton = engine.literals(*one)
    for spans in ([(0, 4)], [(2, 1)], [(-1, 1)]):
        with pytest.raises(ValueError, match="leaves the text"):
            engine.occurring(automaton, "abc", spans)
    for spans in ([(0,)], [[0, 1]], [("0", "1")]):
        with pytest.raises(TypeError):
            engine.occurring(automaton, "abc", spans)


def test_a_long_text_of_beginnings_of_literals_takes_linear_time():
    """Work is counted by the longest list that a window leads to, so no text makes it quadratic."""
    gate = credit_rows.gate(False)
    for piece in ("repor", "associated pres", "-" * 7, "by by ", "((((", "\ue000"):
        text = piece * (200_000 // len(piece))
        assert len(gate.able(text, [(0, len(text))])) == 1


def test_the_file_is_that_of_the_patterns():
    """If this fails: python tests/literals.py > dedup/data/literals.txt"""
    entries = made.entries(FURNITURE, frame=False) | made.entries(FRAMES, frame=True)
    assert {line.partition("\t")[0] for line in entries} == set(_table())
    assert len({*FURNITURE, *FRAMES}) == len(_table()), "two patterns have one name"
    if sys.version_info[:2] == (3, 11):  # another parser may see a little more or less in a pattern
        kept = {"\t".join([name, *("‖".join(field) for field in fields)]) for name, fields in _table().items()}
        assert {line.rstrip("\n") for line in entries} == {line.rstrip("\n") for line in kept}


def test_no_line_of_furniture_needs_a_mark_and_every_pattern_has_an_entry():
    assert not [word for pattern in FURNITURE for clause in clauses(pattern) for word in clause if "\ue000" in word]
    assert all(key(pattern) in _table() for pattern in [*FURNITURE, *FRAMES])
    assert all(clauses(pattern) for pattern in FURNITURE)


def repeated_for_good(tree):
    """What a pattern repeats possessively."""
    for kind, value in tree:
        if kind is _parser.POSSESSIVE_REPEAT:
            yield value[2]
        for part in value if isinstance(value, tuple | list) else ():
            for inner in part if isinstance(part, list) else (part,):
                if isinstance(inner, _parser.SubPattern):
                    yield from repeated_for_good(inner)
        if isinstance(value, _parser.SubPattern):
            yield from repeated_for_good(value)


def is_group(part):
    return len(part) > 1 or part[0][0] not in (_parser.LITERAL, _parser.NOT_LITERAL, _parser.IN, _parser.ANY)


@pytest.mark.parametrize("pattern", [*FURNITURE, *FRAMES])
def test_no_group_is_repeated_possessively(pattern):
    """Up to Python 3.11.4 such a group may not match where it should (gh-106052): "Reuters in Geneva" was no credit. An
    atomic group around it says the same."""
    assert not [part for part in repeated_for_good(_parser.parse(pattern)) if is_group(part)]


def test_a_group_that_is_repeated_possessively_is_seen():
    found = [*repeated_for_good(_parser.parse("x(?:a|b(?P<who>(?:cd){0,3}+[ef]++)(?=(?:gh)?+)(i)*+)"))]
    assert [is_group(part) for part in found] == [True, False, True, True]


def test_an_unknown_pattern_is_always_tried():
    assert Gate(["never seen before"]).able("x", [(0, 1)]) == [(0,)]


@pytest.mark.parametrize(
    "char", sorted({char for fields in _table().values() for field in fields for char in "".join(field)})
)
def test_what_a_pattern_takes_for_a_character_is_folded_to_it(char):
    if char in "^~" or not char.isalpha():
        return
    assert fold(char) == char
    same = {char, *re.findall(re.escape(char), CASED, re.IGNORECASE)}
    assert {fold(each) for each in same} == {char}
    assert char in ODD.pattern or {each.lower() for each in same if not ODD.match(each)} <= {char, "i̇"}
    found = Literals([char])
    assert all(found.occurring(each, [(0, 1)]) == [(0,)] for each in same)


def test_blanks_and_digits_are_folded():
    assert {fold(char) for char in re.findall(r"\s", EVERY_CHAR)} == {" "}
    assert {fold(char) for char in re.findall(r"\d", EVERY_CHAR)} == {"0"}
    blank, digit = Literals([" "]), Literals(["0"])
    assert all(blank.occurring(char, [(0, 1)]) == [(0,)] for char in re.findall(r"\s", EVERY_CHAR))
    assert all(digit.occurring(char, [(0, 1)]) == [(0,)] for char in re.findall(r"\d", EVERY_CHAR))
    assert {char for char in EVERY_CHAR if len(char.lower()) > 1} == {"İ"}


@pytest.mark.parametrize("number", range(len(FURNITURE)))
@settings(max_examples=8)
@given(data=st.data())
def test_a_pattern_of_furniture_is_open_where_it_matches(number, data):
    pattern = FURNITURE[number]
    text = data.draw(st.from_regex(pattern.lower() if number else pattern))
    if re.search(pattern, text if number == 0 else text.lower()) and (number == 0 or len(text) == len(text.lower())):
        (able,) = furniture.gate().able(text, [(0, len(text))])
        assert number in able


@pytest.mark.parametrize("number", range(len(FRAMES) - 1))
@settings(max_examples=8, suppress_health_check=[HealthCheck.filter_too_much])  # a pattern may look ahead
@given(data=st.data())
def test_a_frame_is_open_where_it_matches(number, data):
    pattern = re.compile(FRAMES[number], re.IGNORECASE)
    text = data.draw(st.from_regex(pattern)).replace("\n", " ")
    if match := pattern.search(text):
        for running in (False, True):
            (able,) = credit_rows.gate(running).able(text, [(0, len(text))])
            assert number in able
        small = match[0].lower()
        assert not starts(FRAMES[number]) or ODD.search(text) or small.startswith(tuple(starts(FRAMES[number])))


LOOSE = [number for number, frame in enumerate(credit_rows._FRAMES) if not frame.pattern.startswith("^")]
"""Frames that may match anywhere in a unit."""


@pytest.mark.parametrize("number", LOOSE)
@settings(max_examples=8, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_a_frame_finds_what_its_pattern_finds(number, data):
    """However it goes about it."""
    form = credit_rows._form(number)
    pieces = data.draw(st.lists(st.from_regex(form.pattern) | st.sampled_from(PROSE), min_size=1, max_size=3))
    text = data.draw(st.sampled_from(["", " ", ". "])).join(pieces).replace("\n", " ")
    names = [
        at for at, char in enumerate(text) if char in "\ue000\ue001\ue002\ue003\ue004" and text[at - 1 : at] != char
    ]
    found = form.matches(text, names, ODD.search(text) is not None)
    if not re.search("[\ue000-\ue004]{61}", text):
        assert [each.span() for each in found] == [each.span() for each in form.pattern.finditer(text)]


PROSE = ("He told \ue000\ue000 of it, by the photo (credit: x), from", " (\ue002\ue002) ", "Photo: \ue000\ue000")


@pytest.mark.parametrize("number", LOOSE)
def test_what_stands_before_a_name_is_within_reach(number):
    form = credit_rows._form(number)
    before, group, _ = form.source.partition("(?P<who>")
    if form.last is not None:
        before = form.source.removesuffix(form.last.pattern)
    if group or form.last is not None:
        assert _parser.parse(before).getwidth()[1] <= REACH
