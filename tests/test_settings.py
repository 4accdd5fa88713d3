"""Settings: one record that can name itself."""

import dataclasses

import pytest

from dedup.errors import SettingsError
from dedup.settings import Settings


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("shingle", 0, "shingle=0"),
        ("window", -1, "window=-1"),
        ("min_words", 4, "try min_words=8"),
        ("bands", 64, "try permutations=256"),
        ("until", "never", "documents, passages, provenance"),
        ("engine", "quantum", "auto, reference"),
        ("permutations", 12.5, "whole number"),
        ("rows", True, "whole number"),
    ],
)
def test_bad_values_are_refused_with_the_value_and_what_to_try(field, value, says):
    with pytest.raises(SettingsError, match=says):
        Settings(**{field: value})


def test_settings_cannot_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().shingle = 3


def test_fingerprint_tells_settings_apart_but_not_engines():
    assert Settings(min_words=9).fingerprint != Settings().fingerprint
    assert Settings(engine="reference").fingerprint == Settings().fingerprint
    assert "engine" not in Settings().as_dict()


def test_equal_settings_are_equal():
    assert Settings(min_words=9) == Settings(min_words=9)
    assert hash(Settings()) == hash(Settings())
