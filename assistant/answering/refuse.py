"""The words of a refusal: what is missing and what to try."""

from collections.abc import Iterable

from assistant.domain import Domain
from assistant.records import Language

OUTSIDE = "outside every domain"
NOTHING = "nothing relevant found"
SILENT = "the passages do not say"


def outside(domains: Iterable[Domain], language: Language) -> str:
    titles = [domain.title(language) for domain in domains]
    if language == "zh":
        return f"这个问题不在我能回答的范围内。我可以回答：{'、'.join(titles)}。" if titles else "还没有安装任何领域，无法回答。"
    return f"This is outside what I can answer. I can help with: {', '.join(titles)}." if titles else "No domain is installed yet, so there is nothing to answer from."


def forbidden(domains: Iterable[Domain], language: Language) -> str:
    """For a question of a domain that the user may not ask: says so, and nothing of that domain."""
    titles = [domain.title(language) for domain in domains]
    if language == "zh":
        return "这个问题属于你没有访问权限的内容；如需权限，请联系管理员。" + (f"我可以回答：{'、'.join(titles)}。" if titles else "")
    words = "This belongs to something you have no access to; an administrator can give it to you."
    return words + (f" I can help with: {', '.join(titles)}." if titles else "")


def silent(domain: Domain, language: Language) -> str:
    if language == "zh":
        return f"{domain.title(language)}的资料中没有说明这一点。可以换一种问法，或联系负责的同事补充资料。"
    return f"The {domain.title(language)} documents do not say. Try other words, or ask the team in charge to add a document."
