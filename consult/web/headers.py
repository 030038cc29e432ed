"""Security headers, cookies and the protection of forms, in one place."""

from flask import Flask, Response
from flask_wtf import CSRFProtect

from consult.config import Settings

csrf = CSRFProtect()

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def init_app(app: Flask, settings: Settings) -> None:
    """Set cookies and headers; every form of a session is protected against forgery."""
    app.config.update(
        SESSION_COOKIE_NAME="consult_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        WTF_CSRF_TIME_LIMIT=8 * 3600,
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_CHECK_DEFAULT=True,
    )
    csrf.init_app(app)

    @app.after_request
    def _secure(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if response.mimetype == "text/html" and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    app.extensions["hooks_of_api"] = [_secure]


def headers_of(settings: Settings) -> list[tuple[str, str]]:
    """The same headers for what is answered before Flask."""
    https = [("Strict-Transport-Security", "max-age=31536000")] if settings.https else []
    return [*HEADERS.items(), *https]


def static_headers(headers: object, _path: str, _url: str) -> None:
    """The same headers for files that are answered before Flask."""
    for name, value in HEADERS.items():
        headers[name] = value  # type: ignore[index]
