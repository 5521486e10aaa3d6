"""Changes a domain's routing examples in its domain.toml: checked first, replaced in one step, the old file kept."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.authoring.toml_text import listed, value_text, with_value
from assistant.domain import Domain
from assistant.domain_files import DomainSpec, read_spec
from assistant.errors import DomainError
from assistant.records import Told, content_id
from assistant.rows.taught import Questions, readable_questions
from assistant.settings import Workspace

FILE = "domain.toml"
MOST, LONGEST = 2000, 300
PATIENCE = 10


def stamp(examples: Sequence[str]) -> str:
    """By which a change knows that nobody else has changed them meanwhile."""
    return content_id(list(examples))


def cleaned(lines: Iterable[str]) -> list[str]:
    """Each line once, without outer and double white space, empty ones left out. DomainError for too many or too long ones."""
    found = list(dict.fromkeys(text for line in lines if (text := "".join(sign for sign in " ".join(line.split()) if sign.isprintable()))))
    if len(found) > MOST:
        text = f"{len(found)} routing examples are too many, at most {MOST} are kept; take out those that say the same"
        raise DomainError(Told(text, "many-utterances", count=len(found), most=MOST))
    if long := next((text for text in found if len(text) > LONGEST), ""):
        said = f"{long[:60]}… has {len(long)} characters; a routing example is what a user types, at most {LONGEST} characters"
        raise DomainError(Told(said, "long-utterance", begins=long[:60], length=len(long), most=LONGEST))
    return found


def measured(domain: Domain, examples: Iterable[str]) -> list[str]:
    """The examples that are questions of questions.jsonl too, in words; as ``assistant check`` finds them."""
    questions = Questions(readable_questions(domain.folder / "questions.jsonl"))
    found = ((text, questions.asked_by(text)) for text in examples)
    return [
        Told(f"{text!r} is the question {match.id!r} of questions.jsonl (line {match.line})", "is-question", asked=text, id=match.id, line=match.line)
        for text, match in found
        if match
    ]


def change_utterances(workspace: Workspace, domain: Domain, lines: Iterable[str], seen: str) -> DomainSpec:
    """Write the routing examples, and nothing else, to the domain's domain.toml; returns what it says now.

    ``seen`` is the stamp of the examples that the change was made from. DomainError when they are others by now, when the domain's folder is
    not the workspace's own, when an example is a measured question, or when the file cannot be changed for sure."""
    path = domain.folder / FILE
    if domain.folder.parent.resolve() != workspace.plugins.resolve():
        said = f"{domain.name} comes from an installed package ({domain.folder}); change it there"
        raise DomainError(Told(said, "domain-installed", domain=domain.name, folder=str(domain.folder)))
    examples = cleaned(lines)
    if faults := measured(domain, examples):
        raise DomainError(Told("a question that is taught measures nothing, so reword these:", "measured-utterances", faults=faults), faults)
    workspace.state.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(workspace.state / f"routing-{domain.name}.lock", timeout=PATIENCE):
            if stamp(read_spec(domain.folder).routing.examples) != seen:
                said = f"{path.name} was changed meanwhile, by somebody else or in an editor; choose the domain again and repeat your change"
                raise DomainError(Told(said, "utterances-changed", file=path.name))
            spec = _write(path, examples, _bin(workspace, domain))
    except Timeout:
        raise DomainError(Told(f"somebody else is changing {path.name} just now; try again", "utterances-busy", file=path.name)) from None
    assert spec.routing.examples == examples
    return spec


def _bin(workspace: Workspace, domain: Domain) -> Path:
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}.toml"
    return workspace.inside(workspace.state / "removed" / domain.name / FILE / name)


def _write(path: Path, examples: list[str], kept: Path) -> DomainSpec:
    """Beside the folder first, where it is read as the program will read it; then in the old one's place."""
    folder = path.parent
    before = path.read_bytes().decode("utf-8") if path.exists() else f'name = "{folder.name}"\n'
    try:
        text = before.removeprefix("\ufeff")
        changed = with_value(text, "routing", "examples", examples, listed(examples, value_text(text, "routing", "examples")))
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as beside:
            trial = Path(beside) / folder.name / FILE
            trial.parent.mkdir()
            trial.write_bytes((before[:1] if before.startswith("\ufeff") else "").encode() + changed.encode())
            spec = read_spec(trial.parent)
            if path.exists():
                shutil.copymode(path, trial)
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, kept)
            os.replace(trial, path)
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        text = f"{path} could not be changed ({said}); change [routing] examples in an editor"
        raise DomainError(Told(text, "utterances-not-written", path=str(path), reason=said)) from None
    return spec


def current(domain: Domain) -> list[str]:
    """The examples as they stand on disk now, which may be newer than what is loaded."""
    return list(read_spec(domain.folder).routing.examples)


