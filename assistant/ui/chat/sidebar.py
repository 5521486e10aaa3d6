"""The list of a user's conversations, and the dialogs that change one. Knows no components."""

from collections.abc import Sequence
from html import escape

from assistant.history import Found
from assistant.records import Language
from assistant.ui.chat.icons import icon, tool
from assistant.ui.texts import say


def list_html(found: Sequence[Found], current: str, searched: bool, language: Language) -> str:
    """The conversations, the latest first; ``current`` is the open one."""
    if not found:
        return f'<p class="quiet none">{escape(say("chat_none_found" if searched else "chat_none", language))}</p>'
    all_of_them = "" if searched else f'<button type="button" class="all" data-act="delete_all">{_said("chat_delete_all", language)}</button>'
    return f'<ul class="conversations">{"".join(_entry(one, current, language) for one in found)}</ul>{all_of_them}'


def top_html(language: Language) -> str:
    """The bar above the conversation: what shows and hides the list, the title (written by the page's script), what begins anew."""
    side = tool("side", "list", say("chat_list", language), aria_expanded="true", aria_controls="chat-side")
    return f'<div class="bar">{side}<span class="name"></span>{tool("fresh", "new", say("new_chat", language))}</div>'


def _entry(found: Found, current: str, language: Language) -> str:
    one = found.conversation
    key, title = escape(one.id), one.title or say("chat_untitled", language)
    here = ' aria-current="true"' if one.id == current else ""
    place = f'<span class="place">{escape(found.place)}</span>' if found.place else ""
    export = escape(say("chat_export", language))
    return (
        f'<li data-c="{key}" data-title="{escape(title)}"{here and " class=current"}>'
        f'<button type="button" class="open" data-act="open"{here} title="{escape(title)}"><span class="title">{escape(title)}</span>{place}</button>'
        f'<span class="own">{tool("rename", "edit", say("chat_rename", language) + ": " + title)}'
        f'<a class="tool" href="conversations/{key}.md?language={language}" download aria-label="{export}: {escape(title)}" title="{export}">{icon("export")}</a>'
        f'{tool("delete", "delete", say("chat_delete", language) + ": " + title)}</span></li>'
    )


def dialogs_html(language: Language) -> str:
    """The page's own dialogs, closed: rename, delete, say what is wrong with an answer; and the words for a lost connection."""
    title = f'<label>{_said("chat_title", language)}<input name="title" maxlength="80" required></label>'
    sure = f'<p>{_said("chat_delete_sure", language)}</p><p class="subject"></p>'
    all_sure = f'<p>{_said("chat_delete_all_sure", language)}</p>'
    correction = f'<label>{_said("chat_correction", language)}<textarea name="correction" rows="4" maxlength="20000"></textarea></label>'
    reason = f'<label>{_said("chat_reason", language)}<textarea name="reason" rows="2" maxlength="20000"></textarea></label>'
    return (
        f'<p id="chat-lost" role="status">{_said("chat_lost", language)}</p>'
        + _dialog("rename", _said("chat_rename", language), title, _said("chat_save", language), language)
        + _dialog("delete", _said("chat_delete", language), sure, _said("chat_delete", language), language)
        + _dialog("delete_all", _said("chat_delete_all", language), all_sure, _said("chat_delete_all", language), language)
        + _dialog("rate", _said("chat_comment", language), correction + reason, _said("chat_save", language), language)
    )


def _dialog(do: str, heading: str, body: str, main: str, language: Language) -> str:
    return (
        f'<dialog id="chat-{do}" aria-labelledby="chat-{do}-heading"><form data-act="{do}"><h2 id="chat-{do}-heading">{heading}</h2>{body}'
        f'<div class="buttons"><button type="button" data-act="cancel">{_said("chat_cancel", language)}</button>'
        f'<button type="submit" class="main">{main}</button></div></form></dialog>'
    )


def _said(key: str, language: Language) -> str:
    return escape(say(key, language))
