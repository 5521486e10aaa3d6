"""Whether the base lost what it knew: how well it expects general rows, and those of other domains, with the adapter and without."""

from collections.abc import Mapping

from assistant.records import Told
from assistant.training.diagnosis.fault import Fault
from assistant.training.diagnosis.remedies import for_forgetting, told
from assistant.training.recipe import Recipe

MARGIN, SHARE = 0.2, 0.1
"""Nats per answer token, and a share of the base's own loss on top: each right token is a fifth less probable than before, on rows that
the base hardly expects by more than chance."""

GENERAL, OTHERS = "general rows", "rows of other domains"


def forgetting(losses: Mapping[str, tuple[float, float]], recipe: Recipe) -> list[Fault]:
    """``losses`` has, by the kind of rows, the mean loss per answer token of the bare base and with the adapter."""
    worse = {name: (base, tuned) for name, (base, tuned) in losses.items() if not tuned <= base * (1 + SHARE) + MARGIN}
    if not worse:
        return []
    shown = [
        Told(f"the loss on {name} is {tuned:.3f} with the adapter, {base:.3f} without", "loss-on", rows=Told(name, name), tuned=f"{tuned:.3f}", base=f"{base:.3f}")
        for name, (base, tuned) in worse.items()
    ]
    sign = Told(f"{'; '.join(shown)} (worse by more than {MARGIN:g} + {SHARE:.0%})", "forgot", shown=shown)
    changes = for_forgetting(recipe)
    rows = "" if recipe.mix.rows else "name general rows in [mix] rows, or "
    more, less = Told(f"mix in more general rows: {told(changes)}", "mix-more"), Told(f"{rows}learn less at once: {told(changes)}", "learn-less")
    return [Fault(name="forgetting", sign=sign, cure=less if rows else more, blocks=False, changes=changes)]
