"""What is read, under which id, and what is said about the rest."""

import gzip
import io
import itertools
import json
import os
import socket
import sys
from pathlib import Path

import pytest

import dedup.readers as readers
from dedup.errors import InputError
from dedup.model import Document, Skipped
from dedup.readers import read, read_inputs
from dedup.readers.plain import read_plain

SEEDS = Path(__file__).parent.parent / "seeds"


def write(folder, **files):
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def inputs(*paths):
    """Ids of what was read, and reasons by path of what was not."""
    each = list(read_inputs(paths))
    ids = [one.id for one in each if isinstance(one, Document)]
    return ids, {Path(one.path).name: one.reason for one in each if isinstance(one, Skipped)}


def as_stdin(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_five_seeds_and_nothing_skipped_beside_a_readme_and_the_truth(tmp_path):
    for path in SEEDS.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    write(tmp_path, README_md="# Seeds", license_txt="MIT", x_csv="a,b", _hidden_txt="no")
    ids, skipped = inputs(tmp_path)
    assert [name[:3] for name in ids] == ["000", "001", "002", "003", "004"]
    assert not skipped


def test_a_folder_is_read_in_the_order_of_relative_paths_which_are_the_ids(tmp_path):
    write(tmp_path, b_txt="B", a__z_txt="Z", a__y__x_md="X", **{"_git__c_txt": "no"})
    documents = list(read(tmp_path))
    assert [document.id for document in documents] == ["a/y/x.md", "a/z.txt", "b.txt"]
    assert documents[2] == Document("b.txt", "B", metadata={"path": str(tmp_path / "b.txt"), "encoding": "utf-8"})


def test_a_file_that_is_named_is_read_whatever_its_suffix(tmp_path):
    write(tmp_path, a_log="A", README_md="B", c="C")
    assert inputs(tmp_path / "a.log", tmp_path / "README.md", str(tmp_path / "c")) == (["README.md", "a.log", "c"], {})


def test_documents_of_other_kinds_are_reported(tmp_path):
    write(tmp_path, a_txt="A", b_pdf="%PDF-", c_html="<p>", d_txt_gz="x")
    ids, skipped = inputs(tmp_path)
    assert ids == ["a.txt"]
    assert skipped["b.pdf"] == "unknown kind .pdf; reads .txt, .md, .jsonl, .jsonl.gz"
    assert set(skipped) == {"b.pdf", "c.html", "d.txt.gz"}
    assert inputs(tmp_path / "c.html")[1] == {"c.html": skipped["c.html"]}


def test_a_table_is_passed_over_beside_articles_and_refused_by_its_name(tmp_path):
    write(tmp_path, a_txt="A", b_csv="id,text\n1,Rain", c_TSV="id\ttext")
    assert inputs(tmp_path) == (["a.txt"], {})
    refused = {"b.csv": "unknown kind .csv; reads .txt, .md, .jsonl, .jsonl.gz"}
    assert inputs(tmp_path / "b.csv") == ([], refused)
    assert [*inputs(tmp_path / "c.TSV")[1]] == ["c.TSV"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (' \n[{"text": "Rain."},\n {"text": "Sun."}]', "JSON, not text; write each article on a line of its own"),
        ('{\n  "text": "Rain."\n}', "JSON, not text; write each article on a line of its own"),
        ('{"text": "Rain."}\n{"text": "Sun."}\n', "JSON Lines, not text; name it .jsonl"),
        ("<!DOCTYPE html>\n<p>Rain.", "HTML, not text"),
        ("\ufeff<HTML lang=en><p>Rain.", "HTML, not text"),
    ],
)
def test_what_is_no_text_is_refused_whatever_its_name(tmp_path, monkeypatch, text, reason):
    """Named, it was read as one article: no error, and nothing found."""
    write(tmp_path, a_json=text, b_txt=text)
    for name in ("a.json", "b.txt"):
        assert inputs(tmp_path / name)[1][name].startswith(reason)
    if "Lines" not in reason:  # which standard input may be
        as_stdin(monkeypatch, text.encode())
        ids, skipped = inputs("-")
        assert not ids
        assert skipped["-"].startswith(reason)


@pytest.mark.parametrize(
    "text",
    [
        "[AP] Rain fell.",
        "{Braces} in prose",
        '{"@type": "NewsArticle"}\nRain fell.',
        "<b>Rain</b>",
        "<htm",
        "[\ud800",
        "{",
    ],
)
def test_articles_that_begin_like_something_else_are_read(text):
    assert (
        read_plain(text.encode("utf-8", "replace"), "a.txt", "a.txt").text == text.encode("utf-8", "replace").decode()
    )


def test_newlines_and_text_are_kept_as_they_are(tmp_path):
    text = "\n A \r\n\tB\r \u2028c\n"
    assert next(read(write(tmp_path, a_txt=text))).text == text


