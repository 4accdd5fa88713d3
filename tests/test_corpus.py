"""Corpus: texts come back as they were, from memory or from the file."""

import copy
import pickle
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.corpus import StoredDocument, Texts
from dedup.errors import DedupError
from dedup.model import Document

ANY = st.lists(st.text(st.characters(exclude_categories=[]), max_size=50), max_size=20)


@given(ANY, st.integers(0, 1000))
def test_texts_come_back_as_they_were(texts, room):
    kept = Texts(in_memory=room)
    assert [kept.add(text) for text in texts] == list(range(len(texts)))
    kept.close()
    assert len(kept) == len(texts)
    places = list(range(len(texts)))
    random.Random(1).shuffle(places)
    assert all(kept[place] == texts[place] for place in places)


def test_a_full_disk_is_named(monkeypatch):
    texts = Texts(in_memory=0)
    texts.add("x")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(texts, "_owner", type("Full", (), {"write": staticmethod(full)}))
    with pytest.raises(DedupError, match=r"No space left on device.*TMPDIR"):
        texts.close()


def stored(room):
    texts = Texts(in_memory=room)
    document = Document("1", "It rained.", title="Rain", metadata={"path": "a"})
    found = StoredDocument.of(document, texts, texts.add(document.text))
    texts.close()
    return document, found


@pytest.mark.parametrize("room", [0, 1000])
def test_a_stored_document_is_like_any_other(room):
    document, found = stored(room)
    assert found.text == "It rained."
    assert found == document
    assert document == found
    assert found != replace(document, text="It shone.")
    assert replace(found, id="2") == replace(document, id="2")
    assert replace(found, text="It shone.").text == "It shone."
    assert pickle.loads(pickle.dumps(found)) == document
    assert copy.deepcopy(found) == document
    assert "It rained." in repr(found)
    assert found != "It rained."
