"""How probable it is that the documents answer a question: a logistic model over retrieval's signals, fitted on dev questions.

The package carries defaults (``calibration.json``); ``.assistant/calibration.json`` of a workspace wins.
"""

import json
import math
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import SettingsError
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


class Calibration(BaseModel):
    """Weights with and without similarities, and the two working points."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    dense: Weights = Field(description="For questions in a language the embedder serves.")
    lexical: Weights = Field(description="For the others.")
    least_support: float = Field(description="Below it a question is refused.")
    sure_support: float = Field(description="From it on a base model's own 'the passages do not say' is overruled by quoting the evidence.")
    fitted_on: str = ""

    def support(self, signals: Mapping[str, float]) -> float:
        weights = self.dense if signals.get("passage_similarity", 0.0) > 0 else self.lexical
        return weights.probability(signals)


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
