"""Handlers whose errors people can mend: what went wrong is shown on the page, in the page's language, at its edge."""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

import gradio as gr

from assistant.errors import AssistantError
from assistant.records import Language, message
from assistant.ui.page.plain import shown
from assistant.ui.texts import known, preferred
from assistant.ui.texts.told import told

P = ParamSpec("P")
R = TypeVar("R")
SWITCH = "language"  # the element of the page's switch, and what a handler calls the value that it has


def said(handler: Callable[P, R]) -> Callable[P, R]:
    """The same handler (a function, a method or a generator); an AssistantError becomes a message at the edge of the page."""
    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def generating(*values: Any, **named: Any) -> Any:
            try:
                yield from handler(*values, **named)
            except AssistantError as error:
                raise _message(error, language_of(handler, *values, **named)) from None

        return generating

    @functools.wraps(handler)
    def returning(*values: Any, **named: Any) -> Any:
        try:
            return handler(*values, **named)
        except AssistantError as error:
            raise _message(error, language_of(handler, *values, **named)) from None

    return returning


def language_of(handler: Callable[..., Any], *values: Any, **named: Any) -> Language:
    """What the page's switch says, as far as the handler receives it, by itself or among all that stands on the page; else what the browser prefers."""
    given = inspect.signature(handler).bind(*values, **named).arguments
    switches = [given[SWITCH]] if SWITCH in given else []
    for page in (value for value in given.values() if isinstance(value, Mapping)):
        switches += [value for component, value in page.items() if getattr(component, "elem_id", None) == SWITCH]
    if switches:
        return known(switches[0])
    request = next((value for value in given.values() if isinstance(value, gr.Request) and value.request), None)
    return preferred(request.headers.get("accept-language", "") if request else "")


def _message(error: AssistantError, language: Language) -> gr.Error:
    return gr.Error(shown(told(message(error), language)), title="", duration=None, print_exception=False)
