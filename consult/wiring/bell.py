"""The bell beside the job table: it carries no work, it only wakes the worker so that nobody waits for the next minute."""

from typing import TYPE_CHECKING

import structlog

from consult.config import Settings

if TYPE_CHECKING:
    from huey import Huey

log = structlog.get_logger("consult.jobs")
WORK, WORKER = "work", "consult.wiring.jobs"  # a task is found by its name and the module of its function


def build_queue(settings: Settings) -> "Huey":
    """Redis where more machines share the work, else a small SQLite file of its own."""
    from huey import RedisHuey, SqliteHuey  # a web process starts sooner without, and most never ring

    if settings.redis_url:
        return RedisHuey("consult", url=settings.redis_url)
    return SqliteHuey("consult", filename=str(settings.instance / "queue.sqlite"))


def ring(settings: Settings) -> None:
    """Wake the worker. Where that fails the job still waits in its table, and is found within the minute."""

    def work() -> None:
        """The worker has the function; only its name goes into the queue."""

    work.__module__ = WORKER
    try:
        queue = build_queue(settings)
        queue.task(name=WORK)(work)()
        queue.storage.close()
    except Exception:
        log.exception("the worker could not be woken")
