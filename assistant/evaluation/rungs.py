"""Answers one question on one rung of the ladder: same question, same decoding, same budget of tokens."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from threading import Event
from typing import Any

from assistant.answering.alone import refuses
from assistant.answering.ask import TEMPLATE_TOKENS
from assistant.answering.flow import Assistant
from assistant.answering.question import Ask
from assistant.answering.shots import MOST, Shot
from assistant.domain import Domain
from assistant.domain_files import Question
from assistant.evaluation.cache import code_fingerprint
from assistant.evaluation.results import Answered, Shown
from assistant.fingerprint import folder_fingerprint
from assistant.models.engine import Sampling
from assistant.models.fit import adapter_hashes
from assistant.prompt import EXAMPLES, prompt_fingerprint, render_prompt, with_examples
from assistant.records import AdapterVersion, Answer, Turn, content_id
from assistant.retrieval.evidence import Fit

WITH_DOCUMENTS = {"rag", "rag+lora"}
WITH_ADAPTER = {"lora", "rag+lora"}


@dataclass(frozen=True)
class Ladder:
    """One domain's rungs over an opened assistant; ``adapter`` is the version on the rungs that have one."""

    assistant: Assistant
    domain: Domain
    adapter: AdapterVersion | None

    def answer(self, question: Question, rung: str) -> Answered:
        """The rung's answer; a rung with documents goes the product's whole way in this domain, the others say what the model says."""
        version = self.adapter if rung in WITH_ADAPTER else None
        if rung in WITH_DOCUMENTS:
            return self._looked_up(question, version)
        return self._said(question, version, shown=rung == "few-shot")

    def key(self, question: Question, rung: str) -> str:
        """Hash of all that the answer depends on."""
        asked = [question.question, [turn.model_dump() for turn in question.history], question.kind]
        parts: list[Any] = [rung, asked, self._base, prompt_fingerprint(self.domain), self.domain.spec.model_dump(mode="json"), code_fingerprint()]
        if rung in WITH_ADAPTER:
            parts.append(self._weights)
        if rung in WITH_DOCUMENTS:
            settings = self.assistant.workspace.settings
            parts += [self._documents, self.assistant.calibration.model_dump(), settings.entailment_model, settings.entailment_threshold]
        if rung == "few-shot":
            parts += [EXAMPLES, [[shot.question, shot.answer] for shot in self._shots(question)]]
        return content_id(*parts)

    def _looked_up(self, question: Question, version: AdapterVersion | None) -> Answered:
        started = time.perf_counter()
        answer = self.assistant.answer(Ask(question.question, _history(question), self.domain.name, version or "off"))
        return self._answered(question, answer, time.perf_counter() - started)

    def _answered(self, question: Question, answer: Answer, seconds: float) -> Answered:
        count, receipt = self.assistant.engine.count_tokens, answer.receipt
        evidence = tuple(Shown(item["document"], item["heading"], item["text"]) for item in receipt["evidence"])
        cited = tuple(Shown(one.document, one.heading, one.text, one.passage) for one in answer.citations)
        return Answered(
            question=question.id,
            text=answer.text,
            refused=answer.refused,
            evidence=evidence,
            cited=cited,
            adapter=answer.adapter,
            seconds=seconds,
            first_token=answer.timings.get("first_token"),
            tokens=count(answer.text),
            prompt_tokens=sum(count(message["content"]) for message in receipt["prompt"]),
            replaced=len(receipt.get("replaced") or ()),
            stood=(receipt.get("sentences") or {}).get("model"),
            reason=answer.reason,
        )

    def _said(self, question: Question, version: AdapterVersion | None, shown: bool) -> Answered:
        """What the model says by itself, unchecked."""
        engine, history = self.assistant.engine, _history(question)
        shots = [(shot.question, shot.answer) for shot in self._shots(question)] if shown else []
        prompt = with_examples(render_prompt(self.domain, question.question, [], question.language, question.kind, history[: self._turns]), shots)
        name = engine.serve(version) if version else None
        started, first, pieces = time.perf_counter(), None, []
        for piece in engine.stream(prompt, name, self._sampling, Event()):
            first = first or time.perf_counter() - started
            pieces.append(piece)
        text = "".join(pieces).strip()
        tokens = sum(engine.count_tokens(turn.content) for turn in prompt.messages)
        return Answered(
            question.id, text, refuses(text), adapter=version.served_name if version else None, seconds=time.perf_counter() - started,
            first_token=first, tokens=engine.count_tokens(text), prompt_tokens=tokens,
        )  # fmt: skip

    def _shots(self, question: Question) -> list[Shot]:
        """As answering chooses them for a base that can take no adapter."""
        engine = self.assistant.engine
        asked = engine.count_tokens(question.question) + sum(engine.count_tokens(turn.content) for turn in question.history)
        around = self._sampling.max_new_tokens + TEMPLATE_TOKENS + engine.count_tokens(EXAMPLES[question.language])
        room = min(engine.info.evidence_tokens, engine.info.context_tokens - asked - around)
        shots = self.assistant.examples.of(self.domain)
        return shots.nearest(question.question, question.language, question.kind, Fit(MOST, room, engine.count_tokens))

    @property
    def _turns(self) -> int:
        return 2 * self.assistant.engine.info.history_turns

    @cached_property
    def _sampling(self) -> Sampling:
        wanted = self.domain.spec.answering
        return Sampling(wanted.temperature, wanted.top_p, wanted.max_new_tokens, tuple(wanted.stop))

    @cached_property
    def _base(self) -> Mapping[str, Any]:
        return {**asdict(replace(self.assistant.engine.info, reason="")), "sampling": asdict(self._sampling)}

    @cached_property
    def _weights(self) -> list[Any]:
        """What an adapter is to an answer, whatever its number: its files, and the words its card lets it say without evidence."""
        return [adapter_hashes(self.adapter.folder), *(self.adapter.card.get(key) for key in ("voice", "phrases"))] if self.adapter else []

    @cached_property
    def _documents(self) -> str:
        return folder_fingerprint(self.domain.documents, self.assistant.workspace.knowledge / self.domain.name)


def _history(question: Question) -> tuple[Turn, ...]:
    return tuple(Turn(turn.role, turn.content) for turn in question.history)
