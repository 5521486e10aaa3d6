"""Faults of the machine at any moment of a training: the process killed, the disk full. The live version always loads and answers."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import IO

import pytest

from assistant.models.engine import Sampling
from assistant.models.open import open_engine
from assistant.plugins import load_plugins
from assistant.records import Prompt, Turn
from assistant.registry import Registry, damage
from assistant.settings import Workspace

KILLS = 40
SHORT = [
    part
    for change in ("training.steps=10", "training.checkpoint=4", "training.batch_size=2", "training.accumulation=1", "training.max_length=512")
    for part in ("--set", change)
]
STARTED = """
import os, resource, sys, traceback
import torch, transformers, peft, trl, datasets, chromadb, sentence_transformers, bm25s, jieba, scipy.stats, sklearn.linear_model
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM
from trl import SFTTrainer
from assistant.cli import main

for line in sys.stdin:
    root, size, *words = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if not child:
        with open(root + "/output.txt", "wb") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        os.environ["ASSISTANT_WORKSPACE"] = root
        if int(size):
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
        sys.argv = ["assistant", *words]
        code = 1
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass(frozen=True)
class Commands:
    """Runs commands in processes of their own that are forked from one with the libraries loaded: a tenth of the time of a cold start."""

    process: subprocess.Popen[str]
    root: Path

    def start(self, *words: str, largest_file: int = 0) -> int:
        self._to.write("\t".join([str(self.root), str(largest_file), *words]) + "\n")
        self._to.flush()
        return int(self._from.readline())

    def end(self) -> int:
        """The exit status of the command started last; -9 when it was killed."""
        return int(self._from.readline())

    def run(self, *words: str, largest_file: int = 0) -> int:
        self.start(*words, largest_file=largest_file)
        return self.end()

    @property
    def output(self) -> str:
        return (self.root / "output.txt").read_text("utf-8", errors="replace")

    @property
    def _to(self) -> IO[str]:
        assert self.process.stdin
        return self.process.stdin

    @property
    def _from(self) -> IO[str]:
        assert self.process.stdout
        return self.process.stdout


QUESTIONS = [
    {"id": "a", "split": "dev", "language": "en", "question": "How many days of leave are there a year?", "facts": ["15 days"], "sources": ["leave.md"]},
    {"id": "b", "split": "dev", "language": "en", "question": "Which badge does a guest put on?", "facts": ["yellow"], "sources": ["rooms.md"]},
    {"id": "c", "split": "dev", "language": "zh", "question": "一年能休几天年假？", "facts": ["15天"], "sources": ["leave.md"]},
]


@pytest.fixture
def commands(workspace: Workspace) -> Iterator[Commands]:
    lines = (json.dumps(question, ensure_ascii=False) + "\n" for question in QUESTIONS)
    (workspace.plugins / "staff" / "questions.jsonl").write_text("".join(lines), "utf-8")
    env = {**os.environ, "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen([sys.executable, "-c", STARTED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
    yield Commands(process, workspace.root)
    process.communicate()


def registry(workspace: Workspace) -> Registry:
    return Registry(workspace.adapters, next(workspace.adapters.iterdir()).name)


def answers(workspace: Workspace) -> str:
    """What the live version says, served as in the app; every listed version is whole."""
    versions = registry(workspace).versions("staff")
    assert not [fault for version in versions if (fault := damage(version))]
    live = registry(workspace).current("staff")
    assert live
    engine = open_engine(workspace.settings, load_plugins(workspace))
    try:
        prompt = Prompt((Turn("user", "How long is annual leave?"),), (), "answer", "en")
        return "".join(engine.stream(prompt, engine.serve(live), Sampling(max_new_tokens=8), Event()))
    finally:
        engine.close()


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_killed_at_forty_random_moments_the_live_version_always_answers(workspace: Workspace, commands: Commands) -> None:
    assert commands.run("train", "staff", *SHORT) == 0, commands.output
    began = time.monotonic()
    assert commands.run("train", "staff", *SHORT, "--set", "training.seed=8") == 0, commands.output
    whole = time.monotonic() - began
    if registry(workspace).current("staff") is None:
        assert commands.run("adapters", "use", "staff@1") == 0, commands.output
    assert answers(workspace)

    chance, killed = random.Random(3), 0
    for number in range(KILLS):
        child = commands.start("train", "staff", *SHORT, "--set", f"training.seed={number}")
        time.sleep(chance.uniform(0, 0.9 * whole))
        with suppress(ProcessLookupError):  # this one was quicker
            os.kill(child, signal.SIGKILL)
        status = commands.end()
        assert status in (0, -signal.SIGKILL), commands.output
        killed += status == -signal.SIGKILL
        live = registry(workspace).current("staff")
        assert live, f"kill {number}"
        assert not [fault for version in registry(workspace).versions("staff") if (fault := damage(version))], f"kill {number}"
        if number % 4 == 0:
            answers(workspace)
    assert killed >= KILLS * 0.7, f"only {killed} of {KILLS} trainings were still running when killed"

    answers(workspace)
    if commands.run("train", "staff", "--resume"):
        assert "no unfinished training" in commands.output, commands.output
    assert commands.run("train", "staff", *SHORT) == 0, commands.output
    answers(workspace)
    print(f"{killed} of {KILLS} killed while running; an unbroken training took {whole:.1f} s")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("largest_file", [2_000, 20_000, 40_000])
def test_a_full_disk_is_said_and_leaves_the_live_version_alone(workspace: Workspace, commands: Commands, largest_file: int) -> None:
    assert commands.run("train", "staff", *SHORT) == 0, commands.output
    if registry(workspace).current("staff") is None:
        assert commands.run("adapters", "use", "staff@1") == 0, commands.output
    live = registry(workspace).current("staff")
    assert live

    status = commands.run("train", "staff", *SHORT, "--set", "training.seed=8", largest_file=largest_file)
    assert status == 1, commands.output
    assert "Traceback" not in commands.output, commands.output
    said = " ".join(commands.output.split())
    assert "the disk took no more" in said or "make room on the disk" in said, said
    now = registry(workspace).current("staff")
    assert now and now.number == live.number
    assert answers(workspace)
