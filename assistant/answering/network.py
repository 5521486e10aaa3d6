"""One small classifier network: rows of features → one hidden layer → a logit per label. Trained by torch, asked by numpy."""

from dataclasses import dataclass
from typing import Any

HIDDEN = 256
EPOCHS = 15
FEWEST_STEPS = 400  # small sets are gone through more often
BATCH = 128
RATE = 2e-3
DECAY = 0.05
DROPPED_INPUTS, DROPPED_HIDDEN = 0.2, 0.3
SMOOTHING = 0.1  # of labels (Szegedy et al. 2016): keeps the highest probability a measure of doubt


@dataclass(frozen=True)
class Network:
    """Weights as float32 arrays: ``first`` (features, hidden), ``second`` (hidden, labels)."""

    first: Any
    first_bias: Any
    second: Any
    second_bias: Any

    def hidden(self, rows: Any) -> Any:
        """What the hidden layer makes of rows: (n, hidden), none below 0."""
        import numpy as np

        return np.maximum(rows @ self.first + self.first_bias, 0)

    def logits(self, hidden: Any) -> Any:
        return hidden @ self.second + self.second_bias


def train(rows: Any, labels: Any, count: int, seed: int) -> Network:
    """A network for labels 0 … count-1; the same rows and seed give the same weights on the same machine."""
    import numpy as np
    import torch
    from torch import nn

    inputs, wanted = torch.from_numpy(rows), torch.from_numpy(labels)
    batches = -(-len(inputs) // BATCH)
    epochs = max(EPOCHS, -(-FEWEST_STEPS // batches))
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        torch.manual_seed(seed)
        first, second = nn.Linear(rows.shape[1], HIDDEN), nn.Linear(HIDDEN, count)
        net = nn.Sequential(nn.Dropout(DROPPED_INPUTS), first, nn.ReLU(), nn.Dropout(DROPPED_HIDDEN), second)
        optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=epochs * batches + 1)
        for _ in range(epochs):
            for batch in torch.randperm(len(inputs)).split(BATCH):
                loss = nn.functional.cross_entropy(net(inputs[batch]), wanted[batch], label_smoothing=SMOOTHING)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
    weights = (first.weight.T, first.bias, second.weight.T, second.bias)
    return Network(*(np.ascontiguousarray(weight.detach().numpy()) for weight in weights))
