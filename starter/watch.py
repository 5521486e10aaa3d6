"""Exports the newest checkpoint every few minutes while a training runs, so that others can begin to use it."""

import time
from pathlib import Path

from starter.export import export, load_checkpoint
from starter.paths import EXPORT, WORK

AFTER, EVERY = 20 * 60, 12 * 60  # seconds of training before the first export, seconds between two


def watch(target: Path = EXPORT, folder: Path = WORK) -> None:
    """Ends with the export of the finished training."""
    written = -1.0
    while True:
        if (folder / "checkpoint.pt").exists():
            state = load_checkpoint(folder)[1]
            over = state["spent"] >= 60 * state["minutes"]
            if state["spent"] >= AFTER and (over or state["spent"] - written >= EVERY or written < 0):
                export(target, folder)
                written = state["spent"]
                print(f"exported after {written / 60:.1f} of {state['minutes']:.0f} minutes", flush=True)
            if over:
                return
        time.sleep(60)
