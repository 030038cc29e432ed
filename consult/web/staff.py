"""What every staff form shares: Chinese messages at their fields, Shanghai moments, one way to try a verb."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from consult.base import clock
from consult.base.db import transaction
from consult.base.errors import Refused, StageError

T = TypeVar("T")


class StaffForm(FlaskForm):
    """A form whose refusals stand beside the field they speak of; what was typed always stays."""

    ALIASES: Mapping[str, str] = {}  # a stage's word for a field → this form's

    def blame(self, error: StageError) -> None:
        """Show a stage's refusal at its field, or above the form where it names none."""
        name = error.field or ""
        field = self._fields.get(self.ALIASES.get(name, name))
        if field is None:
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]
        self._refused = error.status

    @property
    def http_status(self) -> int:
        """200, or the status of what was refused."""
        return getattr(self, "_refused", 422 if self.errors else 200)

    def attempt(self, verb: Callable[[], T]) -> T | None:
        """Run one verb in its transaction; a refusal becomes an error of this form and gives None."""
        try:
            with transaction():
                return verb()
        except StageError as error:
            self.blame(error)
            return None


class Boxes(SelectMultipleField):
    """Many of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class LocalMoment(Field):
    """A day and, where it is given, an hour on a Shanghai clock; with `ends` a bare day lasts until 24:00 (R04)."""

    widget = TextInput()

    def __init__(self, label: str, ends: bool = False, **more: Any) -> None:
        super().__init__(label, **more)
        self.ends = ends
        self.typed: tuple[str, str] | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Two inputs of one name, day and hour; one value `2026-03-02T09:00` is understood as well."""
        if not valuelist:
            return
        day, hour = (valuelist[0].strip(), valuelist[1].strip() if len(valuelist) > 1 else "")
        self.typed = (day, hour)
        self.data: datetime | None = None
        if not day:
            if hour:
                raise ValueError("请先选择日期。")
            self.raw_data = []  # blanks are nothing: a required field says so
            return
        try:
            self.data = clock.parse_local(f"{day}T{hour}" if hour else day, end_of_day=self.ends)
        except Refused as refusal:
            raise ValueError(refusal.message) from None

    @property
    def instant(self) -> datetime:
        """The moment of a valid form; every field of this kind is required there."""
        if self.data is None:
            raise TypeError(f"{self.name} asked for before validation")
        return self.data

    @property
    def day(self) -> str:
        """For an input of type date."""
        if self.typed is not None:
            return self.typed[0][:10]
        return self._printed()[0]

    @property
    def hour(self) -> str:
        """For an input of type time; empty where the day lasts until 24:00."""
        if self.typed is not None:
            return self.typed[1] or self.typed[0][11:16]
        return self._printed()[1]

    def _printed(self) -> tuple[str, str]:
        if self.data is None:
            return "", ""
        at = clock.local(self.data)
        if self.ends and (at.hour, at.minute, at.second) == (0, 0, 0):
            before = clock.local_date(self.data).toordinal() - 1
            return at.date().fromordinal(before).isoformat(), ""
        return at.strftime("%Y-%m-%d"), at.strftime("%H:%M")


def done(message: str, endpoint: str, **values: Any) -> ResponseReturnValue:
    """Say what was done on the page that follows; 303, so that a reload repeats nothing."""
    flash(message)
    return cast(ResponseReturnValue, redirect(url_for(endpoint, **values), 303))
