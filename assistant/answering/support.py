"""How probable it is that the documents answer a question: a logistic model over retrieval's signals, fitted on dev questions.

The package carries defaults (``calibration.json``); ``.assistant/calibration.json`` of a workspace wins, ``[refusal]`` in a domain.toml over both.
"""

import json
import math
import os
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.answering.route import heard
from assistant.domain import Domain
from assistant.domain_files import DomainSpec
from assistant.errors import SettingsError
from assistant.records import Route
from assistant.settings import explain

FILE = "calibration.json"
LARGEST_EXPONENT = 700.0


class Weights(BaseModel):
    """Log-odds = intercept + Σ weight × signal."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    intercept: float
    signals: dict[str, float]

    def probability(self, signals: Mapping[str, float]) -> float:
        unknown = self.signals.keys() - signals.keys()
        if unknown:
            raise SettingsError(f"{FILE} weighs {', '.join(sorted(unknown))}; signals are: {', '.join(sorted(signals))}; delete it to use the defaults")
        odds = self.intercept + sum(weight * signals[name] for name, weight in self.signals.items())
        return 1 / (1 + math.exp(min(-odds, LARGEST_EXPONENT)))


class Thresholds(BaseModel):
    """Where a question is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    route: float = Field(0.0, description="Below this probability of its domain a question belongs nowhere.")
    retrieval: float = Field(0.0, description="Below this share of its words that the documents know at all nothing relevant can be found.")
    support: float = Field(0.5, description="Below this probability the documents do not answer.")

    def met(self, signals: Mapping[str, float], support: float) -> bool:
        """Whether what was retrieved answers the question."""
        return signals.get("known", 0.0) >= self.retrieval and support >= self.support


class Calibration(BaseModel):
    """What the signals weigh, and the working points: of all domains together, and of those with questions enough for their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    weights: Weights
    thresholds: Thresholds
    domains: dict[str, Thresholds] = Field(default_factory=dict)
    sure_support: float = Field(description="From it on a base model's own 'the passages do not say' is overruled by quoting the evidence.")
    fitted_on: str = ""

    def support(self, signals: Mapping[str, float]) -> float:
        """Probability that the documents answer."""
        return self.weights.probability(signals)

    def thresholds_of(self, spec: DomainSpec) -> Thresholds:
        """The domain's own or everybody's; what its domain.toml sets wins."""
        own = {name: value for name, value in spec.refusal.model_dump().items() if value is not None}
        return self.domains.get(spec.name, self.thresholds).model_copy(update=own)


def likely(route: Route, calibration: Calibration, domains: Mapping[str, Domain]) -> Route:
    """The route, or no domain where the likeliest one's probability is below its threshold."""
    if route.domain is None or not heard(domains[route.domain]):
        return route
    probability = dict(route.scores)[route.domain]
    if probability >= calibration.thresholds_of(domains[route.domain].spec).route:
        return route
    return replace(route, domain=None, reason=f"outside every domain (nearest {route.domain}, {probability:.2f})")


def write_calibration(calibration: Calibration, path: Path) -> None:
    """Replace the file in one step; SettingsError when it cannot be written."""
    text = json.dumps(calibration.model_dump(), indent=2, ensure_ascii=False) + "\n"
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, "utf-8")
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise SettingsError(f"{path} cannot be written ({error.strerror}); free it, and measure again") from None


def read_calibration(state: Path) -> Calibration:
    """The workspace's own calibration, or the package's; SettingsError when the file cannot be used."""
    own = state / FILE
    try:
        text = own.read_text("utf-8") if own.exists() else files("assistant.answering").joinpath(FILE).read_text("utf-8")
        return Calibration.model_validate(json.loads(text))
    except OSError as error:
        raise SettingsError(f"{own}: {error.strerror}; move it away to use the defaults") from None
    except RecursionError:
        raise SettingsError(f"{own}: nested too deeply; delete it to use the defaults") from None
    except ValidationError as error:
        raise SettingsError(f"{own}: {'; '.join(explain(error))}; delete it to use the defaults") from None
    except ValueError as error:
        raise SettingsError(f"{own}: {error}; delete it to use the defaults") from None
