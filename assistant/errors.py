"""Every error a person can cause or mend, in one tree. A message says what came, what is possible and what to do.

AssistantError
├── WorkspaceError        no assistant.toml found, a path outside the workspace, no right to write
├── SettingsError         a setting unknown or out of range
├── DomainError           domain.toml, prompt.jinja, questions.jsonl or glossary.csv is at fault
│   └── UnknownDomain
├── PluginError           a plugin's code failed or registered nonsense
├── DocumentError         a document that cannot be read
├── ExampleError          training rows that cannot be used
├── StoreError            the ledger, vectors or lexical index cannot be used as asked
├── QuestionError         an empty or oversized question
├── ModelError            the base model, or the entailment model, cannot be loaded or reached
│   └── AdapterError      a version that is missing, damaged or made for another base
├── TrainingError         a training that cannot start or go on
├── EvaluationError       questions that cannot be run
├── ServerError           the app or the API cannot listen
└── AccessError           the user may not do this
"""

from collections.abc import Iterable

from assistant.records import Told

__all__ = [
    "AccessError",
    "AdapterError",
    "AssistantError",
    "DocumentError",
    "DomainError",
    "EvaluationError",
    "ExampleError",
    "ModelError",
    "PluginError",
    "QuestionError",
    "ServerError",
    "SettingsError",
    "StoreError",
    "TrainingError",
    "UnknownDomain",
    "WorkspaceError",
]


class AssistantError(Exception):
    """Anything a person can mend; the command line prints its text in one line and exits 1."""


class WorkspaceError(AssistantError):
    pass


class SettingsError(AssistantError):
    pass


class DomainError(AssistantError):
    """Faults in a domain's files; ``faults`` holds each as one line with file and position."""

    def __init__(self, message: str, faults: Iterable[str] = ()) -> None:
        self.faults = tuple(faults)
        whole = "\n  ".join([message, *self.faults])
        super().__init__(Told(whole, message.case, **message.values) if isinstance(message, Told) else whole)


class UnknownDomain(DomainError):
    def __init__(self, name: str, installed: Iterable[str]) -> None:
        known = ", ".join(sorted(installed)) or "none yet (make one with: assistant new NAME)"
        super().__init__(Told(f"no domain named {name!r}; plugins/ has: {known}", "unknown-domain", name=name, known=known))


class PluginError(AssistantError):
    pass


class DocumentError(AssistantError):
    pass


class ExampleError(AssistantError):
    pass


class StoreError(AssistantError):
    pass


class QuestionError(AssistantError):
    pass


class ModelError(AssistantError):
    pass


class AdapterError(ModelError):
    pass


class TrainingError(AssistantError):
    pass


class EvaluationError(AssistantError):
    pass


class ServerError(AssistantError):
    pass


class AccessError(AssistantError):
    pass
