"""The generator of articles: the same for ever, natural in its numbers, and true to what it says it planted."""

import json
import re
from collections import Counter
from functools import cache
from itertools import islice
from math import log
from statistics import mean, pstdev

import pytest

from dedup.bench import articles, truth, write
from dedup.bench.generate import main
from dedup.bench.language import language
from dedup.bench.plan import Planner
from dedup.bench.story import Writer

# A change of the generator changes what every benchmark measures: change these only on purpose.
DIGESTS = {
    1_000: "2959b427732331fa56b67861bb09da48c27240a6fd08df2eed522f1cd572845d",
    10_000: "52e6b5bf8fc38f8c9661ce3b801a5177c73db8a2fc1216987c4d64383381ae44",
}
N = 2_000


@cache
def corpus():
    return {document.id: document for document in articles(N)}


@cache
def planted():
    return list(truth(N))


@cache
def stories():
    """The sentences of stories in English that copy nothing, without furniture."""
    writer = Writer(1)
    bodies = [writer.body(number) for number in range(N) if writer.plan(number).kind == "original"]
    return [body.sentences for body in bodies if body.language == "en"]


def folded(text):
    return re.sub("[“”„«»]", '"', text).replace("’", "'")


def shingles(text):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[n : n + 5]) for n in range(len(words) - 4)}


@pytest.mark.parametrize("n", DIGESTS)
def test_the_articles_are_the_same_everywhere(tmp_path, n):
    assert write(tmp_path / "a.jsonl", n).digest == DIGESTS[n]


def test_processes_do_not_change_the_file(tmp_path):
    one, two = (write(tmp_path / f"{jobs}.jsonl", 1200, seed=3, jobs=jobs) for jobs in (1, 2))
    assert one == two
    assert (tmp_path / "1.jsonl").stat().st_size == one.bytes


def test_an_article_does_not_depend_on_how_many_there_are():
    assert list(articles(40)) == list(islice(articles(10**6), 40))
    assert next(articles(500_001, start=500_000)) == next(articles(10**6, start=500_000))
    assert list(truth(100)) == [each for each in planted() if each.b < "n0000100"]


def test_another_seed_gives_other_articles():
    assert next(articles(1, seed=2)).text != next(articles(1)).text


def test_the_records():
    documents = corpus().values()
    assert all(document.title and document.outlet and document.url and document.text for document in documents)
    assert 0.08 < mean(document.published is None for document in documents) < 0.2
    assert len({document.outlet for document in documents}) > 300


def test_the_command_line(tmp_path, capsys):
    file, truths = tmp_path / "a.jsonl", tmp_path / "t.jsonl"
    assert main(["60", str(file), "--seed", "5", "--truth", str(truths)]) == 0
    digest = write(tmp_path / "b.jsonl", 60, seed=5)
    assert capsys.readouterr().out == f"60 articles, {digest.bytes} bytes, sha256 {digest.digest}\n"
    rows = [json.loads(line) for line in truths.read_text("utf-8").splitlines()]
    assert [(row["a"], row["b"], row["kind"]) for row in rows] == [(t.a, t.b, t.kind) for t in truth(60, seed=5)]


def test_lengths_are_those_of_news():
    documents = corpus().values()
    assert 2_600 < mean(len(document.text.encode()) for document in documents) < 3_300
    assert max(len(document.text.split()) for document in documents) > 2_000
    sentences = [len(sentence.split()) for story in stories() for sentence in story]
    assert 17 < mean(sentences) < 24
    assert pstdev(sentences) > 5


def test_words_follow_zipf():
    counts = Counter(word for story in stories() for word in re.findall(r"\w+", " ".join(story).lower()))
    total = sum(counts.values())
    assert 0.05 < counts["the"] / total < 0.08
    assert 0.02 < counts["of"] / total < 0.05
    assert 0.02 < counts["and"] / total < 0.05
    ranked = sorted(counts.values(), reverse=True)
    slope = log(ranked[2000] / ranked[20]) / log(2001 / 21)
    assert -1.2 < slope < -0.7
    assert 4.3 < sum(len(word) * count for word, count in counts.items()) / total < 5.5
    assert len(counts) / total > 0.02  # new words keep coming, as in news


def test_unrelated_stories_share_five_words_now_and_then_and_hardly_ever_a_passage():
    once = Counter(shingle for story in stories() for shingle in shingles(" ".join(story)))
    again = sum(count for count in once.values() if count > 1) / sum(once.values())
    assert 0.004 < again < 0.04


