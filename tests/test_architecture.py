"""The house as docs/architecture.md draws it: layers, homes of libraries, names, sizes."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import assistant

ROOT = Path(assistant.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
LAYERS = [
    {"testing"},
    {"cli", "ui", "api", "__main__"},
    {"authoring"},
    {"checking"},
    {"training"},
    {"evaluation"},
    {"answering"},
    {"rows"},
    {"retrieval"},
    {"models", "registry", "history", "plugins", "plugin_code", "prompt", "access", "users"},
    {"hookspecs", "domain"},
    {"domain_files"},
    {"records", "settings", "errors", "fingerprint", "language", "dates", "money", "numerals", "personal_data"},
]
HOMES = {
    "chromadb": {"retrieval/store.py"},
    "langchain_chroma": {"retrieval/store.py"},
    "trl": {"training"},
    "gradio": {"ui"},
    "pluggy": {"plugin_code.py", "hookspecs.py"},
    "peft": {"models", "training"},
    "transformers": {"models", "training", "testing"},
    "sentence_transformers": {"retrieval/embed.py"},
    "bm25s": {"retrieval/lexical.py"},
    "jieba": {"retrieval/words.py"},
    "cn2an": {"numerals.py", "money.py"},
    "num2words": {"money.py"},
}
EMPTY_WORDS = {"utils", "util", "common", "helpers", "helper", "core", "base", "misc", "manager", "components"}


def imports(path: Path) -> list[tuple[str, bool]]:
    """(module, whether at the top level of the file) of every import."""
    tree = ast.parse(path.read_text("utf-8"))
    top = {id(node) for node in tree.body}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(name.name, id(node) in top) for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            names = [f"{node.module}.{name.name}" for name in node.names] if node.module == "assistant" else [node.module or ""]
            found += [(name, id(node) in top) for name in names]
    return found


def layer(module: str) -> int | None:
    part = module.split(".")[1] if "." in module else ""
    return next((i for i, names in enumerate(LAYERS) if part in names), None)


def module_of(path: Path) -> str:
    return ".".join(("assistant", *path.relative_to(ROOT).with_suffix("").parts))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_downwards(path: Path) -> None:
    own = layer(module_of(path))
    if own is None:
        return
    for module, _top in imports(path):
        if module.startswith("assistant."):
            other = layer(module)
            assert other is None or other >= own, f"{path.relative_to(ROOT)} imports {module}, which lies above it"


def test_every_module_has_its_layer() -> None:
    parts = {path.relative_to(ROOT).parts[0].removesuffix(".py") for path in FILES} - {"__init__"}
    assert parts <= set().union(*LAYERS), "a new part needs a place in LAYERS and in docs/architecture.md"


def test_heavy_libraries_have_one_home() -> None:
    for path in FILES:
        place = path.relative_to(ROOT).as_posix()
        for module, _top in imports(path):
            homes = HOMES.get(module.split(".")[0])
            assert homes is None or place in homes or place.split("/")[0] in homes, f"{place} imports {module}; its home is {homes}"


def test_heavy_libraries_load_inside_functions() -> None:
    heavy = {"torch", "transformers", "peft", "trl", "chromadb", "gradio", "sentence_transformers", "sklearn", "matplotlib", "datasets", "markitdown"}
    for path in FILES:
        if path.relative_to(ROOT).parts[0] == "ui":
            continue
        top = {module.split(".")[0] for module, at_top in imports(path) if at_top}
        assert not top & heavy, f"{path.relative_to(ROOT)} imports {top & heavy} at the top"


def test_names_say_something() -> None:
    for path in FILES:
        parts = {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
        assert not parts & EMPTY_WORDS, f"{path.relative_to(ROOT)}: a name that says nothing"


def test_files_and_functions_stay_short() -> None:
    for path in FILES:
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= 260, f"{path.relative_to(ROOT)} has {len(text.splitlines())} lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                assert length <= 45, f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {length} lines"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_module_says_what_it_does(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), f"{path.relative_to(ROOT)} has no docstring"


def test_flows_read_at_a_glance() -> None:
    for path in ROOT.glob("*/flow.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 60, f"{path} is too long for a flow"


def test_help_imports_no_heavy_library() -> None:
    code = (
        "import sys; from assistant.cli import build; from typer.testing import CliRunner;"
        "assert CliRunner().invoke(build(), ['--help']).exit_code == 0;"
        "print([m for m in ('torch','transformers','gradio','chromadb','sklearn','pydantic','langchain_core') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_error_tree_is_drawn_and_sorted() -> None:
    from assistant import errors

    assert errors.__all__ == sorted(errors.__all__)
    for name in errors.__all__:
        assert name in (errors.__doc__ or ""), f"{name} is missing from the tree in errors.py"
