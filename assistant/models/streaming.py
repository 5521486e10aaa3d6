"""Streams every row of one ``generate`` call: a stopping criterion sees all rows at each step and ends the finished ones."""

from typing import Any

from assistant.models.worker import END, Request


class Row:
    """Turns one row's new token ids into text pieces; holds back what may still become a stop text or half a character."""

    def __init__(self, request: Request, tokenizer: Any) -> None:
        self.request = request
        self.done = False
        self._tokenizer = tokenizer
        self._ids: list[int] = []
        self._sent = 0
        self._hold = max((len(stop) for stop in request.sampling.stop), default=1) - 1

    def add(self, token: int) -> None:
        self._ids.append(token)
        text = self._tokenizer.decode(self._ids, skip_special_tokens=True)
        for stop in self.request.sampling.stop:
            if stop in text:
                self.finish(text[: text.index(stop)])
                return
        if len(self._ids) >= self.request.sampling.max_new_tokens or self.request.cancelled.is_set():
            self.finish(text)
        elif not text.endswith("\ufffd"):
            self._send(text[: len(text) - self._hold])

    def finish(self, text: str | None = None) -> None:
        if not self.done:
            self.done = True
            self._send(self._tokenizer.decode(self._ids, skip_special_tokens=True) if text is None else text)
            self.request.pieces.put(END)

    def _send(self, text: str) -> None:
        if len(text) > self._sent:
            self.request.pieces.put(text[self._sent :])
            self._sent = len(text)


def row_streamer(rows: list[Row], ends: set[int]) -> Any:
    """A StoppingCriteria that feeds each row its newest token and reports the finished rows."""
    import torch
    from transformers import StoppingCriteria

    class RowStreamer(StoppingCriteria):
        def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:
            for row, token in zip(rows, input_ids[:, -1].tolist(), strict=True):
                if not row.done:
                    row.finish() if token in ends else row.add(token)
            return torch.tensor([row.done for row in rows], device=input_ids.device)

    return RowStreamer()
