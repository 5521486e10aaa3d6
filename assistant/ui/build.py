"""The page: a head with the language switch, and the tabs. Knows the tabs and their order, not what they do."""

from pathlib import Path

import gradio as gr

from assistant.history import History
from assistant.plugins import Plugins
from assistant.records import Language
from assistant.settings import Workspace
from assistant.ui.about_tab import AboutTab
from assistant.ui.chat_tab import ChatTab
from assistant.ui.domains_tab import DomainsTab
from assistant.ui.opening import Opening
from assistant.ui.texts import FIRST, LANGUAGES, Worded, preferred, say

HERE = Path(__file__).parent
STYLE = HERE / "style.css"
SCRIPT = HERE / "page.js"
WAITING = 64
SET_LANGUAGE = "(language) => { document.documentElement.lang = language; return language; }"


def build_page(workspace: Workspace, opening: Opening, plugins: Plugins, history: History) -> gr.Blocks:
    """The whole page, ready to be mounted."""
    chat = ChatTab(opening, plugins, history)
    domains = DomainsTab(workspace, opening, plugins)
    about = AboutTab(workspace, opening)
    with gr.Blocks(title=say("title", FIRST), analytics_enabled=False, fill_height=True) as page:
        with gr.Row(elem_id="head"):
            head = gr.HTML(_head(FIRST), elem_id="name", js_on_load=None, min_width=100)
            choices: list[tuple[str, str | int | float]] = [(text, language) for language, text in LANGUAGES.items()]
            language = gr.Radio(choices, value=FIRST, label="Language / 语言", elem_id="language", show_label=False, container=False, scale=0, min_width=150)
        with gr.Tab(say("chat", FIRST), elem_id="tab-chat") as chat_tab:
            worded = chat.build(language)
        with gr.Tab(say("domains", FIRST), elem_id="tab-domains") as domains_tab:
            cards = domains.build()
        with gr.Tab(say("about", FIRST), elem_id="tab-about") as about_tab:
            facts = about.build()
        tabs = {"chat": chat_tab, "domains": domains_tab, "about": about_tab}
        worded += [_tab_name(tab, key) for key, tab in tabs.items()]
        worded += [Worded(head, _head), *cards, *facts]
        _bind_language(page, language, worded)
        page.unload(chat.stop)
        for tab, shown in ((domains_tab, cards), (about_tab, facts)):
            _refresh_on_opening(tab, language, shown)
    return page.queue(max_size=WAITING)


def _head(language: Language) -> str:
    return f"<h1>{say('title', language)}</h1>"


def _tab_name(tab: gr.Tab, key: str) -> Worded:
    return Worded(tab, lambda to: gr.update(label=say(key, to)))


def _bind_language(page: gr.Blocks, language: gr.Radio, worded: list[Worded]) -> None:
    def reword(chosen: Language) -> list[object]:
        return [one.update(chosen if chosen in LANGUAGES else FIRST) for one in worded]

    def begin(request: gr.Request) -> list[object]:
        chosen = preferred(request.headers.get("accept-language", ""))
        return [gr.update(value=chosen), *reword(chosen)]

    components = [one.component for one in worded]
    page.load(begin, None, [language, *components], show_progress="hidden", queue=False, api_visibility="private")
    language.input(reword, language, components, show_progress="hidden", queue=False, api_visibility="private")
    language.change(None, language, None, js=SET_LANGUAGE)


def _refresh_on_opening(tab: gr.Tab, language: gr.Radio, worded: list[Worded]) -> None:
    def show(chosen: Language) -> list[object]:
        return [one.update(chosen) for one in worded]

    tab.select(show, language, [one.component for one in worded], show_progress="hidden", queue=False, api_visibility="private")


def theme() -> gr.themes.Base:
    """System fonts, so that nothing is fetched and Chinese looks as it does elsewhere on the computer."""
    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Consolas", "Noto Sans Mono CJK SC", "monospace"],
    )
