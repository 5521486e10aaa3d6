"""Checks domain.toml and the names of the files beside it."""

from collections import Counter
from difflib import get_close_matches
from pathlib import Path

from assistant.checking.finding import Checked, Finding, faults_of, located
from assistant.domain_files import DomainSpec, read_spec
from assistant.errors import DomainError
from assistant.language import detect

FILE = "domain.toml"
KNOWN = {FILE, "prompt.jinja", "recipe.toml", "questions.jsonl", "glossary.csv", "plugin.py", "examples", "documents"}
FEW_UTTERANCES = 10
LANGUAGES = {"en": "English", "zh": "Chinese"}


def check_spec(folder: Path) -> tuple[DomainSpec, Checked]:
    """The settings of a domain, those of an empty domain.toml when it has faults."""
    strays = _strays(folder)
    try:
        spec = read_spec(folder)
    except DomainError as error:
        missing = Finding("error", FILE, None, "is missing; every domain needs one, or at least documents/ (a complete one is made by: assistant new NAME)")
        found = located(FILE, faults_of(error)) if (folder / FILE).is_file() else [missing]
        return DomainSpec(name=folder.name), Checked(FILE, "", (*found, *strays))
    if not (folder / FILE).is_file():
        text = "is missing; the defaults are in force and its documents route it (a complete one is made by: assistant new NAME)"
        return spec, Checked(FILE, "", (Finding("warning", FILE, None, text), *strays))
    asked = spec.routing.examples
    summary = f"{', '.join(spec.languages)}; {len(asked)} routing utterances"
    return spec, Checked(FILE, summary, (*_gaps(spec), *strays))


def _gaps(spec: DomainSpec) -> list[Finding]:
    """What works but not well: texts missing in a language, too few utterances to route by."""
    found = []
    spoken = Counter(detect(text) for text in spec.routing.examples)
    for language in spec.languages:
        name = LANGUAGES[language]
        for key, texts in (("title", spec.title), ("description", spec.description)):
            if not texts.get(language, "").strip():
                found.append(Finding("warning", FILE, None, f"[{key}] has no {name} text; add: {language} = …"))
        if spoken[language] < FEW_UTTERANCES:
            text = f"[routing] has {spoken[language]} {name} utterances; with fewer than {FEW_UTTERANCES} questions go astray, add some as users type them"
            found.append(Finding("warning", FILE, None, text))
    return found


def _strays(folder: Path) -> list[Finding]:
    """Files whose name is nearly that of a file the program reads."""
    found = []
    for path in sorted(folder.iterdir()):
        near = get_close_matches(path.name, KNOWN - {path.name}, n=1, cutoff=0.75)
        if path.name not in KNOWN and near and not path.name.startswith("."):
            found.append(Finding("warning", path.name, None, f"is not read; did you mean {near[0]}?"))
    return found