def test_the_order_of_paths_makes_no_difference_and_ids_stay_unique(tmp_path):
    write(
        tmp_path,
        one__a_txt="1",
        two__a_txt="2",
        three__b_jsonl='{"id": "a.txt", "text": "3"}\n{"id": "a.txt", "text": "4"}',
    )
    paths = [tmp_path / name for name in ("one", "two", "three")]
    results = {tuple((each.id, each.text) for each in read(order)) for order in itertools.permutations(paths)}
    (result,) = results
    assert [text for _, text in result] == ["1", "3", "4", "2"]
    b_jsonl = tmp_path / "three" / "b.jsonl"
    assert [id_ for id_, _ in result] == [
        "a.txt",
        f"a.txt@{b_jsonl}:1",
        f"a.txt@{b_jsonl}:2",
        f"a.txt@{tmp_path / 'two' / 'a.txt'}",
    ]


def test_a_file_reached_twice_is_read_once(tmp_path):
    write(tmp_path, x__a_txt="A", x__sub__b_txt="B")
    (tmp_path / "x" / "0link.txt").symlink_to(tmp_path / "x" / "sub" / "b.txt")
    (tmp_path / "x" / "0folder").symlink_to(tmp_path / "x" / "sub")
    x = tmp_path / "x"
    for paths in ([x, x], [x, x / "a.txt", x / "sub"], [x / "sub", x, str(x) + "/"]):
        texts = [document.text for document in read(paths)]
        assert sorted(texts) == ["A", "B"]


def test_links_to_folders_elsewhere_are_followed(tmp_path):
    write(tmp_path, real__a_txt="A", x__b_txt="B")
    (tmp_path / "x" / "link").symlink_to(tmp_path / "real")
    assert inputs(tmp_path / "x") == (["b.txt", "link/a.txt"], {})


def test_loops_and_dead_links_are_reported(tmp_path):
    write(tmp_path, a_txt="A", sub__b_txt="B")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    (tmp_path / "dead.txt").symlink_to("nowhere")
    (tmp_path / "one.txt").symlink_to("two.txt")
    (tmp_path / "two.txt").symlink_to("one.txt")
    ids, skipped = inputs(tmp_path)
    assert ids == ["a.txt", "sub/b.txt"]
    assert skipped == {
        "dead.txt": "link to nothing: nowhere",
        "one.txt": "loop of links",
        "two.txt": "loop of links",
        "up": f"loop of links: leads back to {os.path.realpath(tmp_path)}",
    }


def test_paths_are_shown_as_they_were_given(tmp_path, monkeypatch):
    write(tmp_path / "sub", b_txt="B", c_html="")
    write(tmp_path, a_txt="A")
    monkeypatch.chdir(tmp_path)
    for given, before in ((".", ""), ("./", ""), ("sub/..", "sub/../"), (tmp_path, f"{tmp_path}/")):
        found = [*read_inputs(given)]
        assert [each.id for each in found if isinstance(each, Document)] == ["a.txt", "sub/b.txt"]
        paths = [each.metadata["path"] if isinstance(each, Document) else each.path for each in found]
        assert paths == [f"{before}{name}" for name in ("a.txt", "sub/b.txt", "sub/c.html")]


def test_only_regular_files_are_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "s.txt"))
    ids, skipped = inputs(tmp_path, "/dev/null")
    assert not ids
    assert set(skipped) == {"pipe.txt", "s.txt", "null"}
    assert skipped["pipe.txt"] == "no regular file (a pipe, socket or device)"


def test_unreadable_files_are_reported_and_the_others_go_on(tmp_path, monkeypatch):
    write(tmp_path, a_txt="", b_txt=" \n\t", c_txt=b"a\x00b", d_txt=b"%PDF-1.7 ...", e_txt="fine", f_txt="secret")

    def forbidden(path, *args, **kwargs):
        if path.endswith("f.txt"):
            raise PermissionError(13, "Permission denied")
        return Path(path).open(*args, **kwargs)

    monkeypatch.setattr(readers, "open", forbidden, raising=False)
    assert inputs(tmp_path) == (
        ["e.txt"],
        {
            "a.txt": "empty: 0 bytes",
            "b.txt": "empty: nothing but white space",
            "c.txt": "binary: a NUL byte at offset 1; UTF-16 needs a byte order mark",
            "d.txt": "binary: PDF, not text",
            "f.txt": "cannot be read: Permission denied",
        },
    )


def test_a_file_beyond_the_limit_is_refused_with_its_size(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "MAX_BYTES", 1000)
    write(tmp_path, a_txt="x" * 1001, b_txt="x" * 1000, c_jsonl=json.dumps({"text": "x" * 3000}) + '\n{"text": "y"}\n')
    ids, skipped = inputs(tmp_path)
    assert ids == ["b.txt", "c.jsonl:2"]
    assert skipped["a.txt"] == "1,001 bytes, the limit is 1,000; split it into articles"
    assert skipped["c.jsonl"] == "line 1: longer than 1,000 bytes; split the file"


def test_fifty_megabytes_on_one_line(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"word " * 10_000_000)
    (document,) = read(tmp_path)
    assert len(document.text) == 50_000_000


