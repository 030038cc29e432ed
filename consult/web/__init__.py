"""The faces: parse the request, call one verb inside transaction(), render."""

from datetime import datetime
from typing import cast

from flask import current_app

from consult.base.crypto import Keys
from consult.config import Settings


def moment() -> datetime:
    """The present instant by the application's clock; tests put another clock in its place."""
    return cast(datetime, current_app.extensions["clock"]())


def settings() -> Settings:
    """The settings of this installation."""
    return cast(Settings, current_app.config["SETTINGS"])


def keys() -> Keys:
    """The keys of this installation."""
    return cast(Keys, current_app.extensions["keys"])
