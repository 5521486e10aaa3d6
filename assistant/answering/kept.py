"""A fitted classifier on disk: one file of plain arrays (no pickle) that carries the stamp of what it was fitted on."""

import uuid
import zipfile
from contextlib import suppress
from pathlib import Path

from assistant.answering.classify import Classifier, Member, Scores
from assistant.answering.features import Embed, restored
from assistant.answering.linear import Linear
from assistant.answering.network import Network
from assistant.answering.scope import Scope


def keep(classifier: Classifier, path: Path, stamp: str) -> None:
    """Write it, replacing what was there. It is only a cache: a folder that cannot be written costs the next start a fit."""
    import numpy as np

    arrays = {f"features_{name}": value for name, value in classifier.features.arrays().items()}
    arrays |= {"stamp": np.array(stamp), "labels": np.array(classifier.labels, dtype=np.str_), "members": np.array(len(classifier.members))}
    arrays |= {"vectors": classifier.vectors, "weights": np.array(classifier.weights)}
    arrays |= {"scope_weights": classifier.scope.weights, "scope_intercepts": classifier.scope.intercepts}
    arrays |= {"held_out": classifier.held_out.probabilities, "held_out_outside": classifier.held_out.outside}
    for number, member in enumerate(classifier.members):
        network = member.network
        parts = (network.first, network.first_bias, network.second, network.second_bias, member.known, member.linear.weights, member.linear.bias)
        arrays |= {f"member_{number}_{part}": value for part, value in enumerate(parts)}
    temporary = path.with_suffix(f".{uuid.uuid4().hex}.npz")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(temporary, **arrays)
        temporary.replace(path)
    with suppress(OSError):
        temporary.unlink(missing_ok=True)


def kept(path: Path, stamp: str, embed: Embed) -> Classifier | None:
    """The classifier fitted on what the stamp names; None when there is none, or the file is damaged."""
    import numpy as np

    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
            if str(saved["stamp"]) != stamp:
                return None
            arrays = {name: saved[name] for name in saved.files}
        features = restored({name.removeprefix("features_"): value for name, value in arrays.items() if name.startswith("features_")}, embed)
        members = []
        for number in range(int(arrays["members"])):
            parts = [arrays[f"member_{number}_{part}"] for part in range(7)]
            members.append(Member(Network(*parts[:4]), parts[4], Linear(*parts[5:])))
        scope = Scope(arrays["scope_weights"], arrays["scope_intercepts"])
        held_out = Scores(arrays["held_out"], arrays["held_out_outside"])
        first, second = arrays["weights"].tolist()
        return Classifier(tuple(arrays["labels"].tolist()), features, tuple(members), arrays["vectors"], (first, second), scope, held_out)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
