"""A domain: a folder in plugins/ and the behaviour a plugin may override. Subclass ``Domain`` in the folder's plugin.py.

A method is only ever called for the domain's own data. Knows nothing of models, stores or the user interfaces.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from assistant.domain_files import DomainSpec, Question, Term, read_glossary, read_questions, read_text
from assistant.errors import PluginError
from assistant.records import Chunk, Document, Evidence, Example, Language

REFUSAL: dict[Language, str] = {"en": "The passages do not say.", "zh": "资料中没有说明。"}
RUBRIC: dict[Language, str] = {
    "en": (
        "The assistant: {subject}\n"
        "1. Facts first: everything that is expected is said, and figures, dates, names and units are exact. A wrong or invented fact is worse than a missing one.\n"
        '2. Where the documents do not answer, a plain refusal ("{refusal}") is the best answer. Where they do answer, a refusal is a poor one.\n'
        "3. Form: the format that the question names is kept in full{formats}, and the house terms are used.\n"
        "4. It is in the language of the question, to the point, and no longer than it has to be."
    ),
    "zh": (
        "助手：{subject}\n"
        "一、事实优先：应当说到的都说到，数字、日期、名称和单位准确无误。说错或编造比漏说更严重。\n"
        "二、资料没有答案时，直接说明（“{refusal}”）就是最好的回答；资料有答案却拒答，是差的回答。\n"
        "三、形式：题目指定了格式的，格式完整{formats}；使用本部门的规范用语。\n"
        "四、与问题使用同一种语言，切题，不拖沓。"
    ),
}


class Domain:
    """One domain as its team wrote it. ``folder`` is plugins/<name>; ``spec`` its checked domain.toml."""

    def __init__(self, folder: Path, spec: DomainSpec) -> None:
        self.folder = folder
        self.spec = spec

    @property
    def name(self) -> str:
        return self.spec.name

    def title(self, language: Language) -> str:
        return _text(self.spec.title, language) or self.name

    def description(self, language: Language) -> str:
        return _text(self.spec.description, language)

    @property
    def documents(self) -> Path:
        return self.folder / "documents"

    @property
    def examples(self) -> Path:
        return self.folder / "examples"

    @property
    def recipe(self) -> Path:
        return self.folder / "recipe.toml"

    @cached_property
    def prompt_template(self) -> str:
        """Source of prompt.jinja; a folder without one speaks with the house layout."""
        path = self.folder / "prompt.jinja"
        return read_text(path) if path.exists() else '{% extends "default.jinja" %}'

    @cached_property
    def questions(self) -> list[Question]:
        return read_questions(self.folder / "questions.jsonl")

    @cached_property
    def glossary(self) -> list[Term]:
        return read_glossary(self.folder / "glossary.csv")

    # What a plugin may override

    def clean_example(self, example: Example) -> Example | None:
        """The example as it should be learned, or None to leave it out."""
        return example

    def clean_document(self, document: Document) -> Document:
        return document

    def split_document(self, document: Document) -> list[Chunk] | None:
        """Own chunks of a document, or None for the standard ones."""
        return None

    def check_answer(self, question: str, answer: str, evidence: Sequence[Evidence]) -> list[str]:
        """Faults of a finished sentence of an answer, in words; a sentence with faults is replaced by quoted evidence."""
        return []

    def check_draft(self, request: str, draft: str, evidence: Sequence[Evidence]) -> list[str]:
        """Faults of a finished draft as a whole, in words: a clause number left out, a party forgotten. Noted in its receipt; nothing is replaced."""
        return self.check_answer(request, draft, evidence)

    def computed_values(self, question: str, evidence: Sequence[Evidence]) -> list[str]:
        """Values that stand in no passage but follow from them by a formula (a total, a deadline, 叁仟元整)."""
        return []

    def check_format(self, name: str, answer: str) -> bool:
        """Whether an answer keeps the domain's format ``name`` (``format`` in questions.jsonl)."""
        raise KeyError(f"domain {self.name!r} has no format check named {name!r}")

    def rubric(self, language: Language) -> str:
        """What a judge (a model asked by ``assistant evaluate --judge``) goes by when it compares or scores this domain's answers."""
        chinese = language == "zh"
        formats = ("、" if chinese else ", ").join(sorted({question.format for question in self.questions if question.format}))
        named = (f"（{formats}）" if chinese else f" ({formats})") if formats else ""
        subject = ("。" if chinese else ". ").join(filter(None, (self.title(language), self.description(language))))
        return RUBRIC[language].format(subject=subject, refusal=REFUSAL[language], formats=named)


def _text(texts: dict[Language, str], language: Language) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def own_lines(domain: Domain, method: Callable[[], list[str]]) -> list[str]:
    """What a domain's own method says; PluginError names the domain when its code fails."""
    try:
        return [str(line) for line in method()]
    except Exception as error:  # a plugin's code may raise anything
        raise PluginError(f"plugin.py of {domain.name}: {type(error).__name__}: {error}; mend it, or start with ASSISTANT_SAFE_MODE=1") from error
