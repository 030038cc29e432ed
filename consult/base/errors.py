"""What a stage may raise: each carries the Chinese sentence that the person will read."""


class StageError(Exception):
    """A stage cannot do what was asked; `message` says in plain Chinese why, and what to do instead.

    `field` names the form field or API key at fault, where there is one. `status` is the HTTP status that
    `web/errors.py` answers with; nothing else in the project turns these into pages.
    """

    status = 400

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Refused(StageError):
    """A rule is broken; the message says what to do."""

    status = 422


class NotFound(StageError):
    """There is no such thing, or it is not for this person to know that there is."""

    status = 404


class NotAllowed(StageError):
    """This person may not do this, however it is asked."""

    status = 403


class Conflict(StageError):
    """Somebody else was first, or the clock has moved on."""

    status = 409


class TooLarge(StageError):
    """More was sent than is taken."""

    status = 413


class WrongType(StageError):
    """The kind of file or body that was sent is not one that is taken."""

    status = 415
