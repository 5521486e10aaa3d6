"""Accounts and logins: names, passwords, groups, and when a login ends."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.cli.users import app
from assistant.errors import AccessError
from assistant.history import History
from assistant.users import Users
from assistant.users.accounts import checked_name
from assistant.users.logins import LONGEST, digest_of
from tests.conftest import Made

PASSWORD = "four plain words here"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("users") / "users.sqlite"
    users = Users(path)
    users.add("Ada", PASSWORD, ["admin"])
    users.close()
    return path


@pytest.fixture
def users(tmp_path: Path, clock: Clock, made_once: Path) -> Users:
    shutil.copy(made_once, tmp_path)
    return Users(tmp_path / "users.sqlite", hours=1, clock=clock)


def login(users: Users, name: str = "ada", password: str = PASSWORD) -> str:
    token = users.log_in(name, password)
    assert token
    return digest_of(token)


def test_a_login_knows_its_user_with_the_groups_of_this_moment(users: Users) -> None:
    users.add("bo", PASSWORD, ["legal"])
    digest = login(users, "BO")
    assert users.logged_in(digest) == users.account("bo").user
    users.regroup("bo", add=["hr"], remove=["legal"])
    found = users.logged_in(digest)
    assert found and found.groups == {"hr"}


def test_a_wrong_password_and_an_unknown_name_are_the_same(users: Users) -> None:
    assert users.log_in("ada", PASSWORD + "r") is None
    assert users.log_in("nobody", PASSWORD) is None
    assert users.log_in("nobody", "nobody has this password") is None
    assert users.log_in("ada", "x" * 100_000) is None


def test_neither_password_nor_token_stands_in_the_file(users: Users, tmp_path: Path) -> None:
    token = users.log_in("ada", PASSWORD)
    users.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert token and token.encode() not in content
    assert PASSWORD.encode() not in content
    assert b"$argon2id$" in content
    assert (tmp_path / "users.sqlite").stat().st_mode & 0o077 == 0


def test_a_login_ends_when_it_is_not_used_and_lasts_while_it_is(users: Users, clock: Clock) -> None:
    digest = login(users)
    for _ in range(5):
        clock.now += 3000
        assert users.logged_in(digest)
    clock.now += 3700
    assert users.logged_in(digest) is None


def test_a_login_ends_in_any_case_after_a_while(users: Users, clock: Clock) -> None:
    digest, begun = login(users), clock.now
    while users.logged_in(digest):
        clock.now += 1800
    assert clock.now - begun == LONGEST * 3600 + 1800


def end_by_password(users: Users) -> None:
    users.set_password("bo", PASSWORD + " more")


@pytest.mark.parametrize("end", [end_by_password, lambda users: users.remove("bo")])
def test_a_new_password_and_a_removal_end_every_login(users: Users, end: Callable[[Users], None]) -> None:
    users.add("bo", PASSWORD)
    first, second = login(users, "bo"), login(users, "bo")
    end(users)
    assert users.logged_in(first) is users.logged_in(second) is None
    assert users.logged_in(login(users))


def test_a_hash_of_weaker_parameters_is_made_anew_at_the_next_login(users: Users, tmp_path: Path) -> None:
    from argon2 import PasswordHasher

    with sqlite3.connect(tmp_path / "users.sqlite") as file:
        file.execute("UPDATE users SET password=?", (PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD),))
    login(users)
    with sqlite3.connect(tmp_path / "users.sqlite") as file:
        assert "m=65536" in file.execute("SELECT password FROM users").fetchone()[0]
    login(users)


@pytest.mark.parametrize(
    ("password", "said"),
    [("short", "at least 10"), ("x" * 300, "at most 256"), ("aaaaaaaabbbb", "different characters"), ("Adalovelace1", "hardly more than the name")],
)
def test_a_weak_password_is_refused_in_words(users: Users, password: str, said: str) -> None:
    with pytest.raises(AccessError, match=said):
        users.add("adalovelace", password)


@pytest.mark.parametrize("name", ["", " ", "<b>x</b>", "a b", "-a", "local", "everyone", "x" * 65, "a/../b", "a\nb"])
def test_a_strange_name_is_refused(name: str) -> None:
    with pytest.raises(AccessError):
        checked_name(name)


def test_names_are_kept_in_one_form() -> None:
    assert checked_name(" Ａnn ") == "ann"
    assert checked_name("王小明") == "王小明"
    assert checked_name("ann.lee@example.org") == "ann.lee@example.org"


def test_there_is_always_an_administrator(users: Users) -> None:
    users.add("bo", PASSWORD)
    for leave in (lambda: users.remove("ada"), lambda: users.regroup("ada", remove=["admin"])):
        with pytest.raises(AccessError, match="last administrator"):
            leave()
    users.regroup("bo", add=["admin"])
    users.remove("ada")
    assert users.administrators() == ["bo"]


def test_the_commands_make_show_change_and_remove_users(workspace: Callable[..., Made], monkeypatch: pytest.MonkeyPatch) -> None:
    made = workspace()
    monkeypatch.setenv("ASSISTANT_WORKSPACE", str(made.root))

    def run(*words: str, typed: str = "") -> Any:
        return CliRunner().invoke(app, list(words), input=typed)

    refused = run("add", "bo", "--password-stdin", typed=PASSWORD + "\n")
    assert "assistant users add bo --group admin" in str(refused.exception)
    assert run("add", "ada", "--group", "admin", typed=f"{PASSWORD}\n{PASSWORD}\n").exit_code == 0
    added = run("add", "bo", "--group", "hr", "--password-stdin", typed=PASSWORD + "\n")
    assert added.exit_code == 0 and PASSWORD not in added.stdout + added.stderr
    assert run("group", "bo", "--add", "legal", "--remove", "hr").stdout == "bo: legal\n"
    assert run("passwd", "bo", "--password-stdin", typed="another password\n").exit_code == 0
    assert "ada" in run("list").stdout
    history = History(made.workspace.state / "history.sqlite")
    history.start("bo", "private")
    assert "bo stays" in run("remove", "bo", typed="n\n").stdout
    with monkeypatch.context() as broken:
        broken.setattr(History, "forget", lambda *_: (_ for _ in ()).throw(OSError("the disk")))
        assert run("remove", "bo", "--yes").exit_code == 1
    assert "bo" in run("list").stdout, "as long as something of theirs is kept, nobody else may be given the name"
    assert run("remove", "bo", "--yes").exit_code == 0
    assert history.conversations("bo") == []
    history.start("ada", "kept")
    assert "last administrator" in str(run("remove", "ada", "--yes").exception)
    assert [one.title for one in history.conversations("ada")] == ["kept"]
    history.close()
    unknown = run("passwd", "bo")
    assert "there are: ada" in str(unknown.exception)


def test_no_command_takes_a_password_as_an_option() -> None:
    from typer.main import get_command

    options = {word for command in get_command(app).commands.values() for given in command.params for word in given.opts}  # type: ignore[attr-defined]
    assert {word for word in options if "password" in word} == {"--password-stdin"}