def test_json_lines(tmp_path):
    rows = [
        {"id": "a", "text": "A", "title": "T", "outlet": "O", "url": "u", "published": "2024-05-16", "byline": "b"},
        {"id": 7, "text": "B\ud800", "language": None, "other": [1]},
        {"text": "C"},
    ]
    lines = "\ufeff" + "\n\n".join(map(json.dumps, rows)) + "\r\n"
    write(tmp_path, a_jsonl=lines, b_jsonl_gz=gzip.compress(b'{"text": "D"}'), c_jsonl=gzip.compress(b'{"text": "E"}'))
    documents = list(read(tmp_path))
    assert [document.id for document in documents] == ["a", "7", "a.jsonl:5", "b.jsonl.gz:1", "c.jsonl:1"]
    assert documents[0].title == "T"
    assert documents[0].published == "2024-05-16"
    assert documents[1].text == "B\ud800"
    assert documents[2].metadata == {"path": str(tmp_path / "a.jsonl"), "encoding": "utf-8", "line": "5"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON: Expecting property name enclosed in double quotes at character 1"),
        (b'{"text": "\xff"}', "not UTF-8 at byte 10; JSON Lines must be UTF-8"),
        (b"[1]", "a list, not an object; write each article on a line of its own"),
        (b"5", "a number, not an object"),
        (b'{"id": "x"}', 'no field "text"'),
        (b'{"text": null}', '"text" is null, not a string'),
        (b'{"text": "  "}', '"text" is empty'),
        (b'{"text": "x", "title": 5}', '"title" is a number, not a string'),
        (b'{"text": "x", "id": true}', '"id" is true or false, not a string or a whole number'),
    ],
)
def test_a_bad_line_is_named_and_the_others_go_on(tmp_path, line, reason):
    write(tmp_path, a_jsonl=b'{"text": "A"}\n' + line + b'\n{"text": "B"}')
    assert inputs(tmp_path) == (["a.jsonl:1", "a.jsonl:3"], {"a.jsonl": f"line 2: {reason}"})


@pytest.mark.parametrize("line", [b"[" * 100_000, b'{"text": ' + b"9" * 5000 + b"}"])
def test_malicious_json_is_a_bad_line(tmp_path, line):
    write(tmp_path, a_jsonl=line + b'\n{"text": "B"}')
    ids, skipped = inputs(tmp_path)
    assert ids == ["a.jsonl:2"]
    assert skipped["a.jsonl"].startswith("line 1: ")


def test_what_came_before_the_cut_of_a_gzip_file_is_read(tmp_path):
    rows = b"".join(json.dumps({"text": os.urandom(400).hex()}).encode() + b"\n" for _ in range(200))
    write(tmp_path, a_jsonl_gz=gzip.compress(rows)[:-30_000], b_jsonl_gz=b"\x1f\x8bxx", c_jsonl="")
    ids, skipped = inputs(tmp_path)
    assert 100 < len(ids) < 200
    assert skipped["a.jsonl.gz"].startswith("damaged: Compressed file ended")
    assert f"the {len(ids)} lines before it were read" in skipped["a.jsonl.gz"]
    assert set(skipped) == {"a.jsonl.gz", "b.jsonl.gz", "c.jsonl"}


def test_standard_input_is_one_article(monkeypatch):
    as_stdin(monkeypatch, "{Curly} news\r\nGröße".encode())
    (document,) = read("-")
    assert (document.id, document.text) == ("-", "{Curly} news\r\nGröße")


def test_standard_input_is_json_lines_if_it_begins_like_them(monkeypatch, tmp_path):
    as_stdin(monkeypatch, b'\n{"text": "A"}\n{"text": "B", "id": "b"}\n{"text": 5}\n')
    write(tmp_path, a_txt="X")
    assert inputs("-", tmp_path) == (["a.txt", "-:2", "b"], {"-": 'line 4: "text" is a number, not a string'})


def test_empty_standard_input_is_reported(monkeypatch):
    as_stdin(monkeypatch, b"")
    assert inputs("-") == ([], {"-": "empty: 0 bytes"})


def test_a_path_that_does_not_exist(tmp_path):
    write(tmp_path, a_txt="A")
    gone = tmp_path / "gone"
    assert inputs(gone, tmp_path) == (["a.txt"], {"gone": "no such file or folder"})
    with pytest.raises(InputError, match="gone: no such file or folder; check the name"):
        list(read([tmp_path, gone]))
    assert list(inputs("a\0b")[1]) == ["a\0b"]


def test_nothing_to_read_says_why(tmp_path):
    with pytest.raises(InputError, match=r"no file ends in \.txt"):
        list(read(tmp_path))
    write(tmp_path, a_txt="")
    with pytest.raises(InputError, match=r"a\.txt: empty: 0 bytes"):
        list(read(tmp_path))
    with pytest.raises(InputError, match="no paths"):
        list(read([]))
