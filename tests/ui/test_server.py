"""Where the page may listen."""

import socket
import subprocess
import sys

import pytest

from assistant.errors import AccessError, ServerError
from assistant.ui.page.server import bind, check_host


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.53"])
def test_this_computer_is_allowed(host: str) -> None:
    check_host(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_other_computers_are_kept_out_unless_allowed(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSISTANT_ALLOW_REMOTE", raising=False)
    with pytest.raises(AccessError, match=r"127\.0\.0\.1"):
        check_host(host)
    monkeypatch.setenv("ASSISTANT_ALLOW_REMOTE", "1")
    check_host(host)


def test_a_port_in_use_says_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ServerError, match=f"--port {port + 1}"):
            bind("127.0.0.1", port)


def test_a_port_that_is_none_is_refused() -> None:
    with pytest.raises(ServerError, match="no port"):
        bind("127.0.0.1", 70_000)


def test_a_free_port_is_held() -> None:
    with bind("127.0.0.1", 0) as listener, pytest.raises(ServerError):
        bind("127.0.0.1", listener.getsockname()[1])


def test_a_host_beyond_this_computer_is_refused_in_one_line() -> None:
    done = subprocess.run([sys.executable, "-m", "assistant", "app", "--host", "0.0.0.0"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "no accounts" in done.stderr
    assert "Traceback" not in done.stderr
