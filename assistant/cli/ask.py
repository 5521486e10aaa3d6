"""``assistant ask``: one question, one cited answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.answering.voice import Adapter


def run(
    question: Annotated[str, typer.Argument(help="The question, in English or Chinese; - reads it from standard input.")],
    domain: Annotated[str | None, typer.Option(help="Ask this domain instead of routing.")] = None,
    adapter: Annotated[str, typer.Option(help="current, off, or a version number.")] = "current",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object with the receipt.")] = False,
) -> None:
    """Answer one question from the documents, with citations, or refuse."""
    import json
    import sys

    from assistant.answering.question import Ask, checked_question
    from assistant.cli.session import opened, read_leniently, workspace
    from assistant.cli.show import as_object, print_answer

    read_leniently()
    text = sys.stdin.read() if question == "-" else question
    checked_question(text, workspace().settings)
    with opened() as assistant:
        answer = assistant.answer(Ask(text, domain=domain, adapter=_adapter(adapter)))
        if as_json:
            sys.stdout.write(json.dumps(as_object(answer), ensure_ascii=False) + "\n")
        else:
            print_answer(answer, assistant)


def _adapter(text: str) -> Adapter:
    from assistant.errors import AdapterError

    if text == "current":
        return "current"
    if text == "off":
        return "off"
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    raise AdapterError(f"--adapter {text!r} is not possible; possible: current, off, or a version number such as 3")
