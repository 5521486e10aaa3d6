"""`assistant app`: the chat window in the browser."""

from typing import Annotated

import typer


def run(
    host: Annotated[str, typer.Option(envvar="GRADIO_SERVER_NAME", help="Address to listen on; on any but this computer's own people log in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="GRADIO_SERVER_PORT", help="Port to listen on; 0 takes a free one.")] = 7860,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser, where there is a display.")] = True,
) -> None:
    """Open the chat window."""
    from assistant.settings import find_workspace
    from assistant.ui.page.server import bind, open_accounts, serve

    workspace = find_workspace()
    users = open_accounts(workspace, host)
    serve(workspace, bind(host, port), browser, users)
