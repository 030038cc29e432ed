"""One letter to one unit."""

import pytest
from flask import Flask

from consult.base.crypto import Keys
from tests.letters.desk import Desk, one_letter


@pytest.fixture
def desk(app: Flask, keys: Keys) -> Desk:
    return one_letter(keys)
