"""One project with a reviewer."""

import pytest
from flask import Flask

from consult.base.people import Actor
from consult.drafts.models import Consultation
from tests.factories.people import make_project, make_user


@pytest.fixture
def project(app: Flask) -> Consultation:
    return make_project()


@pytest.fixture
def reviewer(app: Flask) -> Actor:
    return make_user("reviewer")
