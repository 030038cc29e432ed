"""Commands of the operator: accounts, database, jobs, and a check of the installation."""

import shutil
import sys
from difflib import get_close_matches

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select, text

from consult.base import accounts, clock
from consult.base.db import db, transaction
from consult.base.errors import Refused
from consult.base.migrations import is_current, upgrade
from consult.base.people import ROLES, Unit
from consult.review import search
from consult.terminal.talk import me, plainly, settings

user_group = AppGroup("user", help="管理工作人员的账号。")


@user_group.command("add", help="添加账号；不加 --password-stdin 时生成随机密码，只显示一次。")
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, help=f"角色，可以写多次：{'、'.join(f'{code} {name}' for code, name in ROLES.items())}")
@click.option("--unit", default="", help="单位全称，单位账号要写")
@click.option("--name", default="", help="姓名")
@click.option("--password-stdin", is_flag=True, help="从标准输入读密码")
@plainly
def user_add(email: str, roles: tuple[str, ...], unit: str, name: str, password_stdin: bool) -> None:
    """Add an account; without --password-stdin a random password is printed once."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else accounts.random_password()
    known = set(db.session.scalars(select(Unit.name))) if unit else set()
    with transaction():
        user = accounts.add_user(me(), clock.now(), email=email, password=password, roles=roles, name=name, unit=unit)
        shown, named = user.email, user.unit.name if user.unit else ""
    if named and named not in known:
        near = get_close_matches(named, known, 3, 0.5)
        hint = f"，相近的有：{'、'.join(near)}" if near else ""
        click.echo(f"注意：名录里原来没有“{named}”，已经新建这个单位{hint}。如果写错了，请在“单位名录”里合并。", err=True)
    click.echo(f"已添加账号 {shown}（{'、'.join(ROLES[role] for role in roles)}）")
    if not password_stdin:
        click.echo(f"初始密码（只显示这一次）：{password}")


@user_group.command("list", help="列出全部账号。")
def user_list() -> None:
    """List the accounts."""
    for user in accounts.users():
        roles = "、".join(role.name for role in user.roles)
        click.echo(f"{user.email}\t{roles}\t{user.unit.name if user.unit else ''}\t{'' if user.active else '已停用'}")


@user_group.command("password", help="换密码；不加 --password-stdin 时生成随机密码，只显示一次。")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="从标准输入读密码")
@plainly
def user_password(email: str, password_stdin: bool) -> None:
    """Set a new password; without --password-stdin a random one is printed once."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else accounts.random_password()
    with transaction():
        accounts.set_password(me(), clock.now(), accounts.user_by_email(email), password)
    click.echo("密码已更新。" if password_stdin else f"新密码（只显示这一次）：{password}")


@user_group.command("disable", help="停用账号，已经登录的立即退出。")
@click.argument("email")
@plainly
def user_disable(email: str) -> None:
    """Close an account and end its sessions."""
    with transaction():
        user = accounts.user_by_email(email)
        accounts.change_user(me(), clock.now(), user, roles=[role.name for role in user.roles], active=False)
    click.echo("账号已停用。")


@click.command("init", help="建好密钥和数据库，已经有的不动，可以重复运行。")
@with_appcontext
def init_command() -> None:
    """Make secrets and database where they are missing; safe to repeat."""
    upgrade(db.engine)
    settings().files.mkdir(parents=True, exist_ok=True)
    click.echo("安装数据已就绪。")


@click.command("upgrade", help="把数据库升到现在这个版本；更新程序以后运行。")
@with_appcontext
def upgrade_command() -> None:
    """Bring the database to the tables of this version."""
    upgrade(db.engine)
    click.echo("数据库已是最新。")


@click.command("worker", help="办理后台工作：归并、生成文件、发邮件、清除到期的联系方式和撤回的文件。SQLite 上只运行一个。")
@with_appcontext
def worker_command() -> None:
    """Run the jobs: grouping, downloads, mails, erasing of contact data and withdrawn files. One per installation on SQLite."""
    current_app.extensions["run_worker"]()


@click.command("doctor", help="检查安装，说出缺什么。")
@with_appcontext
@plainly
def doctor_command() -> None:
    """Check the installation and say what is missing."""
    faults = list(_faults())
    for fault in faults:
        click.echo(f"需要处理：{fault}")
    if faults:
        raise Refused("安装检查没有全部通过。")
    click.echo("安装检查全部通过。")


def _faults() -> list[str]:
    found = []
    one = settings()
    if not is_current(db.engine):
        found.append("数据库版本不对，请运行 consult upgrade。")
    name = db.engine.dialect.name
    if name == "postgresql":
        encoding = db.session.scalar(text("SHOW server_encoding"))
        if encoding != "UTF8":
            found.append(f"PostgreSQL 数据库编码是 {encoding}，请改用 UTF8。")
        if not one.redis_url:
            found.append("使用 PostgreSQL 时如果有多个网页进程，请设置 CONSULT_REDIS_URL，否则限制次数各算各的。")
    if not one.https:
        click.echo("提示：没有打开 CONSULT_HTTPS；对外服务时请经 https 访问。")
    if not shutil.which("soffice"):
        click.echo("提示：没有安装 LibreOffice，不能读取 doc、wps，也不能导出 pdf。")
    if is_current(db.engine) and (demo := _open_demo_accounts()):
        click.echo(f"提示：还有 {len(demo)} 个演示账号能登录，正式使用前请逐个停用：consult user disable {demo[0]}")
    if not one.smtp_url:
        click.echo("提示：没有设置 CONSULT_SMTP_URL，邮件不会自动发出，在“发件箱”等人转发。")
    elif not one.public_url:
        click.echo("提示：没有设置 CONSULT_PUBLIC_URL，邮件里没有网址。")
    if is_current(db.engine) and search.missing():
        click.echo("提示：还有意见没有编入检索，查找时会慢一些；consult worker 运行时每分钟编入一次。")
    if not one.files.is_dir():
        found.append(f"没有上传文件夹 {one.files}，请运行 consult init。")
    return found


def _open_demo_accounts() -> list[str]:
    """Addresses of the accounts of the first start that can still log in."""
    return [user.email for user in accounts.users() if user.active and user.email.endswith("@demo.example")]


COMMANDS = (user_group, init_command, upgrade_command, worker_command, doctor_command)
