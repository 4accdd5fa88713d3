"""Answers: which stretches of a checked article are flagged, held to a slow painter."""

from __future__ import annotations

from itertools import groupby, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup import Settings, open_index
from dedup.bench import articles
from dedup.engine import engine
from dedup.index import knowledge
from dedup.index.answers import Answers, _Label, _painted, _rank, _together
from dedup.index.check_json import dumped_line
from dedup.index.records import Flagged


def painted(answers, place, start, end):
    """What is flagged, word by word: each word is that of the surest passage which has it."""
    found, article = answers._readings.matches, answers._readings.articles[place]
    tokens = engine("auto").fold(article.document.text, article.body)
    told = []
    for m in range(start, end):
        for p in found.passages_of(m):
            first, last = answers._sides[p, :2].tolist()
            words = {n for n, character in enumerate(tokens.starts) if first <= character < last}
            said = answers._label(p, place)
            told.append(((_rank(said), min(words), max(words), found.ids[answers._other[m]]), said, words))
    owners = [
        max(((key, said) for key, said, words in told if n in words), default=((), None))[1] for n in range(len(tokens))
    ]
    for said, several in groupby(range(len(tokens)), key=owners.__getitem__):
        numbers = [*several]
        if said:
            ids = {key[-1] for key, _, words in told if words & {*numbers}}
            span = tokens.starts[numbers[0]], tokens.ends[numbers[-1]]
            rest = said.kind, said.origin, said.p, said.say, tuple(sorted(ids))
            yield Flagged(*span, len(numbers), *rest)


@pytest.mark.parametrize("texts", [True, False])
def test_spans_are_those_that_a_painter_paints(tmp_path, monkeypatch, texts):
    monkeypatch.setattr(knowledge, "FEWEST", 100)
    spans, counts = Answers._spans, []

    def compared(self, place, start, end):
        found = [*spans(self, place, start, end)]
        assert found == [*painted(self, place, start, end)]
        counts.append((len(found), len({span.kind for span in found})))
        return iter(found)

    monkeypatch.setattr(Answers, "_spans", compared)
    some = [*articles(420, seed=8)]
    with open_index(tmp_path / "news", Settings(jobs=1), texts=texts) as index:
        index.add(some[::2])
        answers = [*index.check(some[1::2])]
    assert [len(answer.spans) for answer in answers if answer.spans] == [count for count, _ in counts]
    assert sum(count > 1 for count, _ in counts) > 20
    assert sum(kinds > 1 for _, kinds in counts) > 2


def test_an_answer_does_not_depend_on_what_else_is_asked(tmp_path):
    some = [*articles(700, seed=4)]
    with open_index(tmp_path / "news", Settings(jobs=1)) as index:
        index.add(some[::2])
        together = [dumped_line(answer) for answer in index.check(some[1::2])]
        alone = [dumped_line(answer) for each in some[1::2] for answer in index.check(each)]
    assert together == alone
    assert sum(b'"wire"' in line for line in together) > 50


ONE_LABEL = _Label("copy", 0, "wire:ap", 0.9, "from AP")
STRETCHES = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), min_size=1, max_size=8)


@given(STRETCHES)
@example([(0, 5), (5, 5)])  # which touch
@example([(0, 5), (6, 5)])
@example([(0, 9), (2, 3), (9, 1)])
def test_stretches_of_one_label_are_put_together_as_they_are_painted(stretches):
    told = [(begin, begin + size, 0, 0, "id", _rank(ONE_LABEL), ONE_LABEL) for begin, size in sorted(stretches)]
    covered = {word for begin, size in stretches for word in range(begin, begin + size)}
    runs = [*_together(told)]
    assert runs == [*_painted(told)]
    assert {word for _, begin, behind in runs for word in range(begin, behind)} == covered
    assert all(behind < begin for (_, _, behind), (_, begin, _) in pairwise(runs))
