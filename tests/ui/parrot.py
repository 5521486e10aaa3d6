"""An Assistant that says the question back: small enough to check every word of the page by eye."""

import threading
from collections.abc import Iterator

from assistant.errors import QuestionError
from assistant.plugins import Plugins
from assistant.records import Answer
from assistant.settings import Workspace
from assistant.ui.page.opening import Opening


class NoFiles:
    """The uploads of conversations that have none; keeps which it was told to forget."""

    def __init__(self) -> None:
        self.forgotten: set[str] = set()

    def resume(self, conversation: str) -> bool:
        return False

    def domain(self, conversation: str) -> None:
        return None

    def forget(self, conversation: str) -> None:
        self.forgotten.add(conversation)


class Parrot:
    """Says the question back word by word, under the adapter's name when it is on; keeps what it was asked."""

    def __init__(self, workspace: Workspace | None = None, plugins: Plugins | None = None) -> None:
        self.workspace, self.plugins = workspace, plugins
        self.asked: list = []  # type: ignore[type-arg]
        self.uploads = NoFiles()
        self.closed = False
        self.go_on = threading.Event()  # before the second word of a question that begins with "wait"

    def ask(self, request, cancelled: threading.Event) -> Iterator[str | Answer]:  # type: ignore[no-untyped-def]
        self.asked.append(request)
        if request.question == "too long":
            raise QuestionError("the question is too long; shorten it")
        if request.question == "bug":
            raise RuntimeError("a bug")
        for number, word in enumerate(request.question.split()):
            if number and request.question.startswith("wait"):
                while not cancelled.is_set() and not self.go_on.wait(0.01):
                    pass
            if cancelled.is_set():
                break
            yield word + " "
        adapter = "parrot@1" if request.adapter == "current" else None
        yield Answer(request.question, request.question, "en", domain="parrot", adapter=adapter)

    def close(self) -> None:
        self.closed = True


def opened(parrot: Parrot) -> Opening:
    opening = Opening(lambda: parrot)  # type: ignore[arg-type,return-value]
    opening.start()
    opening.wait(10)
    return opening
