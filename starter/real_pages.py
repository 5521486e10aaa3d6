"""Questions over real documents: eight retrieved sentences, the one that answers among them, in the product's own prompt.
The domains' questions, and `benchmarks/corpus_questions.jsonl` over pages of ../shared/corpora where they are at hand."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.evaluation.expected import all_stated
from starter.paths import HERE, WORK

if TYPE_CHECKING:
    from assistant.domain import Domain
    from assistant.records import Evidence
    from assistant.retrieval.flow import Knowledge

PROJECT = HERE.parent
CORPORA = PROJECT.parent / "shared" / "corpora"
QUESTIONS = PROJECT / "benchmarks" / "corpus_questions.jsonl"
ITEMS, TOKENS = 8, 400  # what the product gives the starter (models/local.py)
LANGUAGES = {"hr_en": ["en"], "cloud_en": ["en"], "cloud_zh": ["zh"], "legal_zh": ["zh"]}
Count = Callable[[str], int]


@dataclass(frozen=True)
class Case:
    """A prompt, and the numbers of the sentences in it that hold the facts; `added`: the retriever had not found one."""

    id: str
    place: str
    language: str
    messages: list[dict[str, str]]
    gold: list[int]
    facts: list[Any]
    added: bool


def domain_cases(split: str, count: Count) -> Iterator[Case]:
    """Questions whose facts stand in one sentence; those that need two, drafts and refusals are left out."""
    from assistant.answering.rewrite import rewrite
    from assistant.plugins import load_plugins
    from assistant.records import Turn
    from assistant.retrieval.flow import open_knowledge
    from assistant.settings import find_workspace

    space = find_workspace()
    plugins = load_plugins(space)
    knowledge = open_knowledge(space, plugins)
    for domain in plugins.domains.values():
        knowledge.index(domain)
        for asked in domain.questions:
            if asked.split == split and asked.kind == "answer" and not asked.refuse:
                question = rewrite(asked.question, [Turn(turn.role, turn.content) for turn in asked.history])
                named = Sought(f"{domain.name}/{asked.id}", domain.name, question, list(asked.facts), set(asked.sources))
                yield from case_of(knowledge, domain, named, count, partial(all_stated, facts=list(asked.facts)))
    knowledge.close()


def corpus_cases(count: Count) -> Iterator[Case]:
    """The questions of corpus_questions.jsonl, each asked of an assistant that knows all pages of its corpus."""
    from assistant.plugins import load_plugins
    from assistant.retrieval.flow import open_knowledge
    from assistant.settings import find_workspace

    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        lay_out(Path(folder))
        space = find_workspace(Path(folder))
        plugins = load_plugins(space)
        knowledge = open_knowledge(space, plugins)
        for name in LANGUAGES:
            domain = plugins.domains[name]
            knowledge.index(domain)
            for row in (row for row in rows if row["corpus"] == name):
                named = Sought(row["id"], name, row["question"], row["facts"], {document_name(row["source"])})
                yield from case_of(knowledge, domain, named, count, partial(begins, row=row))
        knowledge.close()


@dataclass(frozen=True)
class Sought:
    id: str
    place: str
    question: str
    facts: list[Any]
    sources: set[str]


def case_of(
    knowledge: Knowledge, domain: Domain, asked: Sought, count: Count, right: Callable[[str], bool]
) -> Iterator[Case]:
    """One case; none where no single sentence of the sources is right."""
    from assistant.language import detect
    from assistant.prompt import render_prompt
    from assistant.retrieval.flow import Fit

    found = knowledge.evidence(domain, asked.question, knowledge.search(domain, asked.question), Fit(ITEMS, TOKENS, count))
    gold = [item.n for item in found if right(item.text)]
    added = not gold
    if added:
        missing = next(sentences_of(knowledge, domain.name, asked.sources, right), None)
        if missing is None:
            return
        found = [*found[: ITEMS - 1], replace(missing, n=min(len(found), ITEMS - 1) + 1)]
        gold = [found[-1].n]
    prompt = render_prompt(domain, asked.question, found, detect(asked.question))
    messages = [{"role": turn.role, "content": turn.content} for turn in prompt.messages]
    yield Case(asked.id, asked.place, detect(asked.question), messages, gold, asked.facts, added)


def sentences_of(
    knowledge: Knowledge, domain: str, sources: set[str], right: Callable[[str], bool]
) -> Iterator[Evidence]:
    from assistant.records import Evidence
    from assistant.retrieval.sentences import sentences

    for chunk in knowledge.view(domain).chunks.values():
        if Path(chunk.document).name in sources or chunk.document in sources:
            for sentence in sentences(chunk.text):
                if right(sentence.text):
                    yield Evidence(0, chunk, sentence.text, sentence.start, sentence.end, 0.0)


def begins(text: str, row: dict[str, Any]) -> bool:
    """Whether the sentence holds the words whose hash the row gives: no sentence of the pages is kept in the project."""
    flat, length = " ".join(text.split()), row["length"]
    return any(fingerprint(flat[at : at + length]) == row["gold"] for at in range(max(0, len(flat) - length + 1)))


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def document_name(source: str) -> str:
    return "-".join(Path(source).parts[-3:]) + ("" if source.endswith(".md") else ".md")


def lay_out(workspace: Path) -> None:
    """A workspace with one domain for each corpus."""
    (workspace / "assistant.toml").touch()
    for name, languages in LANGUAGES.items():
        folder = workspace / "plugins" / name
        (folder / "documents").mkdir(parents=True)
        (folder / "domain.toml").write_text(
            f'name = "{name}"\nlanguages = {json.dumps(languages)}\n[title]\nen = "{name}"\nzh = "{name}"\n', encoding="utf-8"
        )
        for source, text in pages(name):
            (folder / "documents" / document_name(source)).write_text(text, encoding="utf-8")


def pages(name: str) -> Iterable[tuple[str, str]]:
    if name == "legal_zh":
        rows = map(json.loads, (CORPORA / name / "corpus.jsonl").read_text(encoding="utf-8").splitlines())
        return ((row["_id"], f"# {row['title']}\n\n{row['text']}\n") for row in rows)
    folder = CORPORA / name if name == "hr_en" else CORPORA / name.replace("_", "/")
    found = sorted(path for path in folder.rglob("*.md") if not path.name.startswith("LICENSE"))
    return ((str(path.relative_to(CORPORA)), path.read_text(encoding="utf-8")) for path in found)


def kept_cases(name: str, make: Callable[[], Iterable[Case]]) -> list[Case]:
    """Made once, then read from `.work/`, since retrieval takes minutes."""
    path = WORK / f"cases-{name}.json"
    if not path.exists():
        path.write_text(json.dumps([asdict(case) for case in make()], ensure_ascii=False), encoding="utf-8")
    return [Case(**row) for row in json.loads(path.read_text(encoding="utf-8"))]


def all_cases(count: Count) -> dict[str, list[Case]]:
    """By set: `dev` and `test` questions of the domains, and `corpora` where they are at hand."""
    sets = {split: kept_cases(split, partial(domain_cases, split, count)) for split in ("dev", "test")}
    if CORPORA.is_dir():
        sets["corpora"] = kept_cases("corpora", partial(corpus_cases, count))
    return sets


def passed(case: Case, said: str, cited: Sequence[int]) -> bool:
    """A right sentence cited, and the facts in the answer."""
    return bool(set(cited) & set(case.gold)) and all_stated(said, case.facts)
