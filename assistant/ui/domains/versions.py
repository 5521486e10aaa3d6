"""The adapter versions of the base model in use, whether it is opened yet or not."""

from assistant.models.engine import base_key
from assistant.registry import Registry
from assistant.ui.page.site import Site


def registry_of(site: Site) -> Registry:
    if opened := site.opening.ready:
        return opened.registry
    return Registry(site.workspace.adapters, base_key(site.workspace.settings))
