"""`assistant app`: the chat window in the browser."""

from typing import Annotated

import typer


def run(
    host: Annotated[str, typer.Option(envvar="GRADIO_SERVER_NAME", help="Address to listen on; only this computer's own.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="GRADIO_SERVER_PORT", help="Port to listen on; 0 takes a free one.")] = 7860,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser, where there is a display.")] = True,
) -> None:
    """Open the chat window."""
    from assistant.settings import find_workspace
    from assistant.ui.page.server import bind, check_host, serve

    check_host(host)
    workspace = find_workspace()
    serve(workspace, bind(host, port), browser)
