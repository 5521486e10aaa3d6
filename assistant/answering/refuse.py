"""The words of a refusal: what is missing and what to try."""

from collections.abc import Iterable

from assistant.domain import Domain
from assistant.domain_files import OF_A_CONVERSATION
from assistant.records import Language
from assistant.retrieval.flow import Knowledge

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
        return "这个问题涉及您没有访问权限的内容；如需权限，请联系管理员。" + (f"我可以回答：{'、'.join(titles)}。" if titles else "")
    words = "This is about something you have no access to. An administrator can give you access."
    return words + (f" I can help with: {', '.join(titles)}." if titles else "")


def silent(domain: Domain, language: Language) -> str:
    if domain.name.startswith(OF_A_CONVERSATION):
        return _files(language)
    if language == "zh":
        return f"{domain.title(language)}的资料中没有说明这一点。可以换一种问法，或联系负责的同事补充资料。"
    return f"The {domain.title(language)} documents do not say. Try other words, or ask the team in charge to add a document."


def files_silent(otherwise: str, language: Language, knowledge: Knowledge, files: Domain) -> str:
    """That the conversation's files do not answer, why that may be, and what the domains say."""
    if language in _found_well(knowledge, files):
        return _files(language, otherwise)
    return _files(language, otherwise, "文件是英文的，用英文提问更容易找到。" if language == "zh" else " They are in Chinese; asking in Chinese finds more.")


def _files(language: Language, otherwise: str = "", hint: str = "") -> str:
    if language == "zh":
        return f"您的文件中没有说明这一点。{hint}{otherwise or '可以换一种问法。'}"
    return f"Your files do not say this.{hint} {otherwise or 'Try other words.'}"


def _found_well(knowledge: Knowledge, files: Domain) -> set[Language]:
    """The languages in which questions find what the files say: their own, and those that the embedder leads to them from."""
    own = {chunk.language for chunk in knowledge.chunks(files)}
    return own | set(knowledge.embedder.languages) if own <= set(knowledge.embedder.languages) else own
