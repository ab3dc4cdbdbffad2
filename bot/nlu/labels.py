"""Groups of intents: what is urgent, what is a situation, what is only talk between the two."""

from __future__ import annotations

SAFETY_ORDER = ("self_harm_risk", "immediate_danger", "i_am_minor", "stop_or_quick_exit")
CRISES = SAFETY_ORDER[:3]
SITUATIONS = ("report_", "helping_someone_else", "accused_or_regret")
FALLBACK = "nlu_fallback"
FEELING = "feeling_distress"
CONVERSATIONAL = frozenset(
    {
        "greet",
        "goodbye",
        "thank_you",
        "affirm",
        "deny",
        "not_sure",
        "done_step",
        "skip_step",
        "go_back",
        "start_over",
        "repeat_that",
        "help_menu",
        "inform_location",
        "inform_platform",
        "correct_information",
        "out_of_scope",
        "spam_or_gibberish",
        "abusive_to_bot",
        FALLBACK,
    }
)
