"""Checks prompt.jinja: unknown names with their lines, and a rendering in every language and kind."""

from collections.abc import Iterable
from itertools import product
from typing import get_args

from assistant.checking.finding import Checked, Finding
from assistant.domain import Domain
from assistant.prompt import render_prompt
from assistant.records import Chunk, Evidence, Kind, Language

FILE = "prompt.jinja"
NAMES = {"evidence", "question", "language", "kind", "domain", "separator"}
QUESTION = "Sample question 4711?"
SENTENCE = "Sample sentence 0815."


def check_prompt(domain: Domain) -> Checked:
    if not (domain.folder / FILE).exists():
        return Checked(FILE, "none: the house layout speaks")
    try:
        found = _unknown_names(domain.prompt_template) or _renderings(domain)
    except UnicodeDecodeError:
        found = [Finding("error", FILE, None, "not UTF-8 text; save it as UTF-8")]
    return Checked(FILE, f"renders in {', '.join(domain.spec.languages)}", tuple(found))


def _unknown_names(template: str) -> list[Finding]:
    from jinja2 import Environment, TemplateSyntaxError, meta, nodes

    try:
        tree = Environment().parse(template)
    except TemplateSyntaxError as error:
        return [Finding("error", FILE, error.lineno, str(error.message))]
    unknown = meta.find_undeclared_variables(tree) - NAMES - set(Environment().globals)
    places = {(node.lineno, node.name) for node in tree.find_all(nodes.Name) if node.name in unknown}
    known = ", ".join(sorted(NAMES - {"separator"}))
    return [Finding("error", FILE, line, f"unknown name {name!r}; known: {known}") for line, name in sorted(places)]


def _renderings(domain: Domain) -> Iterable[Finding]:
    """Faults of rendering, each once however many languages and kinds show it."""
    found: dict[str, Finding] = {}
    for language, kind in product(domain.spec.languages, get_args(Kind)):
        for finding in _rendering(domain, language, kind):
            found.setdefault(finding.text.partition(" (rendered in ")[0], finding)
    return found.values()


def _rendering(domain: Domain, language: Language, kind: Kind) -> Iterable[Finding]:
    chunk = Chunk(domain.name, "sample.md", "Sample", "Sample", SENTENCE, 0, len(SENTENCE), language)
    try:
        prompt = render_prompt(domain, QUESTION, [Evidence(1, chunk, SENTENCE, 0, len(SENTENCE), 1.0)], language, kind)
    except Exception as error:  # a template may divide by zero or add texts to numbers
        text = str(error).split(f"{FILE}: ", 1)[-1]
        yield Finding("error", FILE, _line(error), f"{text} (rendered in {language} as {kind})" if FILE in str(error) else f"{type(error).__name__}: {text}")
        return
    user, system = prompt.messages[-1].content, prompt.messages[0].content
    for part, name in ((QUESTION, "{{ question }}"), (SENTENCE, "the text of the evidence")):
        if part not in user:
            yield Finding("error", FILE, None, f"the block user leaves out {name}, so the model would not see it; begin from the block of default.jinja")
    if not system:
        yield Finding("warning", FILE, None, f"the block system is empty in {language}")


def _line(error: BaseException | None) -> int | None:
    """The line of the template that failed; jinja puts it into the traceback."""
    line = None
    while error is not None:
        trace = error.__traceback__
        while trace:
            if "__jinja_template__" in trace.tb_frame.f_globals or trace.tb_frame.f_code.co_filename in {"<template>", "<unknown>"}:
                line = trace.tb_lineno
            trace = trace.tb_next
        error = error.__context__
    return line
