"""What a button inside the conversation or the list of conversations asks for, as the page sends it. Knows no components and no rights."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import QuestionError
from assistant.records import Told

LONGEST = 20_000
Do = Literal["example", "edit", "again", "ask_in", "open", "rename", "delete", "delete_all", "rate"]


class Action(BaseModel):
    """``c`` is a conversation, ``m`` a message; whether they are the user's is asked of the history."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    do: Do
    c: str = Field("", max_length=64)
    m: int = Field(0, ge=0, lt=2**63)  # as the history counts
    text: str = Field("", max_length=LONGEST)
    domain: str = Field("", max_length=200)
    good: bool = True
    correction: str = Field("", max_length=LONGEST)
    reason: str = Field("", max_length=LONGEST)


def action_from(sent: str | None) -> Action:
    """QuestionError for what no button of this page sends."""
    try:
        return Action.model_validate_json(sent or "")
    except ValidationError:
        raise QuestionError(Told("the page sent something this version does not know; reload the page and try again", "page-outdated")) from None
