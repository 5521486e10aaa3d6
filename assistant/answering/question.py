"""A question as it comes, from whom, and what makes it one that can be answered. Knows no stage."""

from dataclasses import dataclass

from assistant.access import LOCAL, User
from assistant.answering.voice import Adapter
from assistant.domain import Domain
from assistant.errors import QuestionError
from assistant.records import AdapterVersion, Told, Turn
from assistant.settings import Settings


@dataclass(frozen=True)
class Ask:
    """A question as it comes: ``domain`` None routes it; ``adapter`` is current, off, a version number or a version, published or not;
    without ``documents`` the model speaks alone. Domains and documents that ``user`` has no right to are left out. ``attached`` is what the
    conversation's own files make; they are asked first."""

    question: str
    history: tuple[Turn, ...] = ()
    domain: str | None = None
    adapter: Adapter | AdapterVersion = "current"
    documents: bool = True
    user: User = LOCAL
    attached: Domain | None = None


def checked_question(question: str, settings: Settings) -> str:
    """The question without outer white space; QuestionError when empty or too long."""
    text = question.encode("utf-8", "replace").decode().strip()
    if not text:
        raise QuestionError(Told("the question is empty; type one", "question-empty"))
    if len(text) > settings.max_question_characters:
        length, most = len(text), settings.max_question_characters
        long = f"the question has {length} characters, the limit is {most} (setting max_question_characters); shorten it, or put long material into a document"
        raise QuestionError(Told(long, "question-long", length=length, most=most))
    return text
