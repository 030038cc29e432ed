"""What machines ask: is it alive, is it ready, how much does it do."""

import ipaddress
from typing import Any

from flask import Flask, Response, current_app, request
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from consult.base.db import db
from consult.base.errors import NotFound
from consult.intake.models import Submission
from consult.web import settings
from consult.web.citizen.blueprint import citizen


def init_app(app: Flask) -> None:
    """Count every request of this application by endpoint and status."""
    registry = CollectorRegistry()
    requests = Counter("consult_requests", "Requests by endpoint and status", ["endpoint", "status"], registry=registry)
    stored = Gauge("consult_submissions", "Submissions stored, by channel", ["channel"], registry=registry)
    app.extensions["metrics"] = (registry, stored)

    @app.after_request
    def _count(response: Response) -> Response:
        requests.labels(request.endpoint or "none", response.status_code).inc()
        return response


def _plain(text: str, status: int = 200) -> Response:
    return Response(text + "\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})


@citizen.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return _plain("ok")


@citizen.get("/readyz")
def readyz() -> Response:
    """The database answers and has its tables."""
    try:
        ready = inspect(db.session.connection()).has_table(Submission.__tablename__)
    except SQLAlchemyError:
        ready = False
    return _plain("ready") if ready else _plain("not ready", 503)


@citizen.get("/metrics")
def metrics() -> Response:
    """Counts for Prometheus, for this machine and configured proxies only."""
    if not _near(request.remote_addr or ""):
        raise NotFound("没有找到这个页面。")
    registry, stored = current_app.extensions["metrics"]
    _set_stored(stored)
    response = Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def _set_stored(stored: Any) -> None:
    rows = db.session.execute(select(Submission.channel, func.count()).group_by(Submission.channel))
    stored.clear()
    for channel, number in rows:
        stored.labels(channel).set(number)


def _near(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return found.is_loopback or any(found in network for network in settings().proxies)
