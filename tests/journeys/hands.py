"""How somebody uses a page: with a mouse, or with nothing but the keyboard."""

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 150


class Mouse:
    """Points and clicks; types into what was clicked."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Follow a link, press a button, tick a box."""
        target.click()

    def twice(self, target: Locator) -> None:
        """Press a button twice, as impatient people do."""
        target.dblclick()

    def write(self, target: Locator, words: str) -> None:
        """Put words into an empty field."""
        target.click()
        self.page.keyboard.insert_text(words)

    def change(self, target: Locator, at: int, old: str, new: str) -> None:
        """Replace `old`, which begins at character `at`, inside a field."""
        target.click()
        self._type_over(at, old, new)

    def _type_over(self, at: int, old: str, new: str) -> None:
        keys = self.page.keyboard
        keys.press("Control+Home")
        for _ in range(at):
            keys.press("ArrowRight")
        for _ in old:
            keys.press("Delete")
        keys.insert_text(new)


class Keyboard(Mouse):
    """Reaches everything by Tab and presses Enter or the space bar; the mouse is never touched."""

    def reach(self, target: Locator) -> None:
        """Press Tab until the target has the focus; fails where it cannot be reached."""
        expect(target).to_be_visible()
        for _ in range(MOST_TABS):
            if target.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"not reached by Tab: {target}")

    def press(self, target: Locator) -> None:
        """Enter follows links and presses buttons."""
        self.reach(target)
        self.page.keyboard.press("Enter")

    def twice(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, words: str) -> None:
        self.reach(target)
        self.page.keyboard.insert_text(words)

    def change(self, target: Locator, at: int, old: str, new: str) -> None:
        self.reach(target)
        self._type_over(at, old, new)
