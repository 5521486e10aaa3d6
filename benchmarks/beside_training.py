"""How much longer people wait for the first words while a training runs beside the app: ``python -m benchmarks.beside_training [QUESTIONS]``.

The real app with the embedded model, asked over the page's own queue; the training is begun as the Train tab begins it: one process, half of the
processor's threads, lower priority. Questions come in pairs, one while the training runs and one while it is held (SIGSTOP), in turn first and
second, so that whatever else the machine does touches both alike. Only a running stage counts that computes: steps of training.
"""

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from assistant.access import ADMINISTRATORS, User
from assistant.plugins import load_plugins
from assistant.settings import Workspace
from assistant.training.background import Sitting, begin, stop, threads_beside
from assistant.training.following import standing_of
from benchmarks.load import PASSWORD, ROOT, percentile
from benchmarks.visitor import Visitor

DOMAIN = "hr_policy"
WARM = 4
SETTLES = 0.3  # seconds until a held or resumed process is that
LIMIT = 2.0


def lay_out(root: Path) -> None:
    shutil.copytree(ROOT / "plugins" / DOMAIN, root / "plugins" / DOMAIN)
    shutil.copytree(ROOT / "adapters" / "starter" / DOMAIN, root / "adapters" / "starter" / DOMAIN)
    (root / "assistant.toml").write_text("accounts = true\nquestions_per_minute = 600\nthreads = 1\n", "utf-8")


def questions(space: Workspace, count: int) -> list[str]:
    found = [one.question for one in load_plugins(space).domain(DOMAIN).questions if not one.refuse and not one.history]
    random.Random(7).shuffle(found)
    return found[:count]


def trains(sitting: Sitting) -> bool:
    found = standing_of(sitting)
    if not found.going:
        raise SystemExit(f"the training ended: {found.text or sitting.said}")
    return found.course.stage == "train" and found.course.step > 0


def pairs(visitor: Visitor, asked: list[str], sitting: Sitting) -> list[tuple[float, float]]:
    """Seconds to the first words (held, running), a pair for each two questions."""
    process, found = psutil.Process(sitting.pid), []
    for place in range(0, len(asked) - 1, 2):
        waited = {}
        for held in (True, False) if place % 4 else (False, True):
            (process.suspend if held else process.resume)()
            time.sleep(SETTLES)
            answer = visitor.ask(asked[place + held])
            if answer.fault:
                raise SystemExit(f"{asked[place + held]!r}: {answer.fault}")
            waited[held] = answer.first or answer.seconds  # a refusal comes whole
        process.resume()
        if not trains(sitting):
            raise SystemExit("the training came to its end before the questions did; ask fewer")
        found.append((waited[True], waited[False]))
    return found


def report(found: list[tuple[float, float]]) -> float:
    held, running = [one for one, _ in found], [one for _, one in found]
    print(f"| seconds to the first words, {len(found)} questions each | p50 | p95 |\n| --- | --- | --- |")
    for name, values in (("training held", held), ("training beside", running)):
        print(f"| {name} | {percentile(values, 0.5):.2f} | {percentile(values, 0.95):.2f} |")
    ratio = statistics.median(running) / statistics.median(held)
    print(f"| ratio | {ratio:.2f} | {percentile(running, 0.95) / percentile(held, 0.95):.2f} |")
    return ratio


def main(count: str = "60") -> None:
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        lay_out(root)
        space = Workspace(root)
        environment = os.environ | {"ASSISTANT_WORKSPACE": made, "OMP_NUM_THREADS": "1"}
        add = [sys.executable, "-m", "assistant", "users", "add", "user0", "--password-stdin", "--group", "admin"]
        subprocess.run(add, env=environment, input=PASSWORD + "\n", text=True, check=True, stdout=subprocess.DEVNULL)
        command = [sys.executable, str(ROOT / "app.py"), "--port", "0", "--no-browser"]
        app = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        sitting = None
        try:
            assert app.stdout
            visitor = Visitor(app.stdout.readline().split()[4], "user0", PASSWORD)
            asked = questions(space, int(count) + WARM)
            for one in asked[:WARM]:
                visitor.ask(one)
            plugins = load_plugins(space)
            sitting = begin(space, plugins, plugins.domain(DOMAIN), User("user0", frozenset({ADMINISTRATORS})), "train", ["training.epochs=200"])
            while not trains(sitting):
                time.sleep(1)
            print(f"training with {threads_beside(space.settings)} thread(s), priority {psutil.Process(sitting.pid).nice()}")
            ratio = report(pairs(visitor, asked[WARM:], sitting))
        finally:
            if sitting and sitting.running:
                psutil.Process(sitting.pid).resume()
                stop(sitting)
                psutil.Process(sitting.pid).wait(60)
            app.terminate()
            app.wait(30)
    if ratio > LIMIT:
        raise SystemExit(f"the first words come {ratio:.2f} times as late beside a training; at most {LIMIT} times is the aim")


if __name__ == "__main__":
    main(*sys.argv[1:])
