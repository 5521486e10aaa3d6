"""One question on its way through the stages; each method is one stage and notes its time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from assistant.access import named
from assistant.answering.allowed import FORBIDDEN, allowed, answerable
from assistant.answering.check import Grounds
from assistant.answering.examples import may_see, speaks_by_examples
from assistant.answering.opening import Opened
from assistant.answering.question import Ask
from assistant.answering.quote import Quoter
from assistant.answering.refuse import NOTHING, OUTSIDE, SILENT, files_silent, forbidden, outside, silent
from assistant.answering.rewrite import asked_before, with_earlier
from assistant.answering.shots import MOST, Shot
from assistant.answering.speak import Speaker, kind_of
from assistant.answering.support import likely
from assistant.domain import Domain, own_lines
from assistant.models.engine import Sampling
from assistant.prompt import EXAMPLES, render_prompt, with_examples
from assistant.records import AdapterVersion, Answer, Evidence, Kind, Language, Passage, Prompt, Route, Turn, case_of
from assistant.retrieval.flow import Fit

SURELY_OUTSIDE = 0.75
TEMPLATE_TOKENS = 200


@dataclass
class Run:
    """The state of one question between the stages; ``cited`` marks were given before it, in the same answer. ``silent``: the model said that the
    passages do not say; from a support of ``sure``, or the calibration's, on the evidence is quoted all the same."""

    home: Opened
    request: Ask
    question: str
    language: Language
    cancelled: Event
    standalone: str = ""
    cited: int = 0
    refused: bool = False
    silent: bool = False
    sure: float | None = None
    domain: Domain | None = None
    kind: Kind = "answer"
    found: Route = field(default_factory=lambda: Route(None, ()))
    passages: list[Passage] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    signals: dict[str, float] = field(default_factory=dict)
    support: float = 0.0
    prompt: Prompt | None = None
    adapter: AdapterVersion | None = None
    shots: list[Shot] = field(default_factory=list)
    house: frozenset[str] = frozenset()
    silenced: str = ""
    timings: dict[str, float] = field(default_factory=dict)

    def route(self) -> None:
        with self._timed("route"):
            if self.request.domain:
                self.domain = named(self.request.user, self.request.domain, self.home.plugins.domains)
                self.found = Route(self.domain.name, ((self.domain.name, 1.0),), "chosen by the user")
                return
            self.found = self.home.router.route(self.standalone, asked_before(self.request.history))
            if self.found.domain is None and self.standalone == self.question and self.found.outside < SURELY_OUTSIDE:
                self._lean_on_history()
            domains = self.home.plugins.domains
            self.found = allowed(likely(self.found, self.home.calibration, domains), self.request.user, domains)
            self.domain = domains[self.found.domain] if self.found.domain else None

    def _lean_on_history(self) -> None:
        """A question that belongs nowhere by itself may go on with the one before it."""
        if (longer := self.longer()) and (found := self.home.router.route(longer)).domain is not None:
            self.standalone, self.found = longer, found

    def longer(self) -> str | None:
        """The question with the one before it, when there is one and it has not been taken along yet."""
        return with_earlier(self.question, self.request.history) if self.standalone == self.question else None

    def retrieve(self) -> None:
        assert self.domain
        info, knowledge = self.home.engine.info, self.home.knowledge
        self.kind = kind_of(self.question)
        tokens = self.domain.spec.retrieval.budget_tokens or info.evidence_tokens
        with self._timed("retrieve"):
            self.passages = knowledge.search(self.domain, self.standalone, user=self.request.user)
            self.evidence = knowledge.evidence(
                self.domain, self.standalone, self.passages, Fit(info.evidence_items, tokens, self.home.engine.count_tokens)
            )
            self.signals = knowledge.signals(self.domain, self.standalone, self.passages, self.evidence)
            self.support = self.home.calibration.support(self.signals)

    def relevant(self) -> bool:
        """Whether there is enough to answer from; a draft needs no evidence."""
        return self.kind == "draft" or self.supported()

    def supported(self) -> bool:
        """Whether the documents probably answer the question, by itself or with the one before it."""
        if not self._met() and (longer := self.longer()):
            self.standalone = longer
            self.retrieve()
        return self._met()

    def _met(self) -> bool:
        return self.domain is not None and self.home.calibration.thresholds_of(self.domain.spec).met(self.signals, self.support)

    def render(self) -> None:
        assert self.domain
        history = self._fitting_history()
        asked = self.question if history else self.standalone
        prompt = render_prompt(self.domain, asked, self.evidence, self.language, self.kind, history)
        self.adapter = self._adapter()
        self._show_examples(prompt)
        self.prompt = with_examples(prompt, [(shot.question, shot.answer) for shot in self.shots])

    def _fitting_history(self) -> tuple[Turn, ...]:
        """The latest turns that the base model takes beside evidence, question and answer."""
        assert self.domain
        engine = self.home.engine
        history = self.request.history[-2 * engine.info.history_turns :] if engine.info.history_turns else ()
        used = sum(engine.count_tokens(item.text) + 24 for item in self.evidence) + engine.count_tokens(self.question)
        room = engine.info.context_tokens - used - self.domain.spec.answering.max_new_tokens - TEMPLATE_TOKENS
        while history and sum(engine.count_tokens(turn.content) + 8 for turn in history) > room:
            history = history[2:]
        return history

    def _show_examples(self, prompt: Prompt) -> None:
        """Examples of the domain's voice for a base that can take no adapter, in the tokens that the prompt leaves."""
        assert self.domain
        home, info, count = self.home, self.home.engine.info, self.home.engine.count_tokens
        if self.request.adapter != "current" or not speaks_by_examples(info) or not may_see(self.request.user, self.domain, home.knowledge):
            return
        used = sum(count(turn.content) + 8 for turn in prompt.messages) + count(EXAMPLES[self.language])
        room = min(info.context_tokens - used - self.domain.spec.answering.max_new_tokens, info.evidence_tokens)
        with self._timed("examples"):
            shots = home.examples.of(self.domain)
            self.shots = shots.nearest(self.standalone, self.language, self.kind, Fit(MOST, room, count))
        self.house = shots.words if self.shots else frozenset()

    def speak(self) -> Iterator[str | Answer]:
        """Checked text, then the answer; quotes the best evidence when nothing of the model's stands."""
        assert self.domain and self.prompt
        speaker = (Quoter if self.home.engine.info.quotes_only else Speaker)(self.prompt, self._grounds(), self.cited)
        started = time.perf_counter()
        text = ""
        for piece in speaker.say(self.generated(started)):
            text += piece
            yield piece
        self.timings["generate"] = time.perf_counter() - started
        self.silent = speaker.refused and not text.strip()
        believed = self.silent and self.support < (self.sure or self.home.calibration.sure_support)
        if not (text.strip() or believed or self.cancelled.is_set()):
            for piece in speaker.quote():
                text += piece
                yield piece
        if not text.strip() and (believed or not self.cancelled.is_set()):
            yield from self.refuse_silent(SILENT)
            return
        yield self._answer(text.strip(), speaker)

    def refuse_outside(self) -> Iterator[str | Answer]:
        words = forbidden if self.found.reason == FORBIDDEN else outside
        domains = answerable(self.request.user, self.home.plugins.domains)
        yield from self._refusal(words(domains, self.language), self.found.reason or OUTSIDE)

    def refuse_silent(self, reason: str = NOTHING) -> Iterator[str | Answer]:
        assert self.domain
        yield from self._refusal(silent(self.domain, self.language), reason)

    def _refusal(self, text: str, reason: str) -> Iterator[str | Answer]:
        self.refused = True
        if files := self.request.attached:
            text = files_silent("" if self.domain is files else text, self.language, self.home.knowledge, files)
        yield text
        yield Answer(
            question=self.question,
            text=text,
            language=self.language,
            domain=self.domain.name if self.domain else None,
            refused=True,
            reason=reason,
            source="quoted",
            route=self.found,
            timings=self.timings,
            receipt=self.receipt(),
        )

    def _answer(self, text: str, speaker: Speaker) -> Answer:
        assert self.domain
        domain, sentences = self.domain, {"model": speaker.said_by_model, "quoted": speaker.quoted}
        faults = own_lines(domain, lambda: domain.check_draft(self.question, text, self.evidence)) if self.kind == "draft" else []
        return Answer(
            question=self.question,
            text=text,
            language=self.language,
            domain=self.domain.name,
            reason="stopped" if self.cancelled.is_set() else "",
            source="model" if speaker.said_by_model else "quoted",
            kind=self.kind,
            adapter=self.adapter.served_name if self.adapter else None,
            citations=tuple(speaker.citations.found),
            route=self.found,
            timings=self.timings,
            receipt=self.receipt() | {"replaced": speaker.faults, "sentences": sentences, "draft_faults": faults},
        )

    def generated(self, started: float) -> Iterator[str]:
        assert self.domain and self.prompt
        wanted = self.domain.spec.answering
        sampling = Sampling(wanted.temperature, wanted.top_p, wanted.max_new_tokens, tuple(wanted.stop))
        name = self.home.engine.serve(self.adapter) if self.adapter else None
        for piece in self.home.engine.stream(self.prompt, name, sampling, self.cancelled):
            self.timings.setdefault("first_token", time.perf_counter() - started)
            yield piece

    def _adapter(self) -> AdapterVersion | None:
        assert self.domain
        version, self.silenced = self.home.voices.voice(self.domain, self.request.adapter)
        return version

    def _grounds(self) -> Grounds:
        assert self.domain
        asked = "\n".join([self.standalone, self.question, *(turn.content for turn in self.request.history if turn.role == "user")])
        card = self.adapter.card if self.adapter else {}
        voice, phrases = (frozenset(card.get(key, ())) for key in ("voice", "phrases"))
        voice |= self.house
        domain, evidence = self.domain, self.evidence

        def own_check(sentence: str) -> list[str]:
            return own_lines(domain, lambda: domain.check_answer(self.question, sentence, evidence))

        return Grounds(evidence, asked, own_lines(domain, lambda: domain.computed_values(self.question, evidence)), voice, phrases, own_check, self.home.entailment)

    def receipt(self) -> dict[str, Any]:
        return {
            "standalone": self.standalone,
            "support": self.support,
            "thresholds": self.home.calibration.thresholds_of(self.domain.spec).model_dump() if self.domain else {},
            "passages": [
                {"document": p.chunk.document, "heading": p.chunk.heading, "fused": p.score, "lexical": p.lexical_score, "dense": p.dense_score}
                for p in self.passages
            ],
            "evidence": [{"n": e.n, "document": e.chunk.document, "heading": e.heading, "text": e.text, "score": e.score} for e in self.evidence],
            "prompt": self.prompt.as_messages() if self.prompt else [],
            "base": self.home.engine.info.name,
            "examples": [{"origin": shot.origin, "question": shot.question} for shot in self.shots],
            "silenced": self.silenced,
            "silenced_told": case_of(self.silenced),
        }

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.timings[stage] = time.perf_counter() - started
