"""Units, staff accounts and roles, and the actor that every verb is given."""

from dataclasses import dataclass, field
from datetime import datetime

from flask_security import RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, Column, ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.base.db import Base, Model
from consult.base.errors import NotAllowed

# role → what the office calls it; R62 keeps the three administrators apart from deciding
ROLES = {
    "office": "起草单位经办",
    "reviewer": "审阅人员",
    "approver": "审批负责人",
    "agency": "被征求意见单位",
    "sysadmin": "系统管理员",
    "secadmin": "安全管理员",
    "auditor": "审计员",
}
ADMINISTRATORS = frozenset({"sysadmin", "secadmin", "auditor"})
DECIDERS = frozenset({"office", "reviewer", "approver", "agency"})

user_roles = Table(
    "user_role",
    Base.metadata,
    Column("user_id", ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


# kind of asked party → what the office calls it; persons sign for themselves and need no seal
UNIT_KINDS = {
    "department": "部门和单位",
    "contact_point": "基层立法联系点",
    "association": "协会商会",
    "enterprise": "企业",
    "legal_counsel": "法律顾问",
    "deputy": "人大代表",
    "committee_member": "政协委员",
    "expert": "专家",
    "other": "其他",
}
PERSONS = frozenset({"legal_counsel", "deputy", "committee_member", "expert"})


class Unit(Model):
    """A party that can be asked (单位, or a person of the pools): its full name is how tables print it."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    short_name: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="department", server_default="department")
    office_section: Mapped[str] = mapped_column(default="", server_default="", comment="科室")
    leader: Mapped[str] = mapped_column(default="", server_default="", comment="分管领导")
    handler: Mapped[str] = mapped_column(default="", server_default="", comment="经办人")
    phone: Mapped[str] = mapped_column(default="", server_default="")
    email: Mapped[str] = mapped_column(default="", server_default="", comment="where letters are mailed")
    address: Mapped[str] = mapped_column(default="", server_default="")
    field: Mapped[str] = mapped_column(default="", server_default="", comment="专业领域 of an expert")
    affiliation: Mapped[str] = mapped_column(default="", server_default="", comment="所在单位 of a person")
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="yearly confirmation of these facts")
    confirmed_by: Mapped[str] = mapped_column(default="", server_default="")
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), comment="merged into this unit")
    active: Mapped[bool] = mapped_column(default=True)


class UnitName(Model):
    """A name that a unit had before (更名): old letters keep finding it."""

    __tablename__ = "unit_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(index=True)
    until: Mapped[datetime]
    by: Mapped[str]


class Role(Model, RoleMixin):
    """One of ROLES."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")


class User(Model, UserMixin):
    """A staff account; citizens have none (R10)."""

    __tablename__ = "user_account"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    password_set_at: Mapped[datetime | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    created_at: Mapped[datetime]

    roles: Mapped[list[Role]] = relationship(secondary=user_roles, lazy="selectin")
    unit: Mapped[Unit | None] = relationship(lazy="joined")


@dataclass(frozen=True)
class Actor:
    """Who acts: `ref` stands in the audit, `roles` say what is allowed, `unit_id` for an agency.

    `letter_id` binds somebody who came in by a link, without an account, to that one letter.
    """

    ref: str
    name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    id: int | None = None
    unit_id: int | None = None
    letter_id: int | None = None

    def may(self, *roles: str) -> bool:
        """Whether the actor holds one of the roles."""
        return bool(self.roles & set(roles))

    def require(self, *roles: str) -> None:
        """Raise NotAllowed unless the actor holds one of the roles: the first line of every staff verb."""
        if not self.may(*roles):
            raise NotAllowed("您的账号没有办理这项工作的权限，请联系系统管理员。")


CITIZEN = Actor("citizen", "公众")
SYSTEM = Actor("system", "系统", frozenset({"system"}))


def operator(login: str) -> Actor:
    """A person at a shell of the server: trusted (decisions.md), named in the audit."""
    return Actor(f"operator:{login}", login, frozenset({"office", "reviewer", "sysadmin", "operator"}))


def actor_of(user: User) -> Actor:
    """The actor behind a staff account; one that is disabled holds no roles."""
    roles = frozenset(role.name for role in user.roles) if user.active else frozenset()
    return Actor(f"user:{user.id}", user.name or user.email, roles, user.id, user.unit_id)
