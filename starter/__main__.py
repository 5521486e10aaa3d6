"""python -m starter text|tokenizer|train|evaluate|export|watch|all: each stage of making the starter."""

import argparse
import os
import random


def show_text(count: int = 5) -> None:
    """Prints a few conversations as the training sees them."""
    from starter.conversation import Mix, make_conversation

    rng = random.Random()
    for _ in range(count):
        talk = make_conversation(rng, Mix())
        print(f"<system> {talk.system}\n{talk.evidence}")
        for turn in talk.turns:
            print(f"<{turn.kind}> {turn.user}\n    {turn.answer}")
        print("-" * 40)


def run(stage: str, minutes: float, processes: int, grow: bool) -> None:
    if stage == "text":
        show_text()
    if stage in ("tokenizer", "all"):
        from starter.tokenizer import make_tokenizer

        make_tokenizer()
    if stage in ("train", "all"):
        from starter.train import train

        train(minutes, processes, grow)
    if stage in ("evaluate", "all"):
        from starter.evaluate import evaluate_and_note

        evaluate_and_note()
    if stage in ("export", "all"):
        from starter.export import export

        print(export())
    if stage == "watch":
        from starter.watch import watch

        watch()


def main() -> None:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    parser = argparse.ArgumentParser(prog="python -m starter", description=__doc__)
    parser.add_argument("stage", choices=("text", "tokenizer", "train", "evaluate", "export", "watch", "all"))
    parser.add_argument("--minutes", type=float, default=70.0, help="how long a training takes")
    parser.add_argument("--processes", type=int, default=1, help="processes that share a training, one core each")
    parser.add_argument("--grow", action="store_true", help="begin with the exported starter instead of from nothing")
    arguments = parser.parse_args()
    run(arguments.stage, arguments.minutes, arguments.processes, arguments.grow)


if __name__ == "__main__":
    main()
