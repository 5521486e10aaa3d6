"""docs/plugins.md and the package beside it do what they say: every file and command of the tutorial, and the installed plugin."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILE = re.compile(r"`(plugins/\S+)`:\n\n```\w+\n(.*?)```", re.S)
COMMANDS = re.compile(r"```bash\n(.*?)```", re.S)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


def assistant(line: str, workspace: Path, **environment: str) -> str:
    """What a command prints, run as a user would; it must succeed."""
    words = re.findall(r'"([^"]*)"|(\S+)', line)
    command = [sys.executable, "-m", *[quoted or plain for quoted, plain in words]]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("ASSISTANT_")}
    done = subprocess.run(command, cwd=workspace, env={**clean, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True, timeout=1000)
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the three domains that ship."""
    place = tmp_path_factory.mktemp("tutorial")
    assistant("assistant init W --examples", place)
    return place / "W"


def test_the_tutorial_makes_a_routed_trained_domain(workspace: Path) -> None:
    tutorial = (ROOT / "docs/plugins.md").read_text("utf-8").partition("## plugin.py")[0]
    first, second = tutorial.split("### 3. ")
    said: dict[str, str] = {}
    for part in (first, second):
        for name, text in FILE.findall(part):
            (workspace / name).parent.mkdir(parents=True, exist_ok=True)
            (workspace / name).write_text(text, "utf-8")
        for block in COMMANDS.findall(part):
            for line in block.splitlines():
                said[line] = said.get(line, "") + assistant(line, workspace)
    answers = {line: text for line, text in said.items() if " ask " in line}
    assert "14 days" in answers['assistant ask "How many days ahead can I reserve a pool car?"']
    assert "car-pool.md" in answers['assistant ask "How many days ahead can I reserve a pool car?"']
    assert "1.2元" in answers['assistant ask "公务车私用绕行，每公里收多少钱？"']
    assert "1.20 yuan" in answers['assistant ask "What does a private detour in a pool car cost?"']
    refused = answers['assistant ask "Does the van have a tow bar?"']
    assert "car-pool.md" not in refused
    assert list((workspace / "adapters/starter/car_pool").glob("0001/adapter_model.safetensors"))


def test_the_example_package_installs_and_its_domain_answers(workspace: Path, tmp_path: Path) -> None:
    source = shutil.copytree(ROOT / "docs/examples/library_desk", tmp_path / "source")  # building leaves a folder beside it
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(tmp_path / "site"), str(source)]
    subprocess.run(pip, check=True, capture_output=True, text=True, timeout=300)
    path = f"{ROOT}{os.pathsep}{tmp_path / 'site'}"
    assert "library_desk" in assistant("assistant plugins", workspace, PYTHONPATH=path)
    report = json.loads(assistant("assistant check library_desk --json", workspace, PYTHONPATH=path))
    assert report["errors"] == 0
    answer = assistant('assistant ask "How many books does a child\'s card take?"', workspace, PYTHONPATH=path)
    assert "8" in answer
    assert "borrowing.md" in answer
