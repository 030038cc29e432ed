"""Commands on a broken installation or with absurd arguments: one sentence and the right status, never a traceback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consult.wiring import command_line


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An instance with secrets and without tables."""
    for name in ("SECRET_KEY", "DATA_KEY"):
        monkeypatch.setenv(f"CONSULT_{name}", "k" * 40)
    monkeypatch.setenv("CONSULT_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("CONSULT_DATABASE_URL", raising=False)
    yield tmp_path / "instance"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit status and what was said on standard error."""
    with pytest.raises(SystemExit) as ended:
        command_line(list(arguments))
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return int(ended.value.code or 0), said


@pytest.mark.parametrize("command", [("verify",), ("user", "list"), ("group", "x"), ("export", "x", "--out", "x.csv")])
def test_before_init(instance: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    status, said = run(capsys, *command)
    assert status == 1 and "consult init" in said


def test_a_file_that_is_no_database(instance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    instance.mkdir()
    (instance / "consult.sqlite").write_text("garbage" * 100)
    for command in ("verify", "init"):
        status, said = run(capsys, command)
        assert status == 1 and "数据库不能用" in said


def test_an_instance_that_is_no_folder(
    instance: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    instance.write_text("a file")
    assert run(capsys, "doctor")[0] == 2
    status, said = run(capsys, "init")
    assert status == 1 and "文件不能读写" in said


def test_arguments_that_nobody_typed(instance: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, "init")[0] == 0
    half = "\udcff"  # what the shell hands over for a byte that is no UTF-8
    draft = tmp_path / f"{half}.txt"
    draft.write_text("关于照明的办法\n\n第一条　为了照明。\n\n第二条　自公布之日起施行。\n", encoding="utf-8")
    period = ("--opens", "2026-03-02", "--closes", "2026-04-02")
    for command in (
        ("user", "add", f"{half}@b.cn", "--role", "office"), ("user", "password", half), ("user", "disable", half),
        ("user", "add", "a@b.cn", "--role", "agency", "--unit", half), ("verify", half), ("group", half),
        ("load", str(draft), "--slug", half, *period), ("load", str(draft), "--slug", "x", "--title", half, *period),
        ("load", str(draft), "--slug", "x", "--title", "题" * 301, *period),
        ("export", half, "--out", str(tmp_path / "x.csv")),
    ):  # fmt: skip
        status, said = run(capsys, *command)
        assert status == 1 and said, command
    assert run(capsys, "load", str(draft), "--slug", "x", *period)[0] == 0


def test_an_export_replaces_files_only(instance: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, "init")[0] == 0
    draft = tmp_path / "办法.txt"
    draft.write_text("关于照明的办法\n\n第一条　为了照明。\n\n第二条　自公布之日起施行。\n", encoding="utf-8")
    assert run(capsys, "load", str(draft), "--slug", "x", "--opens", "2026-03-02", "--closes", "2026-04-02")[0] == 0
    for out in ("/dev/null", "/proc/table.csv"):  # a device must stay one; nothing can be made in /proc
        status, said = run(capsys, "export", "x", "--format", "csv", "--out", out)
        assert status == 1 and "不能写入" in said
    assert Path("/dev/null").is_char_device()


def test_doctor_counts_the_demo_accounts_that_can_log_in(instance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def doctor() -> str:
        with pytest.raises(SystemExit):
            command_line(["doctor"])
        return capsys.readouterr().out

    assert run(capsys, "init")[0] == 0
    assert "演示账号" not in doctor()
    assert run(capsys, "user", "add", "office@demo.example", "--role", "office")[0] == 0
    assert "还有 1 个演示账号能登录" in doctor()
    assert run(capsys, "user", "disable", "office@demo.example")[0] == 0
    assert "演示账号" not in doctor()


def test_a_unit_that_is_new_to_the_directory_is_named_with_those_like_it(
    instance: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def add(email: str, unit: str) -> str:
        status, said = run(capsys, "user", "add", email, "--role", "agency", "--unit", unit)
        assert status == 0
        return said

    assert run(capsys, "init")[0] == 0
    assert "原来没有“县财政局”" in add("a@b.gov.cn", "县财政局")
    assert add("b@b.gov.cn", "县财政局") == ""
    assert "相近的有：县财政局" in add("c@b.gov.cn", "县财正局")


def test_help_shows_the_commands_of_the_office_only(instance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command_line(["--help"])
    said = capsys.readouterr().out
    assert "register" in said and not any(f"  {name} " in said for name in ("users", "roles", "limiter", "openapi"))
