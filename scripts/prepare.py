"""The first start of an installation: secrets, tables, two sample drafts, a demo account for every role."""

import hashlib
import json
import sys
from datetime import timedelta
from importlib.resources import files
from typing import Any

from flask import Flask
from sqlalchemy.exc import DBAPIError

from consult.base import accounts, clock
from consult.base.db import db, transaction
from consult.base.migrations import is_current, upgrade
from consult.base.people import ROLES, operator
from consult.config import ROOT, BadSetting, load, make_secrets, place
from consult.drafts import bulletins, find, notes, publish
from consult.drafts.models import Consultation
from consult.drafts.publish import Draft
from consult.drafts.split import read_and_split
from consult.wiring.app import create_app

ME = operator("setup")
DEMO_UNIT = "临溪市财政局"
SAMPLES = (
    ("study-rooms", "rule", "临溪市文化和旅游局", 40, "study-rooms.txt",
     "市民反映自习座位难找、开放时间短。为了让愿意读书的人有地方坐，我们起草了这个办法，重点规定在哪里设、什么时候开、怎样管。",
     "临溪市文化和旅游局政策法规科\n联系人：何敏\n电话：0000-5550101\n邮箱：fagui@wenlv.example"),
    ("safe-charging", "normative", "临溪市住房和城乡建设局", 21, "safe-charging.txt",
     "进楼入户充电容易引发火灾，光靠禁止不够，还要让居民在家门口充得上、充得起。本意见提出了建设标准、收费办法和各方责任。",
     "临溪市住房和城乡建设局物业管理科\n联系人：方远\n电话：0000-5550202\n邮箱：wuye@zhujian.example"),
)  # fmt: skip


def load_samples() -> None:
    """Two drafts written for this project, open from today, with what their office says alongside."""
    now = clock.now()
    words = json.loads(files("consult.drafts").joinpath("samples", "alongside.json").read_text(encoding="utf-8"))
    for slug, kind, unit, days, name, explanation, contact in SAMPLES:
        data = files("consult.drafts").joinpath("samples", name).read_bytes()
        split = read_and_split(data, name)
        closes = clock.midnight(clock.local_date(now) + timedelta(days=days)) + timedelta(hours=17)
        draft = Draft(
            slug=slug, title=split.title, kind=kind, drafting_unit=unit, issuing_office=unit, opens_at=now,
            closes_at=closes, explanation=explanation, contact=contact,
            plain_summary=words[slug]["plain_summary"],
        )  # fmt: skip
        with transaction():
            project = publish.load(ME, now, draft, split, name, hashlib.sha256(data).hexdigest())
            publish.clear_secrecy(ME, now, project)
            publish.publish(ME, now, project)
        say_alongside(project, words[slug])


def say_alongside(project: Consultation, words: dict[str, Any]) -> None:
    """Notes beside the clauses that are named by their labels, questions on the whole, and bulletins."""
    keys = {one.label: one.key for one in find.clauses(find.current_version(project).id)} | {"": ""}
    for one in words["notes"]:
        facts = {name: one.get(name, "") for name in ("kind", "title", "text", "url")}
        with transaction():
            notes.note_clause(ME, clock.now(), find.by_id(project.id), clause_key=keys[one["label"]], **facts)
    for one in words["bulletins"]:
        with transaction():
            bulletins.post_bulletin(ME, clock.now(), find.by_id(project.id), one["title"], one["text"])


def add_accounts() -> None:
    """One account for every role; the passwords are printed now and never again."""
    print("\n演示账号（密码只显示这一次，请抄下来；正式使用前请停用）：")
    for role, name in ROLES.items():
        password, email = accounts.random_password(), f"{role}@demo.example"
        unit = DEMO_UNIT if role == "agency" else ""
        with transaction():
            accounts.add_user(
                ME, clock.now(), email=email, password=password, roles=[role], name=f"演示·{name}", unit=unit
            )
        print(f"  {name:<10}\t{email:<24}\t{password}")
    print("", flush=True)


def prepare(app: Flask) -> None:
    """Bring the database up to date; fill it where it has neither projects nor accounts."""
    if not is_current(db.engine):
        upgrade(db.engine)
    app.config["SETTINGS"].files.mkdir(parents=True, exist_ok=True)
    fresh = not find.every(limit=1) and not accounts.users()
    if fresh:
        load_samples()
        add_accounts()


def main() -> int:
    """Returns 2 where a setting cannot work, 1 where the disk or the database does not."""
    try:
        make_secrets(place())
        app = create_app(load())
        with app.app_context():
            prepare(app)
            db.engine.dispose()
    except BadSetting as error:
        print(f"设置有问题：{error}", file=sys.stderr)
        return 2
    except DBAPIError as error:
        print(f"数据库不能用：{str(error.orig).strip().partition(chr(10))[0]}。请检查磁盘和设置。", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"文件不能读写：{error}。请检查路径、权限和磁盘空间。", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
