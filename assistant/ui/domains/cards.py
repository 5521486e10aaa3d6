"""The installed domains as cards: what each answers, from how many documents, with which adapter; and, for administrators, what was left out."""

from collections.abc import Iterable
from html import escape

from assistant.access import User, may
from assistant.domain import Domain
from assistant.errors import AssistantError
from assistant.plugins import Fault
from assistant.records import Language, message
from assistant.retrieval.load import document_files
from assistant.ui.domains.titles import nothing_to_ask
from assistant.ui.domains.versions import registry_of
from assistant.ui.page.site import Site
from assistant.ui.texts import LANGUAGES, say
from assistant.ui.texts.told import told

CHANGED = {"examples": "domains_part_examples", "documents": "documents", "prompt": "domains_part_prompt"}


def cards_html(site: Site, user: User, language: Language) -> str:
    """A card for each domain that the user may ask."""
    cards = [_card(site, user, domain, language) for domain in site.domains(user).values()]
    empty = "" if cards else f'<p class="empty">{escape(nothing_to_ask(site.plugins.domains, language))}</p>'
    faults = faults_html(site.plugins.faults, language) if user.administrator else ""
    return f'<div class="cards">{"".join(cards)}</div>{empty}{faults}'


def _card(site: Site, user: User, domain: Domain, language: Language) -> str:
    rows = [
        (say("languages", language), ", ".join(LANGUAGES[spoken] for spoken in domain.spec.languages)),
        (say("documents", language), str(len(document_files(domain, site.workspace.knowledge)))),
        (say("live", language), _adapter(site, domain, language)),
    ]
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    stale = _stale(site, domain, language) if may(user, domain, "teach") else ""
    head = f"<h2>{escape(domain.title(language))}</h2><code>{escape(domain.name)}</code>"
    return f'<section class="card">{head}<p>{escape(domain.description(language))}</p><dl>{facts}</dl>{stale}</section>'


def _adapter(site: Site, domain: Domain, language: Language) -> str:
    try:
        version = registry_of(site).current(domain.name)
    except AssistantError as error:
        return say("damaged", language, reason=told(message(error), language))
    return version.served_name if version else say("none_live", language, domain=domain.name)


def _stale(site: Site, domain: Domain, language: Language) -> str:
    """What changed since the live version was trained; empty when nothing did or it cannot be told."""
    from assistant.training.staleness import now

    try:
        version = registry_of(site).current(domain.name)
        changed = now(domain, site.workspace, {}).changed_since(version.card) if version else []
    except AssistantError:
        return ""
    if not version or not changed:
        return ""
    names = [say(CHANGED[part], language) if part in CHANGED else part for part in changed]
    said = say("domains_stale", language, version=version.served_name, parts=", ".join(names), domain=domain.name)
    return f'<p class="notice">{escape(said)}</p>'


def faults_html(faults: Iterable[Fault], language: Language) -> str:
    """A card for each plugin that was left out or goes on as it was: which file, why, and what to do."""
    cards = "".join(
        f'<section class="card broken"><h3>{escape(fault.plugin)} <span class="badge bad">{escape(fault.where)}</span></h3>'
        f'<p class="as-typed" lang="en">{escape(fault.message)}</p></section>'
        for fault in faults
    )
    head = f"<h2>{escape(say('faults', language))}</h2><p>{escape(say('faults_note', language))}</p>"
    return f'<div class="left-out">{head}<div class="cards">{cards}</div></div>' if cards else ""
