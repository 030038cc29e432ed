"""What stands beside a ruling: personal data before publication, internal notes, the library of reasons."""

from flask import Blueprint

from consult.review.internal_notes import notes_about
from consult.web.reviewer import notes, personal, readdressing, reasons


def add_to(blueprint: Blueprint, case: str) -> None:
    """Join these pages to the reviewers' face; `case` is the address of one opinion.

    Templates ask for what they show when they show it, so that pages without it ask nothing.
    """
    blueprint.add_url_rule(case + "/personal", "personal", personal.save, methods=["POST"])
    blueprint.add_url_rule(case + "/notes", "note", notes.write, methods=["POST"])
    blueprint.add_url_rule(case + "/notes/<int:number>/take-back", "note_back", notes.take_back, methods=["POST"])
    blueprint.add_url_rule("/c/<slug>/personal", "waiting", personal.worklist)
    blueprint.add_url_rule("/reasons", "reasons", reasons.library)
    blueprint.add_url_rule("/reasons", "reason_add", reasons.keep, methods=["POST"])
    blueprint.add_url_rule("/reasons/<int:number>", "reason", reasons.library)
    blueprint.add_url_rule("/reasons/<int:number>", "reason_change", reasons.keep, methods=["POST"])
    blueprint.add_url_rule("/reasons/<int:number>/retire", "reason_retire", reasons.retire, methods=["POST"])
    blueprint.context_processor(lambda: {
        "PERSONAL": personal.WORDS, "personal_of": personal.view, "notes_about": notes_about, "moved_of": readdressing.about,
        "reason_library": reasons.by_outcome,
    })  # fmt: skip
