"""Draws the loss of a training as a small picture."""

from collections.abc import Sequence
from pathlib import Path


def plot_losses(losses: Sequence[dict[str, float]], path: Path, title: str) -> None:
    """A PNG with the training loss and, where rows were held out, theirs, over the epochs."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.2), dpi=90, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for key, name, style in (("loss", "training", "-"), ("eval_loss", "held out", "o-")):
        points = [(line["epoch"], line[key]) for line in losses if key in line]
        if points:
            axes.plot(*zip(*points, strict=True), style, label=name, linewidth=1.5, markersize=4)
    axes.set(xlabel="epoch", ylabel="loss per answer token", title=title)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    if axes.lines:
        axes.legend()
    figure.savefig(path)
