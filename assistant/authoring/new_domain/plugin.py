"""Code of the domain. Optional: without this file the domain works as well. Everything is off until its # is taken away.

Try it with: assistant check @NAME@. If it fails, the domain is left out and the reason shown; ASSISTANT_SAFE_MODE=1 loads no such code.
"""

# import re
# from collections.abc import Callable, Sequence
# from pathlib import Path
# from typing import Any
#
# from assistant.hookspecs import Domain, hookimpl
# from assistant.records import Chunk, Document, Evidence, Example
#
#
# class ThisDomain(Domain):
#     """One subclass of Domain, any name. Its methods are only ever called for this domain's own data; keep those you need."""
#
#     def clean_example(self, example: Example) -> Example | None:
#         """Before training: the example as it should be learned, or None to leave it out."""
#         return None if "lorem ipsum" in example.turns[-1].content else example
#
#     def clean_document(self, document: Document) -> Document:
#         """While indexing: the document as it should be searched, e.g. without a footer on every page."""
#         return document
#
#     def split_document(self, document: Document) -> list[Chunk] | None:
#         """While indexing: own chunks (start and end are offsets in document.text), or None for the standard ones."""
#         return None
#
#     def check_answer(self, question: str, answer: str, evidence: Sequence[Evidence]) -> list[str]:
#         """Before an answer is shown: its faults in words. An answer with faults is replaced by quoted evidence."""
#         return ["promises a room"] if "guaranteed" in answer else []
#
#     def computed_values(self, question: str, evidence: Sequence[Evidence]) -> list[str]:
#         """Values that stand in no passage but follow from them; without this they count as unsupported. Here: 7 hours, so 20 yuan."""
#         hours = re.search(r"(\d+) hours", question)
#         return [f"{min(5 * max(int(hours[1]) - 3, 0), 40)} yuan"] if hours else []
#
#     def check_format(self, name: str, answer: str) -> bool:
#         """Whether an answer keeps a format that questions.jsonl names, e.g. "format": "next_step"."""
#         if name == "next_step":
#             return "\nNext: " in answer or "\n办理：" in answer
#         return super().check_format(name, answer)
#
#
# @hookimpl
# def register_loaders(register: Callable[[str, Callable[[Path], str]], None]) -> None:
#     """Read another kind of document: suffix, and a function from path to Markdown (page breaks as form feeds)."""
#     register(".log", lambda path: path.read_text("utf-8"))
#
#
# @hookimpl
# def register_metrics(register: Callable[[str, Callable[[str, Any], float]], None]) -> None:
#     """A score of `assistant evaluate`: answer's text and question to a figure from 0 to 1."""
#     register("two_lines", lambda text, question: float(len(text.splitlines()) == 2))
#
#
# @hookimpl
# def register_commands(register: Callable[[str, Callable[..., None]], None]) -> None:
#     """A command of the program: this one is called with `assistant rooms`."""
#     register("rooms", lambda: print("Alder 6, Birch 10, Cedar 24"))
#
#
# The other hooks: register_domains (for installed packages that bring domain folders) and register_models (own model engines); see docs/plugins.md.
