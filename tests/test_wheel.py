"""The wheel, built from the sdist and installed in a fresh environment, works away from the clone."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from assistant.cli.init import EXAMPLES

ROOT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", ".work", ".assistant", ".store", "__pycache__", "build", "dist", "*.egg-info", ".*_cache", "*.partial")
FULL = os.environ.get("ASSISTANT_TEST_FULL_INSTALL") == "1"
STARTER = ROOT / "assistant" / "models" / "starter" / "model.safetensors"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


def shell(*words: object, cwd: Path, **environment: str) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("ASSISTANT_") and key != "PYTHONPATH"}
    done = subprocess.run([str(word) for word in words], cwd=cwd, env={**clean, **environment}, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, f"{words}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source") / "clone"
    shutil.copytree(ROOT, source, ignore=LEFT_OUT)
    shell(sys.executable, "-m", "build", "--no-isolation", cwd=source)
    return next((source / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def place(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel. Its libraries are this environment's, unless ASSISTANT_TEST_FULL_INSTALL=1 fetches all of them."""
    place = tmp_path_factory.mktemp("installed")
    python = place / "venv" / "bin" / "python"
    shell(sys.executable, "-m", "venv", *([] if FULL else ["--without-pip"]), place / "venv", cwd=place)
    if FULL:
        shell(python, "-m", "pip", "install", wheel, cwd=place)
    else:
        here = sysconfig.get_paths(vars={"base": str(place / "venv"), "platbase": str(place / "venv")})["purelib"]
        Path(here, "parent.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
        shell(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--ignore-installed", wheel, cwd=place)
    return place


@pytest.fixture(scope="module")
def made(place: Path) -> Path:
    """A workspace with the examples, made by the installed program."""
    shell(place / "venv/bin/assistant", "init", "W", "--examples", cwd=place)
    return place / "W"


def test_the_wheel_carries_all_the_package_needs_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in sorted((ROOT / "assistant").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(ROOT).as_posix() in names
    for name in EXAMPLES:
        for path in sorted((ROOT / "plugins" / name).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"assistant/workspace/plugins/{path.relative_to(ROOT / 'plugins').as_posix()}" in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"assistant"}
    assert {name.split("/")[3] for name in names if name.startswith("assistant/workspace/plugins/")} == set(EXAMPLES)


def test_the_installed_program_is_the_wheels(place: Path) -> None:
    file = shell(place / "venv/bin/python", "-c", "import assistant; print(assistant.__file__)", cwd=place)
    assert Path(file.strip()).is_relative_to(place / "venv")


def test_the_examples_come_out_of_the_wheel_and_are_sound(place: Path, made: Path) -> None:
    assert {path.name for path in (made / "plugins").iterdir()} == set(EXAMPLES)
    assert json.loads(shell(place / "venv/bin/assistant", "check", "--json", cwd=made))["errors"] == 0
    starter = ROOT / "adapters" / "starter"
    for name in EXAMPLES:
        assert (made / "adapters/starter" / name / "CURRENT").exists() == (starter / name / "CURRENT").exists()


def test_a_new_domain_can_be_made_away_from_the_clone(place: Path, made: Path) -> None:
    shell(place / "venv/bin/assistant", "new", "travel", cwd=made)
    assert json.loads(shell(place / "venv/bin/assistant", "check", "travel", "--json", cwd=made))["errors"] == 0


@pytest.mark.skipif(not STARTER.exists(), reason="the starter's weights are not in assistant/models/starter; make them with: python -m starter all")
def test_the_installed_program_answers_with_a_citation(place: Path, made: Path) -> None:
    shell(place / "venv/bin/assistant", "index", "hr_policy", cwd=made)
    answer = json.loads(shell(place / "venv/bin/assistant", "ask", "How early do I have to ask for a remote day?", "--json", cwd=made))
    assert answer["domain"] == "hr_policy"
    assert "24 hours" in answer["answer"]
    assert answer["citations"]
