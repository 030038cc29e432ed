"""The application: settings, database, stages and faces joined."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from whitenoise import WhiteNoise

from consult.base import clock
from consult.base import db as database
from consult.base.crypto import Keys
from consult.config import ROOT, BadSetting, Settings, load
from consult.terminal import commands
from consult.web import access, admin, agency, api, citizen, errors, filters, headers, limits, office, reviewer
from consult.web.assets import Assets
from consult.web.cache import PageCache
from consult.web.proxies import TrustedProxies
from consult.web.site import Site
from consult.web.views import EVERY_SECONDS, ViewCounter
from consult.wiring import jobs

FACES = {
    "citizen": citizen.init_app,
    "api": api.init_app,
    "office": office.init_app,
    "reviewer": reviewer.init_app,
    "agency": agency.init_app,
    "admin": admin.init_app,
}
ALL = tuple(FACES)


def create_app(
    settings: Settings | None = None,
    faces: Sequence[str] = ALL,
    now: Callable[[], datetime] = clock.now,
    keep_pages: bool = True,
) -> Flask:
    """One application with the named faces; `now` is its clock.

    `keep_pages` puts the page cache in front and writes views on its own; tests do without.
    Raises BadSetting for what cannot work.
    """
    settings = settings or load()
    _log(settings)
    app = _site(settings)
    app.extensions["clock"] = now
    app.extensions["keys"] = Keys(settings.data_key)
    database.init_app(app)
    headers.init_app(app, settings)
    limits.init_app(app, settings)
    filters.init_app(app)
    errors.init_app(app)
    access.init_app(app, settings)
    for face in faces:
        FACES[face](app)
    commands.init_app(app)
    jobs.init_app(app, settings)
    _serve(app, settings, keep_pages)
    return app


def _log(settings: Settings) -> None:
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _site(settings: Settings) -> Site:
    """The bare application, its instance folder there."""
    try:
        settings.instance.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"CONSULT_INSTANCE：{settings.instance} 不是可以写入的文件夹：{error}") from None
    app = Site(
        "consult",
        instance_path=str(settings.instance),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=database.options(settings.database),
        MAX_CONTENT_LENGTH=40 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=12 * 1024 * 1024,  # fifty opinions of full length
        MAX_FORM_PARTS=2000,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    compiled = settings.instance / "templates"
    compiled.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))  # checked against the source's digest
    return app


def warm(app: Flask) -> None:
    """Compile every template, so that whoever comes first to a page does not wait for it (0.2 s); later starts read them."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)


def _serve(app: Site, settings: Settings, keep_pages: bool) -> None:
    """What stands before the routes: proxies, static files, the counter of views, the page cache."""
    pages = PageCache(app.wsgi_app) if keep_pages else app.wsgi_app
    views = app.extensions["views"] = ViewCounter(pages, app, EVERY_SECONDS if keep_pages else 0)
    pictures = WhiteNoise(
        views, root=ROOT / "static", prefix="static/", max_age=3600, add_headers_function=headers.static_headers
    )
    assets = Assets(pictures, ROOT / "static")
    app.jinja_env.globals["asset"] = assets.address
    app.wsgi_app = TrustedProxies(assets, settings)  # type: ignore[method-assign]
