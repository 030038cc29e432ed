"""Settings that cannot work stop the start with one sentence that names the setting."""

from pathlib import Path

import pytest

from consult.config import BadSetting, load

SECRETS = {"CONSULT_SECRET_KEY": "s" * 40, "CONSULT_DATA_KEY": "d" * 40}


def settings(folder: Path, **more: str) -> object:
    """Load the settings of an instance in `folder`."""
    return load({"CONSULT_INSTANCE": str(folder), **SECRETS, **{f"CONSULT_{name}": text for name, text in more.items()}})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"), ("SECRET_KEY", ""), ("CAPTCHA", "maybe"), ("RATE_LIMITS", "2"), ("HTTPS", ""),
        ("DATABASE_URL", "nonsense"), ("DATABASE_URL", "mysql://x"), ("DATABASE_URL", "postgresql+psycopg://h:x/d"),
        ("REDIS_URL", "nonsense"), ("REDIS_URL", "redis://h:99999999"), ("PUBLIC_URL", "javascript:alert(1)"),
        ("FILES_URL", "http://x"), ("TRUSTED_PROXIES", "x"), ("TRUSTED_PROXIES", "10.0.0.0/99"), ("LOG_LEVEL", "loud"),
        ("CONTACT_RETENTION_DAYS", "-1"), ("CONTACT_RETENTION_DAYS", "²"), ("CONTACT_RETENTION_DAYS", "9" * 5000),
        ("FEEDBACK_WORKDAYS", "999999"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_work_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"CONSULT_{name}"):
        settings(tmp_path, **{name: value})


def test_good_ones_pass(tmp_path: Path) -> None:
    settings(
        tmp_path, DATABASE_URL="postgresql+psycopg://u:p@db:5432/consult", REDIS_URL="redis://127.0.0.1:6379/0",
        PUBLIC_URL="https://yijian.example.cn", TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8", CONTACT_RETENTION_DAYS="0",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["settings.env", "secrets.env"])
def test_a_file_that_is_no_text_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xff\xfe")
    with pytest.raises(BadSetting, match=name):
        settings(tmp_path)
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    with pytest.raises(BadSetting, match=name):
        settings(tmp_path)


def test_an_unknown_name_in_the_file_is_named_and_a_mark_in_front_is_none(tmp_path: Path) -> None:
    (tmp_path / "settings.env").write_text("\ufeffCONSULT_CAPTCHA=off\n# a remark = nothing\n", encoding="utf-8")
    settings(tmp_path)
    (tmp_path / "settings.env").write_text("CONSULT_TYPO=1\n", encoding="utf-8")
    with pytest.raises(BadSetting, match="CONSULT_TYPO"):
        settings(tmp_path)
