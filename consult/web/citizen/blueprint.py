"""The one blueprint of the public pages; each module beside this one adds its own."""

from flask import Blueprint

citizen = Blueprint("citizen", __name__)
