"""Step 1: a file of rows is dropped; what was recognised, what is wrong with which row, what would be learned; then it is added to the domain."""

import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import Any, cast, get_args

import gradio as gr

from assistant.access import User
from assistant.checking.bringing import As, bring, places
from assistant.domain import Domain
from assistant.errors import ExampleError, StoreError
from assistant.records import Language, message
from assistant.rows.importing import LONGEST, Imported, one_import, write_new
from assistant.rows.readers import READERS
from assistant.rows.sources import Source, find_source
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.texts import Worded, joined, say
from assistant.ui.texts.told import both, told
from assistant.ui.train.pieces import folded, notice, quiet, table
from assistant.ui.train.since import since_lines

SHOWN = 20
FAULTS = 50
LONG = 400
KINDS = {
    "row": "train_fault_row", "not-wanted": "train_fault_not_wanted", "swapped": "train_fault_swapped", "html": "train_fault_html", "width": "train_fault_width",
    "empty": "train_fault_empty", "roles": "train_fault_roles", "short": "train_fault_short", "personal-data": "train_fault_personal", "plugin": "train_fault_plugin",
    "duplicate": "train_fault_duplicate", "near-duplicate": "train_fault_near", "question": "train_fault_question",
}  # fmt: skip
USES: tuple[tuple[As, str], ...] = (("examples", "train_use_examples"), ("both", "train_use_both"), ("documents", "train_use_documents"))
Updates = list[Any]


