"""Handlers whose errors people can mend: what went wrong is shown on the page in the error's own words."""

import functools
import inspect
from collections.abc import Callable
from html import escape
from typing import Any, ParamSpec, TypeVar

import gradio as gr

from assistant.errors import AssistantError

P = ParamSpec("P")
R = TypeVar("R")


def said(handler: Callable[P, R]) -> Callable[P, R]:
    """The same handler (a function, a method or a generator); an AssistantError becomes a message at the edge of the page."""
    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def generating(*values: Any, **named: Any) -> Any:
            try:
                yield from handler(*values, **named)
            except AssistantError as error:
                raise shown(error) from None

        return generating

    @functools.wraps(handler)
    def returning(*values: Any, **named: Any) -> Any:
        try:
            return handler(*values, **named)
        except AssistantError as error:
            raise shown(error) from None

    return returning


def shown(error: AssistantError) -> gr.Error:
    return gr.Error(escape(str(error)), title="", duration=None, print_exception=False)
