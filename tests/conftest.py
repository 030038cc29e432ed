"""The application on a real SQLite file and on a real PostgreSQL that the tests start themselves."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as drawing

from consult.base.crypto import Keys
from consult.base.db import db
from consult.base.migrations import upgrade
from consult.config import Settings
from consult.web import access
from consult.web.limits import limiter
from consult.wiring.app import create_app
from tests.factories.empty import empty
from tests.factories.people import NOW
from tests.factories.servers import postgresql

access.PASSWORD_COST.update(argon2__time_cost=1, argon2__memory_cost=64, argon2__parallelism=1)
# the same cases every time; `--hypothesis-profile default` draws new ones
drawing.register_profile("steady", derandomize=True)
drawing.load_profile("steady")
SECRET = "only-for-tests-" + "x" * 40


def settings_for(instance: Path, database_url: str = "") -> Settings:
    """The settings of the tests: limits on, no captcha; single tests change what they are about."""
    return Settings(instance=instance, database_url=database_url, secret_key=SECRET, data_key=SECRET, captcha=False)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL of our own on a free port."""
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application on SQLite for the whole run, with an untouched copy of its empty database."""
    instance = tmp_path_factory.mktemp("instance")
    app = create_app(settings_for(instance), keep_pages=False)
    with app.app_context():
        upgrade(db.engine)
        db.engine.dispose()
    shutil.copy(instance / "consult.sqlite", instance / "empty.sqlite")
    yield app
    with app.app_context():
        db.engine.dispose()
    app.extensions["write_lock"].close()


@pytest.fixture(scope="session")
def postgresql_app(tmp_path_factory: pytest.TempPathFactory, postgresql_url: str) -> Iterator[Flask]:
    """One application on PostgreSQL for the whole run."""
    app = create_app(settings_for(tmp_path_factory.mktemp("instance-pg"), postgresql_url), keep_pages=False)
    with app.app_context():
        upgrade(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """A fresh, empty installation inside an application context, its clock at NOW."""
    one: Flask = request.getfixturevalue(f"{request.param}_app")
    settings = one.config["SETTINGS"]
    empty(one, settings)
    one.extensions["clock"] = lambda: NOW
    with one.app_context():
        limiter.reset()
        yield one
        db.session.remove()
    one.config["SETTINGS"] = settings


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def keys(app: Flask) -> Keys:
    """The installation's keys."""
    found: Keys = app.extensions["keys"]
    return found


@pytest.fixture
def with_captcha(app: Flask) -> Flask:
    """The same installation with CONSULT_CAPTCHA=on."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], captcha=True)
    return app
