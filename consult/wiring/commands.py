"""The command line with the application behind it."""

from typing import NoReturn

import click
from flask.cli import FlaskGroup
from sqlalchemy.exc import DBAPIError

from consult.config import BadSetting, make_secrets, place
from consult.terminal import mistakes
from consult.terminal.explaining import Explained
from consult.wiring.app import create_app

NOT_OURS = frozenset({"limiter", "openapi", "roles", "users"})


class Ours(FlaskGroup):
    """The office's commands; what libraries bring along is there but not shown."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names that --help shows."""
        return [name for name in super().list_commands(ctx) if name not in NOT_OURS]


def main(arguments: list[str]) -> None:
    """Run one command; a setting that cannot work is one sentence and exit status 2, broken storage one and 1."""
    try:
        if arguments[:1] == ["init"]:
            make_secrets(place())
        app = create_app()
        click.Context.formatter_class = Explained
        group = Ours(name="consult", create_app=lambda: app, add_default_commands=False, load_dotenv=False)
        for option in group.params:
            option.hidden = True  # type: ignore[attr-defined]
        status = group.main(args=arguments, prog_name="consult", standalone_mode=False)
        raise SystemExit(status if isinstance(status, int) else 0)
    except click.UsageError as error:
        _stop(error.exit_code, mistakes.told(error))
    except (click.Abort, KeyboardInterrupt):
        _stop(1, "已经中止。")
    except BrokenPipeError:  # whoever read the output has read enough
        raise SystemExit(1) from None
    except BadSetting as error:
        _stop(2, f"设置有问题：{error}")
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        _stop(1, f"数据库不能用：{reason}。请检查磁盘和 CONSULT_DATABASE_URL；新安装请先运行 consult init。")
    except OSError as error:
        _stop(1, f"文件不能读写：{error}。请检查路径、权限和磁盘空间。")


def _stop(status: int, sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(status) from None
