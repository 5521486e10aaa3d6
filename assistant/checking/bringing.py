"""file of rows → what the domain could use of it, and where that would be written. For the command line and the page; writes nothing."""

from pathlib import Path
from typing import Literal

from assistant.checking.documents import check_documents
from assistant.domain import Domain
from assistant.errors import ExampleError
from assistant.models.engine import base_key
from assistant.personal_data import contacts
from assistant.plugins import Plugins
from assistant.records import Told
from assistant.rows.importing import Imported, import_rows
from assistant.rows.sources import Source
from assistant.settings import Workspace
from assistant.training.recipe_file import read_recipe

As = Literal["examples", "documents", "both"]


def bring(workspace: Workspace, plugins: Plugins, domain: Domain, source: Source, stem: str) -> Imported:
    """What can be used of a source, by the domain's own recipe and documents; ExampleError when that is nothing."""
    shortest = read_recipe(domain.recipe, base_key(workspace.settings)).data.min_answer_characters
    documents, _checked = check_documents(domain, workspace, plugins)
    published = contacts(document.text for document in documents.values() if document)
    return import_rows(domain, source, stem.replace("-", " ").replace("_", " "), shortest, published)


def places(workspace: Workspace, domain: Domain, made: Imported, stem: str, to: As) -> list[tuple[Path, str]]:
    """The files to write, each with its text; ExampleError where there is nothing to learn, or no place inside the workspace."""
    if to != "documents" and not domain.examples.resolve().is_relative_to(workspace.root.resolve()):
        text = f"the folder of {domain.name!r} ({domain.folder}) lies outside the workspace, where nothing is written; import --as documents"
        raise ExampleError(Told(text, "rows-outside", domain=domain.name, folder=str(domain.folder)))
    if to == "examples" and not made.examples:
        text = "the file has no columns for question and answer, so it holds nothing to learn from; import it --as documents"
        raise ExampleError(Told(text, "nothing-to-learn"))
    learns, answers = to != "documents" and bool(made.examples), to != "examples"
    files = [(workspace.inside(domain.examples / f"{stem}.jsonl"), made.examples)] if learns else []
    return files + ([(workspace.inside(workspace.knowledge / domain.name / f"{stem}{made.suffix}"), made.document)] if answers else [])
