"""What the page says of domains: names, choices, example questions. Knows nothing of components."""

from collections.abc import Mapping

from assistant.domain import Domain
from assistant.domain_files import OF_A_CONVERSATION
from assistant.errors import DomainError
from assistant.records import Language
from assistant.ui.texts import say

EXAMPLES = 4
EXAMPLE_LENGTH = 90


def domain_titles(domains: Mapping[str, Domain], language: Language) -> dict[str, str]:
    return {name: domain.title(language) for name, domain in domains.items()}


def domain_title(name: str, titles: Mapping[str, str], language: Language) -> str:
    """A domain's name for people, that of the conversation's own files too; empty for one that is not among the titles."""
    return say("your_files", language) if name.startswith(OF_A_CONVERSATION) else titles.get(name, "")


def domain_choices(domains: Mapping[str, Domain], language: Language) -> list[tuple[str, str]]:
    """Choices for people: "auto" (the empty name) first, then each domain by its title."""
    return [(say("auto", language), ""), *((title, name) for name, title in domain_titles(domains, language).items())]


def nothing_to_ask(installed: Mapping[str, Domain], language: Language) -> str:
    """What is said to those who may ask no domain."""
    return say("no_domains_open" if installed else "no_domains", language)


def example_questions(domains: Mapping[str, Domain], language: Language, count: int = EXAMPLES) -> list[str]:
    """Short dev questions that have an answer, taken from the domains in turn; a domain with faulty questions gives none."""
    per_domain = [_questions(domain, language) for domain in domains.values()]
    turns = [questions[position] for position in range(count) for questions in per_domain if position < len(questions)]
    return turns[:count]


def _questions(domain: Domain, language: Language) -> list[str]:
    try:
        rows = domain.questions
    except DomainError:
        return []
    return [
        row.question
        for row in rows
        if row.split == "dev" and row.language == language and not row.refuse and not row.history and len(row.question) <= EXAMPLE_LENGTH
    ]
