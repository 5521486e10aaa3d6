"""Files into a conversation as the chat takes them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.retrieval.formats import READERS
from assistant.retrieval.uploaded import Upload, keep_files
from assistant.retrieval.uploads import Uploads


def take(uploads: Uploads, conversation: str, files: Sequence[Path]) -> None:
    uploads.begin(conversation, *keep_files(uploads._folder(conversation), files, sorted(READERS)))


def attach(uploads: Uploads, conversation: str, files: Sequence[Path]) -> Iterator[list[Upload]]:
    """What is there after each step, until all are read."""
    take(uploads, conversation, files)
    yield from uploads.watch(conversation)
