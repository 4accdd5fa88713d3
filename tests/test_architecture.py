"""Imports run one way, down the journey; heavy libraries only where they are used."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "dedup"

# From the ground up; a module may import only what stands before its own line.
LAYERS = [
    ["_version", "errors", "extension", "kinds", "kept"],
    ["tables"],
    ["settings", "clock"],
    ["model"],
    ["characters", "wording", "stamps", "lines", "literals", "readers", "parallel", "garbage", "corpus", "columns"],
    ["workers"],
    ["furniture"],
    ["page"],
    ["boilerplate", "dates"],
    ["registry"],
    ["wires"],
    ["credit_frames", "credit_repairs", "credit_fields"],
    ["credit_datelines", "credit_lines", "credit_signatures", "credit_asides"],
    ["credit_page"],
    ["credit_rows"],
    ["credits", "text", "speech"],
    ["credit_explain", "spelling"],
    ["sketch", "looks", "align", "sentences"],
    ["batch", "likeness", "quote_marks", "releases", "sayings", "strangers"],
    ["relations", "rewrites", "lookup"],
    ["quotations"],
    ["facts"],
    ["copying"],
    ["counting", "mixture"],
    ["judgements", "native"],
    ["engine"],
    ["candidates", "article"],
    ["prepare", "collection"],
    ["matches"],
    ["sequence"],
    ["groups", "appeared", "posterior", "templates", "widen", "companions"],
    ["noisy"],
    ["verify", "witness", "versions"],
    ["about"],
    ["events", "habits", "idioms", "carriers", "marks"],
    ["origin", "learned"],
    ["composition"],
    ["direction"],
    ["edges"],
    ["graph"],
    ["overview"],
    ["audit", "stories"],
    ["intake"],
    ["tracing"],
    ["pipeline", "keep", "sources"],
    ["exports"],
    ["results"],
    ["index"],
    ["watch"],
    ["bench", "evaluate"],
    ["floors"],
    ["layout"],
    ["report"],
    ["explain", "answer", "views", "wire_pages"],
    ["terminal", "process"],
    ["commands"],
    ["cli"],
    ["__main__"],
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
ALLOWED = {
    "click": {"cli", "commands", "terminal"},
    "datasketch": {"sketch", "candidates", "index"},
    "redis": {"index"},
    "watchfiles": {"watch"},
    "rich": {"terminal", "layout", "report", "explain", "answer", "views", "wire_pages", "bench", "commands"},
    "resiliparse": {"readers"},
    "xxhash": {"sketch", "batch", "lookup", "relations", "groups", "exports", "index", "about", "versions"},
    "orjson": {"readers", "sources", "exports", "index"},
    "pyarrow": {"exports"},
}
# ScanResult.to_json is part of the contract, so the record reaches up to its own writer, at call time.
EXCEPTIONS = {("model", "exports")}


def modules():
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts != ("__init__",):
            yield parts[0], path


def imports(path):
    """What a file imports, with the nesting of each import (0: at import time)."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module, node


def at_import_time(path):
    tree = ast.parse(path.read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_every_module_has_its_place():
    assert {name for name, _ in modules()} == set(LEVEL)


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=lambda value: getattr(value, "stem", None))
def test_imports_run_one_way(name, path):
    for imported, _ in imports(path):
        if imported.split(".")[0] != "dedup" or imported in ("dedup", "dedup.data"):
            continue
        other = imported.split(".")[1]
        if other != name and (name, other) not in EXCEPTIONS:
            assert LEVEL[other] < LEVEL[name], f"{path.name} imports {imported}"


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=lambda value: getattr(value, "stem", None))
def test_libraries_are_used_where_they_belong(name, path):
    for imported, _ in imports(path):
        top = imported.split(".")[0]
        if top in ALLOWED:
            assert name in ALLOWED[top], f"{path.name} imports {imported}"


def test_slow_libraries_are_never_imported_at_start():
    for name, path in modules():
        slow = {top.split(".")[0] for top in at_import_time(path)} & {"datasketch", "scipy", "networkx", "resiliparse"}
        assert not slow, f"{name} imports {slow}"


def test_help_loads_neither_numpy_nor_rich():
    code = "import sys, dedup.cli; print(sorted({'numpy', 'rich', 'datasketch', 'xxhash'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_scan_never_loads_datasketch():
    code = "import sys, dedup; dedup.scan([dedup.Document('a', 'words ' * 20)]); print('datasketch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_nothing_below_the_command_line_prints_or_reads_the_environment():
    for name, path in modules():
        if name in ("cli", "commands", "process", "__main__", "characters"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "print", f"{path.name} prints"
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("environ", "getenv", "now", "today", "utcnow"), f"{path.name}: {node.attr}"


def test_files_are_small():
    lengths = sorted(len(path.read_text("utf-8").splitlines()) for _, path in modules())
    assert lengths[-1] <= 400
    assert lengths[len(lengths) // 2] <= 200
