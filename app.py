"""The chat window: ``make app``, or ``python app.py --port 8000``."""

import sys

import typer

from assistant.cli.app import run
from assistant.errors import AssistantError

if __name__ == "__main__":
    try:
        typer.run(run)
    except AssistantError as error:
        sys.exit(f"error: {error}")
