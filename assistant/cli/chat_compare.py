"""``assistant chat --compare``: every question answered twice from one base in memory, side by side, with proof of which weights spoke."""

from dataclasses import dataclass, replace
from itertools import groupby
from threading import Event
from typing import TYPE_CHECKING

from assistant.cli.chat import Talk

if TYPE_CHECKING:
    from rich.text import Text

    from assistant.answering.flow import Assistant
    from assistant.answering.voice import Adapter
    from assistant.history import History
    from assistant.records import Answer, Turn

WIDE = 100


@dataclass(frozen=True)
class Side:
    """One of the two that answer. ``name`` is what was asked for; what did answer stands in the receipt."""

    name: str
    adapter: "Adapter"


def sides(assistant: "Assistant", domain: str | None, adapter: "Adapter", against: str | None) -> tuple[Side, Side]:
    """The bare base, or the version to compare with, and the live or named version; AdapterError when one of them is not there."""
    from assistant.cli.adapters_named import split
    from assistant.errors import AdapterError

    if not assistant.engine.info.takes_adapters:
        if against or adapter != "current":
            name, named = assistant.engine.info.name, f" {domain}" if domain else ""
            raise AdapterError(f"{name} takes no adapters; without a version the domain's examples are compared: assistant chat{named} --compare")
        return Side("base", "off"), Side("voice by examples", "current")
    first = Side("base", "off")
    if against:
        name, number = split(against)
        if number is None or name != domain:
            raise AdapterError(f"--against {against!r}: name the domain and a version of it, such as: assistant chat legal --compare --against legal@2")
        first = Side(assistant.registry.version(name, number).served_name, number)
    if domain and adapter == "current":
        live = assistant.registry.current(domain)
        if live is None:
            raise AdapterError(f"{domain} has no live version to compare with; name one, such as: assistant chat {domain}@1 --compare, or assistant train {domain}")
        adapter = live.number
    second = Side("live version" if adapter == "current" else f"{domain}@{adapter}", adapter)
    if first.adapter == second.adapter:
        raise AdapterError(f"{second.name} would be compared with itself; name another version with --against (see: assistant adapters list {domain})")
    return first, second


class Comparison(Talk):
    """A conversation in which both sides read the same history, that of the second side. It is not kept in the history."""

    def __init__(self, assistant: "Assistant", history: "History", domain: str | None, pair: tuple[Side, Side]) -> None:
        super().__init__(assistant, history, domain)
        self.pair = pair
        self.turns: tuple[Turn, ...] = ()

    def command(self, line: str) -> None:
        from assistant.cli.session import out

        if line.split()[0] in {"/adapter", "/domain"}:
            out.print("while comparing, domain and versions stay as they were named; /exit and start again to change them", style="dim", markup=False)
            return
        if line.split()[0] == "/new":
            self.turns = ()
        super().command(line)

    def ask(self, question: str) -> None:
        from assistant.cli.session import err, out
        from assistant.records import Turn

        stop, answers = Event(), []
        try:
            for side in self.pair:
                with err.status(f"{side.name} answers…"):
                    answers.append(self._answered(question, side, stop))
        except KeyboardInterrupt:
            stop.set()
            out.print("(stopped)", style="dim")
            return
        one, two = answers
        show_pair(one, two, self.pair)
        missing = f"has no live version (assistant train {two.domain})" if self.assistant.engine.info.takes_adapters else "has no examples to show"
        if one.receipt["weights"] == two.receipt["weights"] != {"name": "none"}:
            out.print(f"careful: both are the same weights; {two.domain} {missing}", style="yellow", markup=False)
        self.last = two
        self.turns = (*self.turns, Turn("user", question), Turn("assistant", two.text))

    def _answered(self, question: str, side: Side, stop: Event) -> "Answer":
        from assistant.answering.flow import Ask
        from assistant.answering.weights import spoken_by
        from assistant.records import Answer

        *_pieces, answer = self.assistant.ask(Ask(question, self.turns, self.domain, side.adapter), stop)
        assert isinstance(answer, Answer)
        return replace(answer, receipt=answer.receipt | {"weights": spoken_by(self.assistant, answer, side.adapter)})


def proof_line(answer: "Answer") -> str:
    """In one line: whose weights, by hash, and whether they wrote what stands there."""
    weights = answer.receipt["weights"]
    if weights["name"] == "none":
        return "refused before any weights were asked"
    base = f"{weights['base']}{' ' + weights['base_sha256'][:8] if weights['base_sha256'] else ''}"
    shown = f", {weights['examples']} examples" if weights.get("examples") else ""
    who = f"no adapter{shown}, base {base}" if weights["name"] == "base" else f"{weights['name']} {weights['sha256'][:8]} on {base}"
    spoke = "" if answer.source == "model" else "refused" if answer.refused else "quoted: their own words did not stand"
    return " · ".join(filter(None, (who, spoke, f"{answer.timings['generate']:.1f} s")))


def show_pair(one: "Answer", two: "Answer", pair: tuple[Side, Side]) -> None:
    """Two panels, beside each other where the terminal is wide; the words in which they differ are marked."""
    from rich.panel import Panel
    from rich.table import Table

    from assistant.cli.session import out

    titles = [side.name for side in pair]
    texts = [marked(one.text, two.text, "bold yellow", out.is_terminal), marked(two.text, one.text, "bold green", out.is_terminal)]
    if not out.is_terminal:
        for title, text, answer in zip(titles, texts, (one, two), strict=True):
            out.print(f"== {title} ==\n{text.plain}\n— {proof_line(answer)}\n", markup=False)
        return
    panels = [Panel(text, title=title, subtitle=proof_line(answer)) for title, text, answer in zip(titles, texts, (one, two), strict=True)]
    wide = out.width >= WIDE
    grid = Table.grid(expand=True)
    for _ in panels if wide else panels[:1]:
        grid.add_column(ratio=1)
    for row in [panels] if wide else [[panel] for panel in panels]:
        grid.add_row(*row)
    out.print(grid, soft_wrap=False)


def marked(text: str, other: str, style: str, colours: bool = True) -> "Text":
    """The text with the words that ``other`` does not have in that place in a style, or between «» where there are no colours."""
    from rich.text import Text

    from assistant.answering.differences import differing
    from assistant.retrieval.words import words_and_signs

    words, theirs = words_and_signs(text), words_and_signs(other)
    shown = Text()
    for differs, run in groupby(zip(differing(words, theirs), words, strict=True), key=lambda pair: pair[0]):
        piece = "".join(word for _, word in run)
        if differs and not colours:
            shown.append(f"«{piece}»")
        else:
            shown.append(piece, style if differs else "")
    return shown
