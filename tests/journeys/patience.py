"""Nobody acts on a page that is still arriving: what a test does waits for the page's scripts, and answers may be late.

A person sees a page before using it; a test is faster than any person and would press keys that no script hears yet.
`TEST_LATE=0.2` lets every answer wait so many seconds and every script twice as long: tests that pass only on
a quick machine fail there every time, not once in a thousand.
"""

import os
import time
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from playwright.sync_api import Locator, Page, expect

LATE = float(os.environ.get("TEST_LATE", "0"))  # seconds
PATIENCE = 30_000  # ms: how long a busy machine may take until what a test expects is seen
ACTS = (
    "all_inner_texts", "all_text_contents", "check", "click", "count", "dblclick", "evaluate", "evaluate_all", "fill",
    "focus", "inner_text", "input_value", "is_checked", "is_visible", "press", "press_sequentially", "select_option",
    "set_input_files", "text_content", "uncheck",
)  # fmt: skip


def _after_load(act: Callable[..., Any], page_of: Callable[[Any], Page]) -> Callable[..., Any]:
    @wraps(act)
    def wait_and_act(one: Any, *args: Any, **more: Any) -> Any:
        page_of(one).wait_for_load_state()
        return act(one, *args, **more)

    return wait_and_act


def be_patient() -> None:
    """From now on everything done on a page waits until the page and its scripts have arrived."""
    expect.set_options(timeout=PATIENCE)
    for name in ACTS:
        setattr(Locator, name, _after_load(getattr(Locator, name), lambda one: one.page))
        if hasattr(Page, name):
            setattr(Page, name, _after_load(getattr(Page, name), lambda one: one))
    keyboard = Page.keyboard.fget
    Page.keyboard = property(_after_load(keyboard, lambda one: one))  # type: ignore[method-assign]


def late(wsgi: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The same site on a slow line, as far as TEST_LATE says."""

    def wait_and_answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        time.sleep(LATE * (2 if environ["PATH_INFO"].endswith(".js") else 1))
        return wsgi(environ, start)

    return wait_and_answer if LATE else wsgi
