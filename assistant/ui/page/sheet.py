"""Gradio's page, without what it would keep for ever of each open window. Knows nothing of what stands on it."""

from typing import Any

import gradio as gr

WINDOWS = 300  # whose state is kept, the latest used; a window costs about two megabytes


class Sheet(gr.Blocks):
    """In Gradio 6.31 a component that was updated and is then given a plain value is filed once more, value and all, at every such event."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self.state_session_capacity = WINDOWS

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any) -> list[Any]:
        shown = await super().postprocess_data(block_fn, predictions, state)
        for component in block_fn.outputs if state else ():
            filed = state.blocks_config.blocks.get(component._id)
            if filed is not None:
                filed._id = component._id  # an updated component is a new one with an id of its own
        return shown
