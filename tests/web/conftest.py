"""A reviewer before the desk of the project that a module makes for itself."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.people import Actor
from consult.drafts.models import Consultation
from tests.factories.people import make_user
from tests.web.pages import browser


@pytest.fixture
def reviewer(project: Consultation) -> Actor:
    """Somebody who decides; there from the beginning, as the project is."""
    return make_user("reviewer")


@pytest.fixture
def desk(app: Flask, reviewer: Actor) -> FlaskClient:
    """Their browser, logged in."""
    return browser(app, reviewer)
