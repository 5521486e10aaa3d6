"""A workspace with one small domain and a tiny Llama: real parts throughout, seconds to train."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.plugins import load_plugins
from assistant.settings import Workspace
from assistant.testing.knowledge import WordKnowledge
from assistant.testing.models import tiny_llama
from assistant.training.job import Job, open_job

DOCUMENTS = {
    "remote.md": "Employees ask their manager for a remote day at least 24 hours ahead. Remote work is possible on at most 2 days a week.",
    "leave.md": "Annual leave is 15 days a year. Leave is requested in Harbour. 年假为每年15天。年假在港湾系统申请。",
    "rooms.md": "No liquids may be brought into server room A1. Visitors wear a yellow badge.",
}
PAIRS = [
    ("How early do I ask for a remote day?", "Rule: ask your manager at least 24 hours ahead."),
    ("How many remote days a week?", "Rule: at most 2 days a week."),
    ("How long is annual leave?", "Rule: annual leave is 15 days a year."),
    ("Where do I request leave?", "Rule: leave is requested in Harbour."),
    ("May I take water into server room A1?", "Rule: no liquids in server room A1."),
    ("What do visitors wear?", "Rule: visitors wear a yellow badge."),
    ("年假有几天？", "规定：年假为每年15天。"),
    ("年假在哪里申请？", "规定：年假在港湾系统申请。"),
    ("What is the dress code?", "Rule: the handbook does not say; ask the HR business partner."),
    ("When is the canteen open?", "Rule: the handbook does not say; ask reception."),
]


def write_examples(folder: Path, pairs: list[tuple[str, str]] = PAIRS) -> None:
    rows = [{"messages": [{"role": "user", "content": q}, {"role": "assistant", "content": a}]} for q, a in pairs]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dialogues.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def workspace(tmp_path: Path, llama: Path) -> Workspace:
    domain = tmp_path / "plugins" / "staff"
    write_examples(domain / "examples")
    (domain / "domain.toml").write_text('name = "staff"\n', "utf-8")
    (domain / "documents").mkdir()
    for name, text in DOCUMENTS.items():
        (domain / "documents" / name).write_text(text, "utf-8")
    (tmp_path / "assistant.toml").write_text(f'base_model = "{llama}"\nthreads = 1\n', "utf-8")
    return Workspace(tmp_path)


QUICK = ("training.epochs=2", "training.batch_size=4", "training.accumulation=1", "training.gradient_checkpointing=false", "training.max_length=512")


@pytest.fixture
def job(workspace: Workspace) -> Callable[..., Job]:
    """Makes quick trainings of the workspace's one domain; arguments are changes to its recipe."""

    def make(*changes: str) -> Job:
        return open_job(workspace, load_plugins(workspace), workspace.settings, "staff", WordKnowledge(DOCUMENTS), (*QUICK, *changes))

    return make
