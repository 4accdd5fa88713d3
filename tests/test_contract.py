"""What other people's programs depend on."""

import inspect
import json
from importlib import resources

import jsonschema
import pytest

import dedup
from tests.newsroom import SEEDS

SCHEMA = json.loads((resources.files("dedup") / "data" / "scan.schema.json").read_text("utf-8"))


def test_public_names():
    assert dedup.__all__ == [
        "Credit",
        "DedupError",
        "Document",
        "Match",
        "Passage",
        "ScanResult",
        "Settings",
        "__version__",
        "compare",
        "open_index",
        "read",
        "read_credits",
        "scan",
    ]
    assert all(getattr(dedup, name) is not None for name in dedup.__all__)
    assert set(dedup.__all__) <= set(dir(dedup))


def test_public_functions_stay_functions_once_used():
    dedup.scan(dedup.Document("a", "some text"))
    dedup.compare("a", "b")
    for name in ("scan", "compare", "read", "read_credits"):
        assert inspect.isfunction(getattr(dedup, name)), name


def test_no_other_names():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = dedup.nothing


@pytest.mark.parametrize(
    ("function", "signature"),
    [
        ("scan", ["paths_or_documents", "settings", "progress"]),
        ("compare", ["a", "b", "settings"]),
        ("read", ["paths"]),
    ],
)
def test_signatures(function, signature):
    assert list(inspect.signature(getattr(dedup, function)).parameters) == signature


def test_read_credits_takes_a_text_and_its_outlet():
    parameters = inspect.signature(dedup.read_credits).parameters
    assert next(iter(parameters)) == "text"
    assert {"outlet", "url"} <= set(parameters)
    [credit] = dedup.read_credits("LONDON (Reuters) - Rain fell.")
    assert (credit.wire, credit.role) == ("reuters", "origin")


def test_scan_json_follows_the_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for until in ("documents", "passages", "provenance"):
        found = json.loads(dedup.scan(SEEDS, dedup.Settings(until=until)).to_json())
        jsonschema.validate(found, SCHEMA)
        assert found["settings"]["until"] == until


def test_scan_json_has_the_agreed_keys():
    found = json.loads(dedup.scan(SEEDS).to_json())
    assert set(found) >= {
        "dedup", "schema", "settings", "documents", "matches", "version_groups", "strands", "graph", "skipped",
        "timings",
    }  # fmt: skip
    assert set(found["documents"][0]) >= {
        "id", "path", "title", "outlet", "published", "words", "body", "credits", "composition", "shared_words",
        "shared_share", "flags",
    }  # fmt: skip
    assert set(found["documents"][0]["credits"][0]) == {"wire", "role", "start", "end", "text", "rule"}
    assert set(found["matches"][0]) >= {"a", "b", "jaccard", "a_in_b", "b_in_a", "relation", "passages"}
    assert set(found["matches"][0]["passages"][0]) >= {"a", "b", "words", "kind", "p_copied", "decibans", "strand"}
    assert set(found["strands"][0]) >= {"id", "members", "words", "passages", "origins", "say"}
    assert set(found["graph"]["edges"][0]) >= {"source", "target", "kind", "p", "say", "words", "share", "evidence"}


def test_ids_are_paths_in_the_scanned_folder():
    assert sorted(path.name for path in SEEDS.glob("*.txt")) == [r.id for r in dedup.scan(SEEDS).documents]


def test_every_error_is_a_dedup_error():
    from dedup import errors

    for name in errors.__all__:
        assert issubclass(getattr(errors, name), dedup.DedupError)
    with pytest.raises(dedup.DedupError):
        dedup.Settings(shingle=0)
