"""Article: what is known of one document by itself."""

from dedup.article import Names, opened, prepare, whole
from dedup.model import Document
from dedup.settings import Settings
from dedup.text import fold


def names(text):
    tokens = fold(text)
    found = Names(text, tokens)
    return [word for index, word in enumerate(tokens.words) if index in found]


def test_names_are_capitals_inside_a_sentence_and_numbers():
    assert names("The old man met Ann Lee in Oslo on 16 May and then went home again.") == [
        "ann",
        "lee",
        "oslo",
        "16",
        "may",
    ]


def test_the_first_word_of_a_sentence_counts_when_it_is_never_small():
    text = "Lee was late. He said that Lee had a cold. The man left and the rest of them went home."
    assert names(text).count("lee") == 2
    assert "the" not in names(text)


def test_where_everything_is_large_capitals_say_nothing():
    assert names("THE OLD MAN MET ANN LEE IN OSLO TODAY") == []


def test_repeated_names_say_what_it_is_about():
    text = "In the end Ann Lee met Bo in Oslo, and then Lee took the night train back to Oslo with a friend."
    assert Names(text, fold(text)).repeated == {"lee", "oslo"}


def test_prepare_cuts_credits_and_whole_does_not():
    text = "LONDON (Reuters) - Rain fell on the harbour for the ninth day in a row and the ferries stayed in port."
    assert "reuters" not in opened(prepare(Document("a", text)), Settings()).tokens.words
    assert "reuters" in opened(whole(Document("a", text)), Settings()).tokens.words


def test_shingles_are_those_of_the_body():
    article = opened(prepare(Document("a", "Rain fell on the harbour for the ninth day in a row.")), Settings())
    assert len(article.hashes) == len(article.tokens) - 4 == 8
