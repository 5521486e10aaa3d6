"""``assistant chat --compare``: every question answered twice from one base in memory, side by side, with proof of which weights spoke."""

import hashlib
import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from threading import Event
from typing import TYPE_CHECKING, Any

from assistant.cli.chat import Talk

if TYPE_CHECKING:
    from rich.text import Text

    from assistant.answering.flow import Assistant
    from assistant.answering.voice import Adapter
    from assistant.history import History
    from assistant.records import Answer, Turn

WIDE = 100
_WORD = re.compile(r"[^\W\u3400-\u9fff]+|\s+|.", re.DOTALL)


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
        raise AdapterError(f"{assistant.engine.info.name} takes no adapters, so there is nothing to compare; choose another base model")
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
        if one.receipt["weights"] == two.receipt["weights"] != {"name": "none"}:
            out.print(f"careful: both are the same weights; {two.domain} has no live version (assistant train {two.domain})", style="yellow", markup=False)
        self.last = two
        self.turns = (*self.turns, Turn("user", question), Turn("assistant", two.text))

    def _answered(self, question: str, side: Side, stop: Event) -> "Answer":
        from assistant.answering.flow import Ask
        from assistant.records import Answer

        *_pieces, answer = self.assistant.ask(Ask(question, self.turns, self.domain, side.adapter), stop)
        assert isinstance(answer, Answer)
        silenced = bool(answer.receipt.get("silenced"))
        spoke = self._would_speak(side, answer.domain) if answer.refused and not silenced else answer.adapter
        weights = weights_of(self.assistant, spoke) if "generate" in answer.timings else {"name": "none"}
        return replace(answer, receipt=answer.receipt | {"weights": weights})

    def _would_speak(self, side: Side, domain: str | None) -> str | None:
        """A refusal names no adapter, though one may have been asked."""
        if side.adapter == "off" or domain is None:
            return None
        version = self.assistant.registry.current(domain) if side.adapter == "current" else self.assistant.registry.version(domain, side.adapter)
        return version.served_name if version else None


def weights_of(assistant: "Assistant", adapter: str | None) -> dict[str, Any]:
    """The weights behind a served name, or the bare base's, each with the sha256 by which they can be recognised."""
    from assistant.cli.adapters_named import split
    from assistant.models.source import fingerprints, is_server, model_folder
    from assistant.registry import WEIGHTS

    settings = assistant.workspace.settings
    base = "" if is_server(settings.base_model) else fingerprints(model_folder(settings))["weights"]
    if adapter is None:
        return {"name": "base", "base": assistant.engine.info.name, "base_sha256": base}
    domain, number = split(adapter)
    file = assistant.registry.folder(domain) / f"{number:04d}" / WEIGHTS
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"name": adapter, "sha256": digest, "file": str(file), "base": assistant.engine.info.name, "base_sha256": base}


def proof_line(answer: "Answer") -> str:
    """In one line: whose weights, by hash, and whether they wrote what stands there."""
    weights = answer.receipt["weights"]
    if weights["name"] == "none":
        return "refused before any weights were asked"
    base = f"{weights['base']}{' ' + weights['base_sha256'][:8] if weights['base_sha256'] else ''}"
    who = f"no adapter, base {base}" if weights["name"] == "base" else f"{weights['name']} {weights['sha256'][:8]} on {base}"
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

    words, theirs = _WORD.findall(text), _WORD.findall(other)
    shown = Text()
    for kind, start, end, _a, _b in SequenceMatcher(None, words, theirs, autojunk=False).get_opcodes():
        piece = "".join(words[start:end])
        differs = kind != "equal" and piece.strip() != ""
        if differs and not colours:
            core = piece.strip()
            shown.append(piece.replace(core, f"«{core}»", 1))
        else:
            shown.append(piece, style if differs else "")
    return shown
