"""The few signs on the chat's buttons, drawn here so that nothing is fetched; each button says in words what it does."""

from html import escape

PATHS = {
    "edit": "M4 20h4L19 9l-4-4L4 16v4z",
    "again": "M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7",
    "good": "M7 11v9H4v-9h3zm0 0 4-8c1.7 0 2.5 1 2.5 2.5V9h4.700a2 2 0 0 1 2 2.300l-1.2 7a2 2 0 0 1-2 1.700H7",
    "bad": "M7 13V4H4v9h3zm0 0 4 8c1.7 0 2.5-1 2.5-2.500V15h4.700a2 2 0 0 0 2-2.300l-1.2-7a2 2 0 0 0-2-1.700H7",
    "comment": "M4 5h16v11H9l-5 4V5z",
    "export": "M12 4v11m0 0-4.5-4.500M12 15l4.5-4.500M4 20h16",
    "delete": "M5 7h14M10 7V4h4v3m-7 0 1 13h8l1-13M10.5 11v5m3-5v5",
    "list": "M4 6h16M4 12h16M4 18h16",
    "new": "M12 5v14M5 12h14",
}


def icon(name: str) -> str:
    return f'<svg class="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path d="{PATHS[name]}"/></svg>'


def tool(do: str, name: str, words: str, **attributes: str) -> str:
    """A small button: its sign, its words for screen readers and as a hint, and ``data-act``, which tells the page's script what it does."""
    more = "".join(f' {key.replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    return f'<button type="button" class="tool" data-act="{do}"{more} aria-label="{escape(words)}" title="{escape(words)}">{icon(name)}</button>'
