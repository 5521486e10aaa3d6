"""The page: a head with the language switch, and the tabs. Knows the tabs and their order, not what they do."""

from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.access import ANYONE, LOCAL, User
from assistant.records import Language
from assistant.ui.about.tab import AboutTab
from assistant.ui.chat.tab import ChatTab
from assistant.ui.compare.tab import CompareTab
from assistant.ui.domains.tab import DomainsTab
from assistant.ui.knowledge.tab import KnowledgeTab
from assistant.ui.page.sheet import Sheet
from assistant.ui.page.site import Site
from assistant.ui.page.tab import Frame, Tab, visible
from assistant.ui.quality.tab import QualityTab
from assistant.ui.teach.tab import TeachTab
from assistant.ui.texts import FIRST, LANGUAGES, Worded, known, preferred, say
from assistant.ui.train.tab import TrainTab

UI = Path(__file__).parents[1]
TABS: tuple[type[Tab], ...] = (ChatTab, CompareTab, KnowledgeTab, TeachTab, TrainTab, QualityTab, DomainsTab, AboutTab)
WAITING = 64
THREADS = 200  # of the handlers alone; one that waits for the model or tells how files are read holds one all the time
HOUR, DAY = 3600, 86_400
SET_LANGUAGE = "(language) => { document.documentElement.lang = language; return language; }"
NOW: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}


def build_page(site: Site) -> gr.Blocks:
    """The whole page, ready to be mounted."""
    tabs = [kind(site) for kind in TABS]
    with Sheet(title=say("title", FIRST), analytics_enabled=False, fill_height=True, delete_cache=(HOUR, DAY)) as page:
        with gr.Row(elem_id="head"):
            head = gr.HTML(_head(FIRST), elem_id="name", js_on_load=None, min_width=100)
            there = gr.HTML("", elem_id="there", js_on_load=None, visible=False, min_width=100)
            language = _language_switch()
        worded = [Worded(head, _head)]
        headings = []
        shown = LOCAL if site.users is None else ANYONE  # the other tabs come when it is known who has opened the page
        for tab in tabs:
            with gr.Tab(say(tab.key, FIRST), elem_id=f"tab-{tab.key}", render_children=True, visible=visible(tab, site, shown)) as opened:
                worded += tab.build(Frame(page, opened, language))
            headings.append(opened)
        _bind(page, site, (there, language), list(zip(tabs, headings, strict=True)), worded)
    page.max_threads = THREADS
    return page.queue(max_size=WAITING, api_open=False)


def styles() -> list[Path]:
    """The page's own, then each tab's."""
    return sorted(UI.rglob("*.css"), key=lambda path: (path.parent.name != "page", path))


def scripts() -> list[Path]:
    return sorted(UI.rglob("*.js"))


def _language_switch() -> gr.Radio:
    choices: list[tuple[str, str | int | float]] = [(text, language) for language, text in LANGUAGES.items()]
    return gr.Radio(choices, value=FIRST, label="Language / 语言", elem_id="language", show_label=False, container=False, scale=0, min_width=150)


def _head(language: Language) -> str:
    return f"<h1>{say('title', language)}</h1>"


def _there(site: Site, user: User, language: Language) -> Any:
    """Who is logged in, and the way out."""
    if site.users is None:
        return gr.skip()
    button = f"<button>{escape(say('login_out', language))}</button>"
    return gr.update(value=f'<form method="post" action="logout"><span>{escape(user.name)}</span> {button}</form>', visible=True)


def _bind(page: gr.Blocks, site: Site, head: tuple[gr.HTML, gr.Radio], tabs: list[tuple[Tab, gr.Tab]], worded: list[Worded]) -> None:
    """Everything is worded when the page loads, in the browser's language, and when another is chosen; tabs show for those they are for."""
    there, language = head
    components = [one.component for one in worded]
    headings = [heading for _, heading in tabs]

    def reword(chosen: Language, request: gr.Request) -> list[object]:
        to = known(chosen)
        return [_there(site, site.who(request), to)] + [gr.update(label=say(tab.key, to)) for tab, _ in tabs] + [one.update(to) for one in worded]

    def begin(request: gr.Request) -> list[object]:
        chosen = preferred(request.headers.get("accept-language", ""))
        user = site.who(request)
        return [gr.update(value=chosen), _there(site, user, chosen), *_headings(tabs, site, user, chosen), *[one.update(chosen) for one in worded]]

    page.load(begin, None, [language, there, *headings, *components], **NOW)
    language.input(reword, language, [there, *headings, *components], **NOW)
    language.change(None, language, None, js=SET_LANGUAGE)


def _headings(tabs: list[tuple[Tab, gr.Tab]], site: Site, user: User, language: Language) -> list[object]:
    return [gr.update(label=say(tab.key, language), visible=visible(tab, site, user)) for tab, _ in tabs]


def theme() -> gr.themes.Base:
    """System fonts, so that nothing is fetched and Chinese looks as it does elsewhere on the computer; plain fields and buttons."""
    plain = gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        radius_size="lg",
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Consolas", "Noto Sans Mono CJK SC", "monospace"],
    )
    return plain.set(
        button_large_text_size="*text_md", button_large_text_weight="600", button_large_padding="8px 16px", button_large_radius="*radius_md",
        button_small_text_size="*text_sm", button_small_text_weight="500", button_small_padding="5px 12px", button_small_radius="*radius_md",
        button_primary_background_fill="*primary_700", button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover="*primary_800", button_primary_background_fill_hover_dark="*primary_800",
        button_primary_text_color="white", button_primary_text_color_dark="white",
        button_secondary_background_fill="*background_fill_primary", button_secondary_background_fill_dark="*neutral_800",
        button_secondary_text_color="*body_text_color", button_secondary_text_color_dark="*body_text_color",
        button_secondary_border_color="*border_color_primary", button_secondary_border_color_dark="*border_color_primary",
        body_text_color_subdued="*neutral_600", body_text_color_subdued_dark="*neutral_300",
        block_border_width="0px", block_padding="0px", block_background_fill="none", block_background_fill_dark="none", block_shadow="none", block_label_background_fill_dark="none", block_title_text_size="*text_sm",
        block_title_text_color="*neutral_600", block_title_text_color_dark="*neutral_300", block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300", block_info_text_size="*text_sm", form_gap_width="12px", layout_gap="14px",
        input_background_fill="*background_fill_primary", input_background_fill_dark="*neutral_900", input_border_width="1px",
        input_border_color="*neutral_300", input_border_color_dark="*neutral_600", input_padding="8px 12px", input_radius="*radius_md",
        input_placeholder_color="*neutral_500", input_placeholder_color_dark="*neutral_400",
    )  # fmt: skip
