"""The contract of an index, whatever it is kept in; and that it answers as a scan does."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

import dedup
from dedup import Document, Settings, open_index, scan
from dedup.bench import articles
from dedup.engine import engine
from dedup.errors import InputError, SettingsError, StoreError
from dedup.model import Skipped
from dedup.prepare import prepare_all
from tests.newsroom import ONE, filler, seeds, short


@pytest.fixture(params=["embedded", "redis"])
def place(request, tmp_path):
    """Where an index may be: a name for each that is asked for."""
    if request.param == "embedded":
        return lambda name: tmp_path / name
    server = request.getfixturevalue("redis_server")
    server.empty()
    return lambda name: f"{server.url}#{name}"


@pytest.fixture
def index(place):
    with open_index(place("news")) as opened:
        yield opened


def ids(index):
    return [each.id for each in index.documents()]


def checked(index, document, **options):
    [found] = index.check(document, **options)
    return found


ARTICLE = Document("one", f"ROME (AP) - {ONE} {filler('a')}", outlet="The Daily")


def test_what_is_added_is_there(index):
    added = index.add([ARTICLE, Document("two", filler("b"))])
    assert (added.new, added.updated, added.known, added.skipped) == (2, 0, 0, ())
    assert [(each.id, each.version, each.wires, each.outlet) for each in index.documents()] == [
        ("one", 1, ("ap",), "The Daily"),
        ("two", 1, (), None),
    ]
    info = index.info()
    assert (info.articles, info.wires, info.texts) == (2, {"ap": 1}, True)


def test_an_index_stays(place):
    with open_index(place("news")) as index:
        index.add([ARTICLE])
    with open_index(place("news")) as index:
        assert ids(index) == ["one"]
        assert [match.id for match in checked(index, Document("new", ONE)).matches] == ["one"]
        assert [*index.export()] == [ARTICLE]


def test_adding_again_changes_nothing(index):
    index.add([ARTICLE])
    assert index.add([ARTICLE]).known == 1
    assert ids(index) == ["one"]


def test_an_edited_article_takes_the_place_of_the_old(index):
    index.add([ARTICLE])
    edited = replace(ARTICLE, text=filler("c") + " The western cable tore from the rock nine minutes after six.")
    added = index.add([edited])
    assert (added.new, added.updated) == (0, 1)
    assert [(each.id, each.version) for each in index.documents()] == [("one", 2)]
    assert not checked(index, Document("new", ONE)).matches
    assert checked(index, Document("new", "The western cable tore from the rock nine minutes after six.")).matches


def test_two_versions_in_one_batch(index):
    edited = replace(ARTICLE, text=filler("c"))
    added = index.add([ARTICLE, Document("two", filler("b")), edited, edited])
    assert (added.new, added.updated, added.known) == (2, 1, 1)
    assert sorted(each.id for each in index.documents()) == ["one", "two"]
    assert {each.id: each.text for each in index.export()}["one"] == edited.text


def test_a_changed_field_is_a_new_version(index):
    index.add([ARTICLE])
    assert index.add([replace(ARTICLE, published="2024-05-16")]).updated == 1


def test_files_of_one_name_are_different_articles(index, tmp_path):
    for day, text in (("monday", filler("m")), ("tuesday", filler("t"))):
        (tmp_path / day).mkdir()
        (tmp_path / day / "a.txt").write_text(text)
        index.add(tmp_path / day)
    assert ids(index) == ["a.txt", f"a.txt@{tmp_path / 'tuesday' / 'a.txt'}"]
    for day in ("monday", "tuesday"):
        assert index.add(tmp_path / day).known == 1
    (tmp_path / "tuesday" / "a.txt").write_text(filler("u"))
    assert index.add(tmp_path / "tuesday").updated == 1
    assert sorted(each.version for each in index.documents()) == [1, 2]


def test_what_is_removed_is_found_no_more(index):
    index.add([ARTICLE, Document("two", ONE)])
    assert index.remove(["one", "nobody"]) == ["one"]
    assert ids(index) == ["two"]
    assert [match.id for match in checked(index, Document("new", ONE)).matches] == ["two"]
    index.compact()
    assert [match.id for match in checked(index, Document("new", ONE)).matches] == ["two"]
    assert index.info().removed == 1
    assert index.add([ARTICLE]).new == 1


def test_checking_adds_nothing(index):
    index.add([ARTICLE])
    found = checked(index, Document("new", f"{ONE} {filler('n', 12)}"))
    assert [match.id for match in found.matches] == ["one"]
    assert "uncredited-copy" in found.reading.flags
    assert (found.agrees, [*found.wires]) == (False, ["ap"])
    [span] = found.spans
    assert (span.start, span.end, span.words, span.origin, span.ids) == (0, len(ONE) - 1, 17, "wire:ap", ("one",))
    assert ids(index) == ["one"]


def test_an_article_is_not_compared_with_itself(index):
    index.add([ARTICLE])
    assert not checked(index, ARTICLE).matches
    assert not checked(index, replace(ARTICLE, text=ARTICLE.text + " More.")).matches


def test_an_empty_index_answers(index):
    found = checked(index, ARTICLE)
    assert (len(found.matches), found.spans, found.reading.composition[0].origin) == (0, (), "wire:ap")
    assert ids(index) == []
    index.compact()
    assert index.verify() == []


def test_articles_are_answered_in_order_and_what_is_unreadable_is_named(index, tmp_path):
    index.add([ARTICLE])
    (tmp_path / "in").mkdir()
    for name, data in (("a.txt", ONE.encode()), ("b.txt", b"\0\1\2\3" * 50), ("c.txt", b"nothing of the kind")):
        (tmp_path / "in" / name).write_bytes(data)
    found = [*index.check(tmp_path / "in")]
    assert [each.path.endswith("b.txt") if isinstance(each, Skipped) else each.id for each in found] == [
        "a.txt", True, "c.txt",
    ]  # fmt: skip


def test_nothing_to_add(index, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"nothing to add in .*empty; give a folder with"):
        index.add(tmp_path / "empty")
    with pytest.raises(InputError, match="no documents"):
        index.add([])


def test_other_settings_are_refused(place):
    open_index(place("news"), Settings(window=5)).close()
    with pytest.raises(StoreError, match=r"made with window=5, not window=4; .* --index OTHER --window 4"):
        open_index(place("news"), Settings())
    with open_index(place("news")) as index:
        assert index.settings.window == 5
    with open_index(place("news"), Settings(window=5, jobs=1)) as index:
        assert index.settings.jobs == 1
    with pytest.raises(StoreError, match=r"made with texts, not without them|in Redis keeps texts"):
        open_index(place("news"), texts=False)


def test_an_index_that_is_not_there(place):
    with pytest.raises(StoreError, match=r"there is no index .*nothing; make it: dedup index add"):
        open_index(place("nothing"), create=False)


def test_the_length_of_passages_is_chosen_when_asking(index):
    index.add([ARTICLE])
    question = Document("new", "It said the ferry had left Pier Nine at dawn with two nobody else.")
    assert [passage.words for match in checked(index, question).matches for passage in match.passages] == [10]
    assert not checked(index, question, min_words=12).matches
    seven = Document("new", "x y the ferry had left Pier Nine at z w.")
    assert not checked(index, seven).matches
    assert checked(index, seven, min_words=7).matches
    with pytest.raises(SettingsError, match="ask for min_words=7 or more"):
        checked(index, question, min_words=6)


def test_facts_that_were_learned_stay(place):
    with open_index(place("news")) as index:
        index.learn("boilerplate", {"a": "1", "b": "2"})
        index.learn("boilerplate", {"a": None, "c": '{"n": 3}'})
        index.learn("outlet", {"x": "y"})
    with open_index(place("news")) as index:
        assert index.learned("boilerplate") == {"b": "2", "c": '{"n": 3}'}
        assert index.learned("nothing") == {}
        assert index.info().learned == {"boilerplate": 2, "outlet": 1}


def test_hostile_names_and_texts(index):
    strange = [
        Document("a\udc80", "lone \ud800 surrogate " + ONE),
        Document("'; DROP TABLE documents; --", "nul \0 " + ONE, title="[red]\x1b[31m", metadata={"k": "\udfff"}),
        Document("", ONE),
    ]
    index.add(strange)
    assert [*index.export()] == strange
    assert {match.id for match in checked(index, Document("new", ONE)).matches} == {each.id for each in strange}
    assert index.remove([each.id for each in strange]) == [each.id for each in strange]
    assert index.verify() == []


@cache
def corpus(number=300):
    return [*articles(number, seed=3)]


def results(matches, new):
    """What pairs of a new article and an old one have in common, the new one first."""
    found = {}
    for match in matches:
        for a, b, mirror in ((match.a, match.b, False), (match.b, match.a, True)):
            if a in new and b not in new:
                sides = [(p.b, p.a) if mirror else (p.a, p.b) for p in match.passages]
                rest = [(p.words, p.kind, p.decibans) for p in match.passages]
                found[a, b] = match.relation, match.jaccard, sorted(zip(sides, rest, strict=True))
    return found


def test_what_many_have_is_found_as_in_a_scan(tmp_path):
    """Of articles with stock phrases that many have, the same words are shared, if not with each of them."""
    some = corpus()
    new = {document.id for document in some[::2]}
    with open_index(tmp_path / "news") as index:
        index.add(document for document in some if document.id not in new)
        answers = {answer.id: answer for answer in index.check(document for document in some if document.id in new)}
    whole = scan(some)
    assert whole.limits.crowded
    long = {
        pair for pair, (_, _, passages) in results(whole.matches, new).items() if any(p[1][0] > 20 for p in passages)
    }
    assert len(long) > 25
    assert long <= {(id, match.id) for id, answer in answers.items() for match in answer.matches}


def test_checking_finds_what_a_scan_of_all_finds(place, monkeypatch):
    agree(place("news"), "provenance", monkeypatch, corpus(150))


@pytest.mark.parametrize("until", ["documents", "passages"])
def test_checking_stops_where_a_scan_stops(tmp_path, until, monkeypatch):
    agree(tmp_path / "news", until, monkeypatch, corpus())


def agree(place, until, monkeypatch, some):
    """Articles in two parts: all scanned, and one part checked against the other, give the same passages."""
    # Which of many is the first depends on who came first.
    for module in ("pipeline", "index.snapshot", "index.server"):
        monkeypatch.setattr(f"dedup.{module}.ANCHOR_CARRIERS", 10**6)
        monkeypatch.setattr(f"dedup.{module}.BAND_CARRIERS", 10**6)
    monkeypatch.setattr("dedup.index.keys.VERSIONS", 10**6)
    # Boilerplate and idioms are learned from many articles at once, which a check does not have.
    monkeypatch.setattr("dedup.tracing.learn", lambda *_: None)
    for module in ("tracing", "index.checking"):
        monkeypatch.setattr(f"dedup.{module}.weighed", lambda *_: None)
    settings = Settings(until=until)
    new = {document.id for document in some[::2]}
    with open_index(place, settings) as index:
        old = [document for document in some if document.id not in new]
        for start in range(0, len(old), 30):  # several segments, or rows of the recent part
            index.add(old[start : start + 30])
        answers = [*index.check(document for document in some if document.id in new)]
    whole = scan(some, settings)
    assert whole.limits.crowded == 0
    expected = results(whole.matches, new)
    assert len(expected) > 15
    found = {
        (answer.id, match.id): (
            match.relation,
            match.jaccard,
            sorted(((p.a, p.b), (p.words, p.kind, p.decibans)) for p in match.passages),
        )
        for answer in answers
        for match in answer.matches
    }
    assert found == expected


def test_the_seeds_are_answered_as_in_a_scan(place):
    """Each seed against the others: the same wires, flags and credits, where all evidence is at hand."""
    whole = {reading.id: reading for reading in scan(seeds()).documents}
    for document in seeds():
        with open_index(place(short(document.id))) as index:
            index.add([other for other in seeds() if other.id != document.id])
            found = checked(index, document)
        reading = whole[document.id]
        assert found.reading.credits == reading.credits
        assert found.reading.body == reading.body
        assert found.reading.flags == reading.flags
        assert [(share.origin, share.words) for share in found.reading.composition] == [
            (share.origin, share.words) for share in reading.composition
        ]


def test_a_version_is_told_as_in_a_scan(index):
    """By the words that both have in copied passages, however many small edits lie between."""
    words = filler("v", 200).split()
    wire = Document("a", "ROME (Reuters) - " + " ".join(words), outlet="The Daily")
    edited = Document("b", " ".join("quite" if n % 11 == 3 else word for n, word in enumerate(words)))
    whole = scan([wire, edited])
    assert len(whole.groups) == 1
    assert whole.matches[0].jaccard < 0.5
    index.add(wire)
    found = checked(index, edited)
    assert found.reading.composition == whole.documents[1].composition
    assert not found.strands


def test_what_was_committed_before_a_failure_is_there_and_nothing_after_it(tmp_path, monkeypatch):
    """Batches are committed while the next is read; none that comes after one that failed."""
    monkeypatch.setattr(dedup.index, "BATCH", 1)
    with open_index(tmp_path / "news", Settings(jobs=1)) as index:
        commit, asked = index._store.commit, []

        def failing(entries, *keys):
            asked.append(entries[0].id)
            if len(asked) == 3:
                raise StoreError("no room")
            return commit(entries, *keys)

        monkeypatch.setattr(index._store, "commit", failing)
        # Portions of Documents are of 256.
        some = [replace(ARTICLE, id=f"{n:04}", text=f"{ARTICLE.text} {n}") for n in range(256 * 5)]
        with pytest.raises(StoreError, match="no room"):
            index.add(some)
        assert asked == ["0000", "0256", "0512"]
        assert ids(index) == [each.id for each in some[:512]]


def test_one_by_one_is_as_all_at_once(index):
    index.add(corpus()[:60])
    some = [replace(document, id="new " + document.id) for document in corpus()[50:70]]
    assert [*index.check(some)] == [checked(index, document) for document in some]


@pytest.mark.parametrize("texts", [True, False])
def test_an_outline_is_what_the_record_of_a_match_says(tmp_path, texts):
    with open_index(tmp_path / "news", texts=texts) as index:
        index.add(corpus()[::2])
        answers = [*index.check(corpus()[1::2])]
    outlines = [(answer, outline) for answer in answers for outline in answer.outlines()]
    assert sum(len(outline.passages) for _, outline in outlines) > 30
    for (_, told), match in zip(outlines, (match for answer in answers for match in answer.matches), strict=True):
        assert (told.id, told.document.title, told.credits) == (match.id, match.title, match.credits)
        assert told[3:7] == (match.relation, match.jaccard, match.new_in_old, match.old_in_new)
        assert told.passages == [(p.a, p.b, p.words, p.kind, p.p_copied, p.decibans, p.strand) for p in match.passages]


def test_what_the_judge_sees_is_kept_with_the_text(tmp_path):
    settings, documents = Settings(engine="reference", jobs=1), [*articles(40, seed=3)]
    known = prepare_all(documents)
    texts, bodies = [each.document.text for each in known], [each.spans for each in known]
    seen = engine("reference").notes(texts, bodies, [each.credits for each in known])
    for name, given, expected in (("full", {}, seen), ("bare", {"texts": False}, [None] * len(seen))):
        with open_index(tmp_path / name, settings, **given) as index:
            index.add(documents)
            stored = index._store.fetch(range(len(documents)))
            assert [stored[number].notes for number in range(len(documents))] == expected
    with open_index(tmp_path / "short", replace(settings, until="passages")) as index:
        index.add(documents)
        assert {each.notes for each in index._store.fetch(range(len(documents))).values()} == {None}


def test_of_a_story_that_many_print_several_bear_witness(index):
    """The first that is there says nothing of its origin; those that came later do."""
    story = f"{ONE} {filler('s', 120)}"
    index.add(Document(f"{n:02}", f"{filler(f'own{n}', 50)}\n{story}") for n in range(30))
    index.add(Document(f"{n:02}", f"ROME (AP) - {story} {filler(f'own{n}', 50)}") for n in range(30, 40))
    found = checked(index, Document("new", f"{filler('new', 90)} {story}"))
    assert len(found.matches) > 5


def test_what_settles_an_open_origin_is_news(index):
    open_one = Document("local", f"{filler('l', 8)} {ONE} {filler('m', 8)}", outlet="The Local")
    index.add(
        [open_one, Document("other", f"{ONE} {filler('o', 60)}", outlet="The Other"), Document("far", filler("f"))]
    )
    assert [*index.news()] == []
    index.add(Document("wire", f"ROME (AP) - {ONE} {filler('w', 30)}"))
    told = [*index.news(keep=True)]
    assert [each.id for each in told] == ["local", "other"]
    assert [([*each.before], [*each.now], each.because) for each in told] == [([], ["ap"], ("wire",))] * 2
    assert "uncredited-copy" in told[0].flags
    assert [*index.news()] == told
    assert [*index.news()] == []


def test_it_is_a_public_name():
    assert dedup.open_index is open_index