class RowsStep:
    """Nothing is kept between dropping and adding but the file itself: it is read again, so that what is added is what was judged."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def build(self) -> list[Worded]:
        head = gr.HTML(js_on_load=None)
        self.state = gr.HTML(js_on_load=None, elem_id="train-since")
        self.file = gr.File(label=say("train_file", "en"), file_types=list(READERS), height=150, elem_id="train-file")
        self.use = gr.Radio(_uses("en"), value="examples", label=say("train_use", "en"), elem_id="train-use", visible=False)
        self.found = gr.HTML(js_on_load=None, elem_id="train-found")
        with gr.Row(visible=False) as self.buttons:
            self.add = gr.Button(say("train_add", "en"), variant="primary", elem_id="train-add")
        with gr.Row(visible=False) as self.undoing:
            self.undo = gr.Button(say("train_undo", "en"), elem_id="train-undo")
        self.added = gr.State("")
        self.outputs = [self.state]
        return [
            Worded(head, lambda language: f"<h2>{say('train_rows', language)}</h2>{quiet(say('train_rows_note', language))}"),
            Worded(self.file, lambda language: gr.update(label=say("train_file", language))),
            Worded(self.use, lambda language: gr.update(label=say("train_use", language), choices=_uses(language))),
            Worded(self.add, lambda language: gr.update(value=say("train_add", language))),
            Worded(self.undo, lambda language: gr.update(value=say("train_undo", language))),
        ]

    def bind(self, domain: gr.Dropdown, language: gr.Radio) -> None:
        shown = [self.found, self.use, self.buttons, self.undoing]
        quick: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private", "concurrency_limit": 2}
        gr.on([self.file.upload, self.file.clear], self.look, [self.file, domain, language], shown, **quick)
        changed = [self.file, self.found, self.use, self.buttons, self.undoing, self.added, self.state]
        self.add.click(self.put, [self.file, self.use, domain, language], changed, **quick)
        self.undo.click(self.take_back, [self.added, domain, language], changed[1:], **quick)

    def show(self, domain: Domain | None, language: Language) -> Updates:
        """What the domain has to learn from, and what changed since its last training."""
        return [since_lines(self.site, domain, language) if domain else quiet(say("train_nowhere", language))]

    @said
    def look(self, path: str | None, name: str, language: Language, request: gr.Request) -> Updates:
        """What the file holds for the domain."""
        user = self.site.who(request)
        hidden = gr.update(visible=False)
        if not path:
            return ["", hidden, hidden, gr.skip()]
        domain = self.site.domain(user, name, "train")
        try:
            source, made = self._read(user, path, domain)
        except ExampleError as error:
            return [notice(_own_words(error, language), "bad"), hidden, hidden, hidden]
        return [recognised(source, made, language), gr.update(visible=True), gr.update(visible=True), hidden]

    @said
    def put(self, path: str | None, use: str, name: str, language: Language, request: gr.Request) -> Updates:
        """Write what was looked at into the domain, under a name that nothing has yet."""
        user = self.site.who(request)
        domain = self.site.domain(user, name, "train")
        if not path or use not in get_args(As):
            raise ExampleError(both("train_no_file"))
        to = cast(As, use)
        if to != "examples":
            self.site.domain(user, name, "teach")
        source, made = self._read(user, path, domain)
        with one_import(self.site.workspace, domain):
            files = places(self.site.workspace, domain, made, self._free(domain, source.name), to)
            write_new(files)
        later = "" if to == "examples" or self._indexed(domain) else notice(say("train_index_later", language))
        learned = next((file.name for file, _text in files if file.parent == self.site.workspace.inside(domain.examples)), "")
        mark = f"{name}/{learned}/{_digest(files[0][0])}" if learned else ""
        names = ", ".join(str(file.relative_to(self.site.workspace.root.resolve())) for file, _text in files)
        said_so = notice(say("train_added", language, count=made.used, files=names), "good") + later
        hidden = gr.update(visible=False)
        return [None, said_so, hidden, hidden, gr.update(visible=bool(mark)), mark, self.show(domain, language)[0]]

    def _indexed(self, domain: Domain) -> bool:
        """Bring the new documents into the index; where another one writes it, the watch does so afterwards, or it is waited for."""
        if opened := self.site.opening.ready:
            try:
                opened.knowledge.index(domain, waiting=None if self.site.workspace.settings.watch else lambda: None)
            except StoreError:
                return False
        return True

    @said
    def take_back(self, mark: str, name: str, language: Language, request: gr.Request) -> Updates:
        """Remove the file that was just added, unless somebody has changed it since."""
        user = self.site.who(request)
        home, _, rest = mark.partition("/")
        file_name, _, digest = rest.partition("/")
        domain = self.site.domain(user, home or name, "train")
        path = self.site.workspace.inside(domain.examples / Path(file_name).name)
        if not file_name or not path.is_file() or _digest(path) != digest:
            raise ExampleError(both("train_changed_since", file=Path(file_name).name))
        path.unlink()
        hidden = gr.update(visible=False)
        return [notice(say("train_undone", language, file=path.name)), hidden, hidden, hidden, "", self.show(domain, language)[0]]

    def _read(self, user: User, path: str, domain: Domain) -> tuple[Source, Imported]:
        source = find_source(str(self.site.own(user, path)))
        name = re.sub(r"[^\w.-]+", "-", source.name).strip("-.") or "rows"
        while len(name.encode()) > LONGEST - 20:
            name = name[:-1]
        source = Source(name, source.files)
        return source, bring(self.site.workspace, self.site.plugins, domain, source, name)

    def _free(self, domain: Domain, name: str) -> str:
        """The name, or with a number the first one under which nothing is there yet."""
        folders = (domain.examples, self.site.workspace.knowledge / domain.name)
        taken = {path.name for folder in folders if folder.is_dir() for path in folder.iterdir()}
        numbered = (name if number == 1 else f"{name}-{number}" for number in range(1, 10_000))
        return next(one for one in numbered if not any(there.startswith(f"{one}.") for there in taken))


def recognised(source: Source, made: Imported, language: Language) -> str:
    """Counts, shapes, faults and the first rows, as the page shows them."""
    shapes = Counter(row.shape for row in made.judged if row.shape)
    sheets = list(dict.fromkeys(_sheet(row.origin, source.files[0].name) for row in made.judged))
    lines = [say("train_recognised", language, file=source.files[0].name, rows=made.rows, used=made.used, out=made.rows - made.used)]
    if shapes:
        lines.append(say("train_shape", language, shapes="; ".join(shape for shape, _ in shapes.most_common(3))))
    if any(sheets):
        lines.append(say("train_sheets", language, sheets=", ".join(filter(None, sheets))))
    if not made.examples:
        lines.append(say("train_plain_table", language))
    tone = "good" if made.used and made.used == made.rows else ""
    return notice(joined(lines, language), tone) + _faults(source, made, language) + _preview(made, language)


def _faults(source: Source, made: Imported, language: Language) -> str:
    name = source.files[0].name
    found = [
        (row.origin.removeprefix(name).strip(" :") or name, say(KINDS.get(fault.kind, "train_fault_other"), language), told(fault.text, language), say(_fate(bool(row.mended)), language))
        for row in made.judged
        for fault in row.faults
    ]
    if not found:
        return notice(say("train_no_faults", language), "good")
    head = (say("train_row", language), say("train_what", language), say("train_fix", language), say("train_fate", language))
    counts = Counter(kind for _, kind, _, _ in found)
    summary = say("train_faults", language, count=len(found), kinds=", ".join(f"{kind} {count}" for kind, count in counts.most_common(5)))
    more = quiet(say("train_more", language, count=len(found) - FAULTS)) if len(found) > FAULTS else ""
    return folded(summary, table(head, found[:FAULTS], summary) + more, opened=True)


def _fate(used: bool) -> str:
    return "train_fate_used" if used else "train_fate_out"


def _preview(made: Imported, language: Language) -> str:
    rows = []
    for one in [row.mended for row in made.judged if row.mended][:SHOWN]:
        spoken = [turn for turn in one.turns if turn.role != "system"]
        asked = "\n".join(turn.content if turn.role == "user" else f"— {turn.content}" for turn in spoken[:-1])
        rows.append((_short(asked), _short(spoken[-1].content)))
    caption = say("train_preview", language, shown=len(rows), count=made.used)
    return folded(caption, table((say("train_asked", language), say("train_answered", language)), rows, caption), opened=True) if rows else ""


def _sheet(origin: str, name: str) -> str:
    return origin.removeprefix(name).strip().rpartition(":")[0]


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]} …"


def _own_words(error: ExampleError, language: Language) -> str:
    said_so = told(message(error), language)
    return re.sub(r"; nothing was written|, so nothing was written", "", said_so) if language == "en" else said_so


def _uses(language: Language) -> list[tuple[str, Any]]:
    return [(say(key, language), use) for use, key in USES]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
