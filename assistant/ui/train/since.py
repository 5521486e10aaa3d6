"""What a domain has to learn from, and what changed since its newest version was trained."""

from html import escape

from assistant.access import User, may
from assistant.domain import Domain
from assistant.errors import AssistantError
from assistant.records import AdapterVersion, Language, message
from assistant.training.staleness import new_examples, now
from assistant.ui.domains.versions import registry_of
from assistant.ui.page.site import Site
from assistant.ui.texts import say
from assistant.ui.texts.told import told
from assistant.ui.train.pieces import notice

FEW = 100  # S1c: at least so many rows, a few hundred are enough
CHANGED = {"examples": "train_changed_examples", "documents": "train_changed_documents", "prompt": "train_changed_prompt"}


def deciders(site: Site, user: User) -> dict[str, Domain]:
    """The domains whose versions concern the user: those in which the user may train, or put live what others trained."""
    return {name: domain for name, domain in site.domains(user).items() if may(user, domain, "train") or may(user, domain, "promote")}


def decided(site: Site, user: User, name: str) -> Domain:
    """One of them by name; AccessError otherwise."""
    return site.domain(user, name, "promote" if name in site.domains(user, "promote") else "train")


def newest(site: Site, domain: Domain) -> AdapterVersion | None:
    found = registry_of(site).versions(domain.name)
    return found[-1] if found else None


def since_lines(site: Site, domain: Domain, language: Language) -> str:
    """A sentence on the rows, and one on the changes since the last training."""
    last = newest(site, domain)
    folder = site.workspace.state / "runs" / domain.name / str(last.card.get("run") or "-" if last else "-")
    try:
        count, fresh = new_examples(domain, folder)
        changed = now(domain, site.workspace, {}).changed_since(last.card) if last else []
    except AssistantError as error:
        return notice(told(message(error), language), "bad")
    lines = [say("train_rows_now", language, count=count)]
    if count < FEW:
        lines.append(say("train_rows_few", language, few=FEW))
    if last is None:
        lines.append(say("train_never", language))
    else:
        new = say("train_rows_since", language, count=fresh) if fresh is not None else ""
        what = ", ".join(say(CHANGED[name], language) if name in CHANGED else name for name in changed) or say("train_changed_nothing", language)
        lines += [say("train_since", language, version=last.served_name, what=what), new]
        if changed == ["documents"]:
            lines.append(say("train_documents_only", language))
    return f"<p>{escape(' '.join(filter(None, lines)))}</p>"
