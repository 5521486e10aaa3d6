"""With no network everything works, because nothing looks for it: a look-up of any host fails the test."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCRIPT = """
import socket
real = socket.getaddrinfo
def guarded(host, *rest, **named):
    if host not in (None, "localhost", "127.0.0.1", "::1"):
        raise SystemExit(f"LOOKED UP {host}")
    return real(host, *rest, **named)
socket.getaddrinfo = guarded

import sys, shutil
from pathlib import Path
from assistant.answering.flow import Ask, open_assistant
from assistant.settings import Workspace
root = Path(sys.argv[1])
(root / "assistant.toml").write_text("threads = 1")
shutil.copytree(Path(sys.argv[2]) / "plugins/hr_policy", root / "plugins/hr_policy")
opened = open_assistant(Workspace(root))
print(opened.answer(Ask("How many days a week can I work from home?")).text)
opened.close()
import assistant.ui.page.build
import trl, datasets, gradio
print("QUIET")
"""


def test_asking_and_importing_everything_looks_up_no_host(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "GRADIO_", "ASSISTANT_"))}
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path), str(ROOT)], capture_output=True, text=True, env=env, timeout=240)
    assert "LOOKED UP" not in done.stdout + done.stderr
    assert done.stdout.strip().endswith("QUIET"), done.stderr[-2000:]


def test_the_project_names_no_registry() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    hosts = ("pypi" + ".org", "files.python" + "hosted", "registry.npm" + "js", "deb.debian" + ".org", "download.py" + "torch")
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix in {".py", ".toml", ".md", ".txt", ".yml", ".cfg", ""} and path.is_file():
            text = path.read_text("utf-8", errors="ignore")
            assert not any(host in text for host in hosts), f"{name} names a registry's host"
