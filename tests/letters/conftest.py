"""One letter to one unit."""

import pytest
from flask import Flask

from consult.base.crypto import Keys
from tests.factories.people import make_project, make_unit, make_user
from tests.letters.desk import Desk, write_to


@pytest.fixture
def desk(app: Flask, keys: Keys) -> Desk:
    project, unit, office = make_project(), make_unit("市财政局"), make_user("office")
    (letter,) = write_to(office, project, unit)
    return Desk(project, unit, office, make_user("agency", unit), letter, keys)
