"""What the page says of the installed domains: names, choices, example questions. Knows nothing of components."""

from assistant.errors import DomainError
from assistant.plugins import Plugins
from assistant.records import Language
from assistant.ui.texts import say

EXAMPLES = 4
EXAMPLE_LENGTH = 90


def domain_titles(plugins: Plugins, language: Language) -> dict[str, str]:
    return {name: domain.title(language) for name, domain in plugins.domains.items()}


def domain_choices(plugins: Plugins, language: Language) -> list[tuple[str, str]]:
    """Choices for people: "auto" (the empty name) first, then each domain by its title."""
    return [(say("auto", language), ""), *((title, name) for name, title in domain_titles(plugins, language).items())]


def example_questions(plugins: Plugins, language: Language, count: int = EXAMPLES) -> list[str]:
    """Short dev questions that have an answer, taken from the domains in turn; a domain with faulty questions gives none."""
    per_domain = [_questions(plugins, name, language) for name in plugins.domains]
    turns = [questions[position] for position in range(count) for questions in per_domain if position < len(questions)]
    return turns[:count]


def _questions(plugins: Plugins, name: str, language: Language) -> list[str]:
    try:
        rows = plugins.domains[name].questions
    except DomainError:
        return []
    return [
        row.question
        for row in rows
        if row.split == "dev" and row.language == language and not row.refuse and not row.history and len(row.question) <= EXAMPLE_LENGTH
    ]