def test_all_kinds_are_planted_at_their_rates():
    kinds = Counter(each.kind for each in planted())
    assert set(kinds) == {"edited", "identical", "excerpt", "version", "shares", "mass", "template"}
    copies = kinds["edited"] + kinds["identical"] + kinds["excerpt"] + kinds["version"]
    assert 0.17 < copies / N < 0.24
    assert 0.08 < kinds["shares"] / N < 0.12
    assert kinds["mass"] >= N / 120


def test_sources_are_near_and_far():
    far = [int(each.b[1:]) - int(each.a[1:]) for each in planted() if each.kind == "edited"]
    assert min(far) > 0
    assert 0.3 < mean(distance <= 80 for distance in far) < 0.8


def test_mass_stories_have_a_thousand_copies_at_a_hundred_thousand():
    plan = Planner(1)
    sample = [plan(number) for number in range(200_000, 210_000)]
    mass = [each for each in sample if each.kind == "mass"]
    assert {each.source for each in mass} == {200_000}
    assert len(mass) > 100


def test_shared_sentences_stand_in_both_texts():
    shares = [each for each in planted() if each.kind == "shares"]
    assert all(1 <= len(each.sentences) <= 4 for each in shares)
    for each in shares:
        for sentence in each.sentences:
            assert folded(sentence) in folded(corpus()[each.a].text)
            assert folded(sentence) in folded(corpus()[each.b].text)


def test_copies_are_alike_in_all_degrees():
    sets = {name: shingles(document.text) for name, document in corpus().items()}
    alike = {"identical": [], "edited": [], "excerpt": [], "version": [], "shares": []}
    for each in planted():
        a, b = sets[each.a], sets[each.b]
        if each.kind in alike and a | b and language_of(each.b) == "en":
            alike[each.kind].append(len(a & b) / len(a | b))
    assert min(alike["identical"]) > 0.5
    assert mean(alike["identical"]) > 0.9
    assert min(alike["edited"]) < 0.35 < 0.95 < max(alike["edited"])
    for low in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        assert any(low <= value < low + 0.1 for value in alike["edited"])
    assert mean(alike["shares"]) < 0.2


def test_a_third_of_the_wire_copies_credits_nobody():
    copies = [each for each in planted() if each.kind in ("edited", "identical", "excerpt", "version") and each.wire]
    assert (
        0.5 < len(copies) / sum(each.kind in ("edited", "identical", "excerpt", "version") for each in planted()) < 0.75
    )
    assert 0.25 < mean(not each.credited for each in copies) < 0.4
    for each in copies:
        text = corpus()[each.b].text
        if not each.credited:
            assert not re.search(r"\((Reuters|AP|AFP|dpa|Xinhua)\)|Associated Press|Editing by|Avec AFP", text)
        elif each.wire == "dpa":
            assert re.search(r"\bdpa\b", text)
    assert {each.wire for each in copies} >= {"ap", "reuters", "afp", "dpa", "xinhua"}


def language_of(name):
    text = corpus()[name].text
    return "en" if text.isascii() or re.search(r"\b(the|said)\b", text) else "other"


def test_other_languages_and_scripts_occur():
    text = "".join(document.text for document in corpus().values())
    assert all(mark in text for mark in "éüñß“„«」。")
    dense = [d for d in corpus().values() if len(re.findall("[\u3040-\u30ff\u4e00-\u9fff]", d.text)) > 100]
    assert 0.005 < len(dense) / N < 0.04


def test_pages_carry_credits_and_furniture_and_plain_bodies_do_not():
    text = "\n".join(document.text for document in corpus().values())
    for form in (
        "(Reuters) - ",
        "(AP) — ",
        "Reporting by",
        "© ",
        "All rights reserved",
        "Related: ",
        "(dpa)",
        "Avec AFP",
    ):
        assert form in text, form
    bodies = "\n".join(document.text for document in articles(300, realistic=False))
    assert not re.search(r"Reuters|All rights reserved|\bdpa\b", bodies)
    assert "{" not in text


def test_names_and_words_are_invented_by_number():
    english = language("en")
    assert len({english.name_part(number * 7919) for number in range(3000)}) > 2000
    assert english.words[:3] == ["government", "people", "year"]
