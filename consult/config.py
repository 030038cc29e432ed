"""Every setting, typed: read from the environment and from `instance/`, checked once at start."""

import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "CONSULT_"
# a setting that is an address → how it may begin
ADDRESSES = {
    "database_url": ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://"),
    "redis_url": ("redis://", "rediss://"),
    "public_url": ("http://", "https://"),
    "smtp_url": ("smtp://", "smtps://"),
}
MOST = {"contact_retention_days": 36_500, "feedback_workdays": 3_650, "reply_workdays": 3_650}
TRUE, FALSE = {"on", "1", "true", "yes"}, {"off", "0", "false", "no"}


class BadSetting(RuntimeError):
    """A setting is missing or unreadable; the message names it and says what to write."""


def setting(default: object, help: str) -> object:  # noqa: A002  -- the word people look for
    """One field of Settings with its default and the sentence that the README prints."""
    return field(default=default, metadata={"help": help})  # type: ignore[call-overload]


@dataclass(frozen=True)
class Settings:
    """The settings of one installation. Names in the environment: `CONSULT_` and the name in capitals."""

    instance: Path = setting(ROOT / "instance", "folder for the database, secrets and uploaded files")
    database_url: str = setting("", "SQLAlchemy address; empty means SQLite in the instance folder")
    redis_url: str = setting("", "shared limits and jobs when more than one web process runs")
    secret_key: str = setting("", "signs sessions and forms; at least 32 characters; made by `consult init`")
    data_key: str = setting("", "root of the keys for receipts, addresses and contact data; never change it")
    captcha: bool = setting(True, "ask for proof of work or arithmetic before a submission is taken")
    rate_limits: bool = setting(True, "limits per address on submissions, look-ups and logins")
    trusted_proxies: str = setting("", "addresses or networks whose X-Forwarded-For is believed, comma separated")
    files_url: str = setting("", "where uploaded files lie, as file:///folder; empty means instance/files")
    https: bool = setting(False, "served over https: cookies are marked Secure and HSTS is sent")
    public_url: str = setting("", "the address citizens type, for links in letters and QR codes")
    site_name: str = setting("公开征求意见", "name of the site in the header")
    site_office: str = setting("", "footer: 主办单位")
    site_contact: str = setting("", "footer: 联系方式")
    site_code: str = setting("", "footer: 网站标识码, 10 digits")
    site_icp: str = setting("", "footer: ICP备案号")
    site_police: str = setting("", "footer: 公安备案号")
    contact_retention_days: int = setting(180, "days after the result until contact data is erased (R14)")
    feedback_workdays: int = setting(20, "workdays after the deadline until the result is due (R51)")
    reply_workdays: int = setting(15, "workdays after the deadline until those who asked for an answer have it (R51)")
    smtp_url: str = setting("", "mail server, as smtp://user:password@host:587 or smtps://…; empty means none")
    mail_from: str = setting("", "sender of mails, as name <address>; needed with CONSULT_SMTP_URL")
    remind: str = setting("3,1,0", "reminders of letters so many workdays before they are due; off means none, of results neither (R33, R51)")
    survey: bool = setting(True, "one question after a result: how satisfied people are with it")
    log_level: str = setting("INFO", "DEBUG, INFO, WARNING or ERROR")

    @property
    def database(self) -> str:
        """The address of the database, SQLite in the instance folder by default; PostgreSQL always by psycopg 3."""
        scheme, mark, rest = self.database_url.partition("://")
        if scheme in ("postgres", "postgresql"):
            return f"postgresql+psycopg{mark}{rest}"
        return self.database_url or f"sqlite:///{self.instance / 'consult.sqlite'}"

    @property
    def remind_days(self) -> tuple[int, ...] | None:
        """So many workdays before the due date units are reminded; None where the office wants no reminders."""
        if not self.remind.strip()[0].isdecimal():
            return None
        return tuple(sorted({int(part) for part in self.remind.split(",") if part.strip()}, reverse=True))

    @property
    def files(self) -> Path:
        """The folder of uploaded files."""
        return Path(self.files_url.removeprefix("file://")) if self.files_url else self.instance / "files"

    @property
    def proxies(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """The networks whose forwarding headers are believed."""
        parts = [part.strip() for part in self.trusted_proxies.split(",") if part.strip()]
        return tuple(ipaddress.ip_network(part, strict=False) for part in parts)


def read_file(path: Path) -> dict[str, str]:
    """`NAME=value` lines of a settings file; blank lines and lines with # are passed over. Raises BadSetting."""
    found: dict[str, str] = {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return found
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path} 不能按 UTF-8 文字读出：{error}") from None
    for line in text.splitlines():
        name, mark, value = line.partition("=")
        if mark and not line.lstrip().startswith("#"):
            found[name.strip()] = value.strip()
    return found


def _typed(name: str, value: str, kind: object) -> object:
    if kind is bool:
        if value.lower() not in TRUE | FALSE:
            raise BadSetting(f"{PREFIX}{name.upper()}={value!r}：请写 on 或 off")
        return value.lower() in TRUE
    if kind is int:
        if not value.isdecimal() or len(value) > 9:
            raise BadSetting(f"{PREFIX}{name.upper()}={value!r}：请写整数")
        return int(value)
    return Path(value) if kind is Path else value


def place(environ: Mapping[str, str] | None = None) -> Path:
    """The instance folder: beside the checkout unless CONSULT_INSTANCE names another."""
    environ = os.environ if environ is None else environ
    return Path(environ.get(PREFIX + "INSTANCE") or ROOT / "instance").absolute()


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `instance/secrets.env`, `instance/settings.env` and the environment, the last wins.

    Raises BadSetting for a missing secret, an unknown name or an unreadable value.
    """
    environ = os.environ if environ is None else environ
    instance = place(environ)
    raw = read_file(instance / "secrets.env") | read_file(instance / "settings.env")
    known = {PREFIX + one.name.upper(): one for one in fields(Settings)}
    if stray := sorted(set(raw) - set(known)):
        raise BadSetting(f"{instance} 里的 {stray[0]} 不是设置项，README 里列出了全部设置")
    raw |= {name: value for name, value in environ.items() if name in known}
    values: dict[str, object] = {
        known[name].name: _typed(known[name].name, value, known[name].type) for name, value in raw.items()
    }
    return check(Settings(**(values | {"instance": instance})))  # type: ignore[arg-type]


def check(settings: Settings) -> Settings:
    """The same settings, or BadSetting where one cannot work: a service never starts half set up."""
    for name in ("secret_key", "data_key"):
        value = getattr(settings, name)
        if name == "data_key" and not value:
            value = settings.secret_key
            settings = Settings(**{**vars(settings), "data_key": value})
        if len(value) < 32:
            raise BadSetting(f"{PREFIX}{name.upper()} 至少要有 32 个字符，请先运行 consult init")
    try:
        _ = settings.proxies
    except ValueError as error:
        raise BadSetting(f"{PREFIX}TRUSTED_PROXIES：{error}") from None
    for name, schemes in ADDRESSES.items():
        _check_address(name, getattr(settings, name), schemes)
    for name, most in MOST.items():
        if getattr(settings, name) > most:
            raise BadSetting(f"{PREFIX}{name.upper()}：最大 {most}")
    if settings.files_url and not settings.files_url.startswith("file:///"):
        raise BadSetting(f"{PREFIX}FILES_URL：只能写成 file:///文件夹")
    if settings.smtp_url and not re.search(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+>?\Z", settings.mail_from):
        raise BadSetting(f"{PREFIX}MAIL_FROM：请写发件人，写成 名称 <邮箱地址>")
    if not re.fullmatch(r"(\d{1,2}(\s*,\s*\d{1,2})*|off|no|false)", settings.remind.strip(), re.IGNORECASE):
        raise BadSetting(f"{PREFIX}REMIND：请写工作日数，例如 3,1,0；不提醒写 off")
    if settings.log_level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise BadSetting(f"{PREFIX}LOG_LEVEL：请写 DEBUG、INFO、WARNING 或 ERROR")
    return settings


def _check_address(name: str, value: str, schemes: tuple[str, ...]) -> None:
    """Raise BadSetting for an address that this installation cannot use; the value may hold a password."""
    try:
        port_is_a_number = urlsplit(value).port != 0
    except ValueError:
        port_is_a_number = False
    if value and not (value.startswith(schemes) and port_is_a_number):
        raise BadSetting(f"{PREFIX}{name.upper()}：请写以 {' 或 '.join(schemes)} 开头的地址")


def make_secrets(instance: Path) -> bool:
    """Write `instance/secrets.env` with fresh keys where there is none; True where it was written."""
    path = instance / "secrets.env"
    if path.exists():
        return False
    instance.mkdir(parents=True, exist_ok=True)
    lines = [f"{PREFIX}{name}={secrets.token_urlsafe(48)}\n" for name in ("SECRET_KEY", "DATA_KEY")]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.writelines(lines)
    return True
