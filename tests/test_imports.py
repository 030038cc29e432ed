"""The one law: a package imports only from names above it; pure files know neither Flask nor SQLAlchemy."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "consult"
ORDER = ["base", "config", "drafts", "intake", "letters", "review", "summary", "terminal", "web", "wiring"]
PURE = [
    "drafts/addresses.py", "base/clock.py", "base/crypto.py", "base/errors.py", "base/lock.py", "base/soffice.py", "base/text.py", "drafts/citation.py",
    "drafts/compare.py", "drafts/feedback.py", "drafts/holidays.py", "drafts/keys.py", "drafts/mend.py", "drafts/mend_places.py", "drafts/lineage.py", "drafts/matching.py", "drafts/redline.py", "drafts/search.py", "drafts/notice.py", "drafts/numbering.py",
    "drafts/period.py", "drafts/questions.py", "drafts/edits.py", "drafts/suggestion.py", "drafts/split.py", "drafts/split_command.py", "drafts/tree.py", "drafts/mentions.py", "drafts/reading/word.py", "drafts/reading/html.py", "intake/cutting.py", "intake/incoming.py", "intake/incoming_blank.py", "intake/incoming_mail.py", "intake/incoming_sheet.py",
    "intake/incoming_table.py", "intake/incoming_text.py", "intake/incoming_word.py", "intake/leaning.py", "intake/loading.py", "intake/proposing.py", "intake/receipt.py",
    "intake/screen.py", "intake/words.py", "letters/form.py", "letters/form_check.py", "letters/form_difference.py", "letters/form_items.py", "letters/form_raw.py", "letters/form_rows.py",
    "letters/form_sheet.py", "letters/form_sheet_read.py", "drafts/reading/sheet.py", "letters/form_ticks.py", "letters/form_word.py", "letters/form_word_read.py",
    "drafts/reading/word_text.py", "drafts/reading/word_table.py", "letters/form_xml.py", "letters/merge.py", "review/additions.py", "review/cutting.py", "review/postings.py", "review/terms.py", "review/alike.py", "review/cover.py", "review/essential.py", "review/sentences.py", "review/similarity.py", "review/singles.py", "review/sketch.py", "review/sketch_file.py", "review/stock.py", "review/template.py", "review/votes.py", "review/weighty.py", "review/weighty_before.py", "letters/landscape.py", "letters/letter_document.py", "letters/letter_words.py", "review/personal.py", "review/personal_numbers.py", "review/personal_words.py", "summary/archive_check.py", "summary/ledger_picture.py", "summary/notice.py", "summary/picture.py", "summary/seal.py", "summary/shelf.py",
    "review/forecast.py", "review/marking.py", "review/outline.py", "review/phrases.py", "review/quality_rules.py", "summary/linked.py",
    "summary/bookxml.py", "summary/cellxml.py", "summary/counts_sheet.py", "summary/fields.py", "summary/sheet.py", "summary/stream.py", "summary/table.py", "summary/visible.py",
    "summary/archive_words.py", "summary/steps.py", "summary/suppress.py", "summary/archive_zip.py", "terminal/explaining.py", "terminal/mistakes.py",
    "summary/back.py", "summary/back_raw.py", "summary/back_sheet.py", "summary/back_sheet_read.py", "summary/back_word.py", "summary/back_word_read.py",
]  # fmt: skip
FILES = sorted(HOUSE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module a file imports, as dotted names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def stage(path: Path) -> str:
    """The package or module of the house a file belongs to."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def test_the_order_is_the_alphabet() -> None:
    assert sorted(ORDER) == ORDER
    assert {stage(path) for path in FILES} - {"__init__"} == set(ORDER)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_imports_only_from_above(path: Path) -> None:
    if path == HOUSE / "__init__.py":
        assert not path.read_text(encoding="utf-8").strip()
        return
    allowed = set(ORDER[: ORDER.index(stage(path)) + 1])
    used = {name.split(".")[1] for name in imported(path) if name.startswith("consult.")}
    assert used <= allowed, f"{path} reaches up to {sorted(used - allowed)}"


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_load_without_the_web_or_a_database(name: str) -> None:
    module = "consult." + name.removesuffix(".py").replace("/", ".")
    code = f"import sys, {module}; sys.exit(bool({{'flask', 'sqlalchemy'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


@pytest.mark.parametrize(
    "path", [one for one in FILES if "migrations/versions" not in str(one)], ids=lambda p: str(p.relative_to(HOUSE))
)
def test_files_are_short_and_say_what_they_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300, "split it before 300 lines"
    assert not text.strip() or ast.get_docstring(ast.parse(text)), "open every module with one sentence"


def test_files_of_tests_and_scripts_are_short_and_say_what_they_are_too() -> None:
    found = [path for folder in ("tests", "scripts") for path in sorted((ROOT / folder).rglob("*.py"))]
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in found}
    assert len(texts) > 200
    assert [name for name, text in texts.items() if text.count("\n") > 300] == [], "split it before 300 lines"
    assert [name for name, text in texts.items() if text.strip() and not ast.get_docstring(ast.parse(text))] == []


def test_only_the_clock_reads_the_time() -> None:
    readers = [
        str(path.relative_to(HOUSE))
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("utcnow", "today")
        or isinstance(node, ast.Call) and ast.unparse(node.func) in ("datetime.now", "time.time")
    ]  # fmt: skip
    assert readers == ["base/clock.py"]


def test_only_one_module_lets_html_in() -> None:
    users = [str(path.relative_to(HOUSE)) for path in FILES if {"bleach", "nh3"} & imported(path)]
    assert users == ["drafts/explanation.py"]
