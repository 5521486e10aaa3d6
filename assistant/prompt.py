"""Domain, evidence and question become the messages a model reads: the same words in training and in answering.

Knows nothing of tokenizers; what fits is decided before.
"""

from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

from jinja2 import DictLoader, StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assistant.domain import Domain
from assistant.errors import DomainError
from assistant.records import Evidence, Kind, Language, Prompt, Turn, content_id

SEPARATOR = "\x1e"
EXAMPLES: dict[Language, str] = {
    "en": (
        "The exchanges below that begin with “{label}” are from other cases and only show how this service speaks: tone, layout, terms. "
        "They are neither facts nor sources: take no figure, name or statement from them, and cite the numbered passages only."
    ),
    "zh": "下文以“{label}”开头的对话来自其他问题，仅示范本服务的语气、格式和用语。它们不是事实，也不是资料：不要采用其中的数字、名称或说法，只能引用编号资料。",
}
EXAMPLE: dict[Language, str] = {"en": "Example of tone:", "zh": "语气示例："}


def render_prompt(
    domain: Domain,
    question: str,
    evidence: Sequence[Evidence],
    language: Language,
    kind: Kind = "answer",
    history: Sequence[Turn] = (),
) -> Prompt:
    """The prompt for one question; DomainError when prompt.jinja cannot be rendered."""
    values: dict[str, object] = {"evidence": list(evidence), "question": question, "language": language, "kind": kind, "domain": domain.title(language)}
    system, user = _render(domain, values)
    turns = (Turn("system", system), *history, Turn("user", user))
    return Prompt(messages=turns, evidence=tuple(evidence), kind=kind, language=language)


def with_examples(prompt: Prompt, examples: Sequence[tuple[str, str]]) -> Prompt:
    """The prompt with questions and answers shown before everything that was said: as turns, each marked as an example and explained in the system text."""
    if not examples:
        return prompt
    label = EXAMPLE[prompt.language]
    system, *said = prompt.messages
    told = Turn("system", f"{system.content}\n\n{EXAMPLES[prompt.language].format(label=label)}")
    shown = [turn for question, answer in examples for turn in (Turn("user", f"{label}\n{question}"), Turn("assistant", answer))]
    return replace(prompt, messages=(told, *shown, *said))


def prompt_fingerprint(domain: Domain) -> str:
    """Changes when the words around a question change; kept in an adapter's card."""
    return content_id(_default(), domain.prompt_template)


def _default() -> str:
    return files("assistant").joinpath("default.jinja").read_text("utf-8")


def _render(domain: Domain, values: dict[str, object]) -> tuple[str, str]:
    """System and user text; both blocks in one rendering, so that a domain's template may extend and call super()."""
    loader = DictLoader({"default.jinja": _default(), "prompt.jinja": domain.prompt_template})
    environment = ImmutableSandboxedEnvironment(loader=loader, undefined=StrictUndefined)
    try:
        text = environment.get_template("prompt.jinja").render(**values, separator=SEPARATOR)
    except Exception as error:  # a team's template may divide by zero
        line = f":{error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
        raise DomainError(f"{domain.folder / 'prompt.jinja'}{line}: {type(error).__name__}: {error}") from None
    system, separator, user = text.partition(SEPARATOR)
    if not separator:
        raise DomainError(f'{domain.folder / "prompt.jinja"}: begin with {{% extends "default.jinja" %}} and fill its blocks system and user')
    return system.strip(), user.strip()
