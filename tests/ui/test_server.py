"""Where the page may listen."""

import ctypes
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import AccessError, ServerError
from assistant.settings import Workspace
from assistant.ui.page.server import bind, has_accounts, open_accounts, open_history, sweep_uploads
from assistant.users import open_users
from tests.ui.conftest import page_of


def space(root: Path, settings: str = "") -> Workspace:
    (root / "assistant.toml").write_text(settings, "utf-8")
    return Workspace(root)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.53"])
def test_nobody_logs_in_on_this_computer_unless_it_is_set(host: str, tmp_path: Path) -> None:
    assert open_accounts(space(tmp_path), host) is None
    for setting in ("accounts = true", 'allowed_hosts = ["assistant.example.org"]'):
        assert has_accounts(space(tmp_path, setting), host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_where_others_come_in_people_log_in_and_there_is_an_administrator(host: str, tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="assistant users add NAME --group admin"):
        open_accounts(space(tmp_path), host)
    open_users(space(tmp_path)).add("ada", "four plain words here", ["admin"])
    assert open_accounts(space(tmp_path), host)


def test_uploads_of_an_app_that_was_killed_go_after_a_day(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rules.md").write_text("x")
    (tmp_path / "tmp1x2y3z").touch()
    two_days_ago = (tmp_path / "old").stat().st_mtime - 2 * 86_400
    for name in ("old", "tmp1x2y3z"):
        os.utime(tmp_path / name, (two_days_ago, two_days_ago))
    sweep_uploads(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    sweep_uploads(tmp_path / "absent")


def test_files_of_conversations_outlive_a_history_that_was_moved_away(tmp_path: Path) -> None:
    workspace = space(tmp_path)
    files = workspace.state / "conversations" / ("0" * 32)
    (files / "documents").mkdir(parents=True)
    open_history(workspace).close()
    (aside,) = workspace.state.glob("conversations-*")
    assert (aside / files.name / "documents").is_dir()
    files.mkdir(parents=True)
    open_history(workspace).close()
    assert files.is_dir()


def test_handlers_that_all_wait_leave_threads_for_everybody_else(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    limits = {handler.concurrency_id: handler.concurrency_limit for handler in page.fns.values() if handler.queue}
    waiting = sum(1 if limit == "default" else limit for limit in limits.values())
    assert waiting > 40, "more than there would be threads for"
    page.create_limiter()
    assert page.limiter.total_tokens == page._queue.max_thread_count >= waiting + 40


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


def test_a_host_beyond_this_computer_without_an_administrator_is_refused_in_one_line(tmp_path: Path) -> None:
    environment = os.environ | {"ASSISTANT_WORKSPACE": str(space(tmp_path).root)}
    command = [sys.executable, "-m", "assistant", "app", "--host", "0.0.0.0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 1
    assert "no administrator yet; make one with: assistant users add NAME --group admin" in done.stderr
    assert "Traceback" not in done.stderr


MANY = """
import ctypes, threading
from assistant.ui.page.server import few_arenas
few_arenas()
c = ctypes.CDLL(None)
c.malloc.restype = c.fopen.restype = ctypes.c_void_p
done = threading.Barrier(9)
def use():
    c.malloc(ctypes.c_size_t(1000))
    done.wait()
    done.wait()
for _ in range(8):
    threading.Thread(target=use).start()
done.wait()
c.malloc_info(0, ctypes.c_void_p.in_dll(c, "stdout"))
c.fflush(None)
done.wait()
"""


@pytest.mark.skipif(sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_info"), reason="another C library than glibc")
@pytest.mark.parametrize(("set_by_hand", "heaps"), [({}, 2), ({"MALLOC_ARENA_MAX": "4"}, 4)])
def test_threads_share_two_heaps_unless_somebody_set_another_number(set_by_hand: dict[str, str], heaps: int) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"} | set_by_hand
    told = subprocess.run([sys.executable, "-c", MANY], env=environment, capture_output=True, text=True, check=True).stdout
    assert told.count("<heap nr=") == heaps
