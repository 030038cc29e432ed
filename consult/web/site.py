"""The application as Flask sees it: what looks for a session is not asked of programs."""

from typing import Any

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue


class Sessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie, for people."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Programs have no cookie to look into."""
        if request.environ["PATH_INFO"].startswith("/api/"):
            return self.session_class()
        return super().open_session(app, request)


class Site(Flask):
    """Flask, with a shorter way for the API: it reads no cookie, so nothing there looks for who is logged in."""

    session_interface = Sessions()

    def preprocess_request(self) -> ResponseReturnValue | None:
        """The hooks before a page; the API has neither session nor form token, and its limits stand at its views."""
        return None if request.blueprint == "api" else super().preprocess_request()

    def process_response(self, response: Any) -> Any:
        """The hooks after a page; the API's answer gets its headers and no session."""
        if request.blueprint != "api":
            return super().process_response(response)
        for hook in self.extensions["hooks_of_api"]:
            response = hook(response)
        return response
