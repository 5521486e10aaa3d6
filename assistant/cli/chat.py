"""``assistant chat``: a conversation in the terminal, streamed, with history."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.answering.flow import Assistant
    from assistant.answering.voice import Adapter
    from assistant.history import History

HELP = "/domain NAME or auto · /adapter on or off · /sources · /new · /exit"


def run(
    domain: Annotated[str | None, typer.Argument(help="Stay in this domain, or with a version such as legal@3; without it every question is routed.")] = None,
    compare: Annotated[bool, typer.Option("--compare", help="Each question twice, without and with the adapter, side by side.")] = False,
    against: Annotated[str | None, typer.Option(help="Compare with this version, such as legal@2, instead of the bare base.")] = None,
) -> None:
    """Talk with the assistant. Answers stream; follow-up questions are understood."""
    from contextlib import closing

    from assistant.cli.adapters_named import split
    from assistant.cli.chat_compare import Comparison, sides
    from assistant.cli.session import opened, out, read_leniently, workspace
    from assistant.history import History

    read_leniently()
    name, number = split(domain) if domain else (None, None)
    with closing(History(workspace().state / "history.sqlite")) as history, opened() as assistant:
        if name:
            assistant.plugins.domain(name)
        if number is not None and name:
            assistant.registry.version(name, number)
        adapter: Adapter = "current" if number is None else number
        talk = Comparison(assistant, history, name, sides(assistant, name, adapter, against)) if compare or against else Talk(assistant, history, name, adapter)
        out.print(f"{assistant.engine.info.name} · {', '.join(assistant.plugins.domains) or 'no domains'}\n{HELP}", style="dim", markup=False)
        talk.run()


class Talk:
    """One conversation: what it is pinned to, what was said, and the last answer."""

    def __init__(self, assistant: "Assistant", history: "History", domain: str | None, adapter: "Adapter" = "current") -> None:
        from assistant.records import Answer

        self.assistant = assistant
        self.history = history
        self.domain = domain
        self.adapter = adapter
        self.conversation = ""
        self.last: Answer | None = None

    def run(self) -> None:
        from assistant.cli.session import out
        from assistant.errors import AssistantError

        while True:
            try:
                line = input("\n> ").strip()
            except (EOFError, KeyboardInterrupt):
                out.print()
                return
            try:
                if line.split(maxsplit=1)[:1] == ["/exit"]:
                    return
                if line.startswith("/"):
                    self.command(line)
                elif line:
                    self.ask(line)
            except AssistantError as error:
                out.print(f"{error}", style="red", markup=False)

    def ask(self, question: str) -> None:
        from threading import Event

        from assistant.answering.flow import Ask
        from assistant.cli.session import out
        from assistant.cli.show import facts_line
        from assistant.history import LOCAL_USER

        turns = tuple(self.history.turns(LOCAL_USER, self.conversation)) if self.conversation else ()
        stop = Event()
        try:
            for piece in self.assistant.ask(Ask(question, turns, self.domain, self.adapter), stop):
                if isinstance(piece, str):
                    out.print(piece, end="", markup=False)
                else:
                    self.last = piece
        except KeyboardInterrupt:
            stop.set()
            out.print("\n(stopped)", style="dim")
            return
        assert self.last
        self.conversation = self.conversation or self.history.start(LOCAL_USER, question)
        self.history.add(LOCAL_USER, self.conversation, question, self.last)
        out.print(f"\n{facts_line(self.last, self.assistant)}", style="dim", markup=False)

    def command(self, line: str) -> None:
        from assistant.cli.session import out

        name, _, value = line.partition(" ")
        value = value.strip()
        if name == "/domain":
            if value:
                self.domain = None if value == "auto" else self.assistant.plugins.domain(value).name
            out.print(f"domain: {self.domain or 'auto'}", style="dim", markup=False)
        elif name == "/adapter" and value in {"", "on", "off"}:
            if value:
                self.adapter = "current" if value == "on" else "off"
            out.print(f"adapter: {'off' if self.adapter == 'off' else 'on'}", style="dim")
        elif name == "/sources":
            self._sources()
        elif name == "/new":
            self.conversation, self.last = "", None
            out.print("a new conversation", style="dim")
        else:
            out.print(HELP, style="dim", markup=False)

    def _sources(self) -> None:
        from assistant.cli.session import out
        from assistant.cli.show import print_sources

        if not self.last or not self.last.citations:
            out.print("no sources yet", style="dim")
            return
        print_sources(self.last)
        for cited in self.last.citations:
            out.print(f"\n[{cited.n}] {cited.passage}", markup=False)
