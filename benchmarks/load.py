"""People asking all at once on the page, for minutes: ``python -m benchmarks.load [PEOPLE] [SECONDS]``.

The real app with the embedded model and accounts on, in a workspace of its own: the three domains with their adapters, and a folder with the codes of
lockers. Each question carries a mark, the name of a locker that nobody else asks for, and the answer has to hold that locker's code. Between two
questions a person reads for a few seconds; after ten of them another conversation is begun. Also counted: errors, seconds to the first words, the app's memory over time; and how long one person alone waits.
"""

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.visitor import Asked, Visitor

ROOT = Path(__file__).parents[1]
LOCKERS = 400
PASSWORD = "a-long-walk-by-the-sea"
TALK = 10  # questions of a conversation, then another is begun
READS = (3.0, 9.0)  # seconds between an answer and the next question
WARM = 3
HEAD = """| people | questions | errors | mixed up | wrong alone too | seconds to the first words, p50 / p95 | to the end, p50 / p95 |
| --- | --- | --- | --- | --- | --- | --- |"""


@dataclass(frozen=True)
class Locker:
    name: str
    code: str

    def question(self, mood: random.Random) -> str:
        return mood.choice(
            [
                f"What is the code of locker {self.name}?",
                f"I forgot the code for locker {self.name}. Which one opens it?",
                f"储物柜{self.name}的密码是多少？",
                f"{self.name}号储物柜用什么密码打开？",
            ]
        )


def lockers(seed: int = 7) -> list[Locker]:
    mood = random.Random(seed)
    codes = mood.sample(range(1000, 10_000), LOCKERS)
    return [Locker(f"K{1000 + number * 7}", str(code)) for number, code in enumerate(codes)]


def lay_out(root: Path, found: list[Locker]) -> None:
    shutil.copytree(ROOT / "plugins", root / "plugins")
    shutil.copytree(ROOT / "adapters", root / "adapters")
    documents = root / "plugins" / "lockers" / "documents"
    documents.mkdir(parents=True)
    english = "\n\n".join(f"## Locker {one.name}\n\nThe code of locker {one.name} is {one.code}." for one in found)
    chinese = "\n\n".join(f"## 储物柜{one.name}\n\n储物柜{one.name}的密码是{one.code}。" for one in found)
    (documents / "lockers-en.md").write_text(f"# Lockers on the ground floor and their codes\n\n{english}\n", "utf-8")
    (documents / "lockers-zh.md").write_text(f"# 一楼储物柜及密码\n\n{chinese}\n", "utf-8")
    (root / "assistant.toml").write_text("accounts = true\nquestions_per_minute = 60\nthreads = 1\n", "utf-8")


@contextmanager
def running(root: Path, people: int) -> Iterator[tuple[str, psutil.Process]]:
    """The app with that many accounts: its address and its process."""
    environment = os.environ | {"ASSISTANT_WORKSPACE": str(root), "OMP_NUM_THREADS": "1"}
    for number in range(people):
        groups = ["--group", "admin"] if number == 0 else []
        command = [sys.executable, "-m", "assistant", "users", "add", f"user{number}", "--password-stdin", *groups]
        subprocess.run(command, env=environment, input=PASSWORD + "\n", text=True, check=True, stdout=subprocess.DEVNULL)
    app = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), "--port", "0", "--no-browser"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert app.stdout
        yield app.stdout.readline().split()[4], psutil.Process(app.pid)
    finally:
        app.terminate()
        app.wait(30)


def visits(address: str, number: int, mine: list[Locker], until: float, done: list[tuple[Locker, Asked]]) -> None:
    """One person: asks, reads, asks the next until the time is over."""
    mood = random.Random(number)
    visitor = Visitor(address, f"user{number}", PASSWORD)
    time.sleep(mood.uniform(0, READS[1]))
    asked = 0
    while time.monotonic() < until:
        if asked % TALK == 0:
            visitor.begin_anew()
        asked += 1
        locker = mood.choice(mine)
        done.append((locker, visitor.ask(locker.question(mood))))
        time.sleep(mood.uniform(*READS))


def wrong(locker: Locker, asked: Asked) -> bool:
    """Whether what came back is not the answer to this question: its code is missing, or the question above it is another one.

    An answer that is as wrong when the question is asked alone was not mixed up; it is counted apart."""
    return locker.code not in asked.answer or asked.question not in asked.text


def percentile(values: list[float], share: float) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]


def measure(address: str, app: psutil.Process, people: int, seconds: float, found: list[Locker]) -> tuple[list[tuple[Locker, Asked]], list[float]]:
    """Everybody's questions, and the app's resident memory in MB every ten seconds."""
    done: list[tuple[Locker, Asked]] = []
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=visits, args=(address, number, found[number::people], until, done)) for number in range(people)]
    for thread in threads:
        thread.start()
    memory = []
    while any(thread.is_alive() for thread in threads):
        memory.append(app.memory_info().rss / 2**20)
        time.sleep(10)
    return done, memory


def report(name: str, done: list[tuple[Locker, Asked]], address: str) -> None:
    faults = [asked.fault for _, asked in done if asked.fault]
    missed = [(locker, asked) for locker, asked in done if not asked.fault and wrong(locker, asked)]
    mixed = [(locker, asked) for locker, asked in missed if not wrong(locker, Visitor(address, "user0", PASSWORD).ask(asked.question))]
    first = [asked.first for _, asked in done if asked.first]
    whole = [asked.seconds for _, asked in done if not asked.fault]
    times = f"{percentile(first, 0.5):.1f} / {percentile(first, 0.95):.1f} | {percentile(whole, 0.5):.1f} / {percentile(whole, 0.95):.1f}"
    print(f"| {name} | {len(done)} | {len(faults)} | {len(mixed)} | {len(missed) - len(mixed)} | {times} |")
    for fault in faults[:5]:
        print("  fault:", fault)
    for locker, asked in missed[:5]:
        print(f"  wrong: {locker} {asked.question!r} -> {asked.text[:400]!r}")


def main(people: str = "30", seconds: str = "300") -> None:
    found = lockers()
    with tempfile.TemporaryDirectory() as made:
        lay_out(Path(made), found)
        with running(Path(made), int(people)) as (address, app):
            warm = Visitor(address, "user0", PASSWORD)
            for locker in found[:WARM]:
                warm.ask(locker.question(random.Random(0)))
            alone, _ = measure(address, app, 1, min(60, float(seconds)), found)
            done, memory = measure(address, app, int(people), float(seconds), found)
            print(HEAD)
            report("1", alone, address)
            report(people, done, address)
    parts = ", ".join(f"{memory[round(share * (len(memory) - 1))]:.0f}" for share in (0, 0.2, 0.4, 0.6, 0.8, 1))
    print(f"memory, MB, from the beginning to the end in five parts: {parts}; most {max(memory):.0f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
