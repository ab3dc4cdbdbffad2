"""Answers to questions, for what is known of the person; then the flow goes on where it was."""

from __future__ import annotations

from actions.base import GuideAction, Turn
from actions.cards import tell_fact, tell_platform_report, tell_two_factor
from actions.labels import noted_facts
from actions.plan import offer_next, show_plan
from actions.resources import tell_tool
from actions.triage import go_on

# What the directory adds to the sentence of an answer. Facts of a place wait until the place is known.
FACTS: dict[str, tuple[str, ...]] = {
    "ask_preserve_evidence": ("evidence_log",),
    "ask_report_platform": ("sites",),
    "ask_takedown_search": ("search",),
    "ask_hash_tools": ("hash",),
    "ask_removal_time": ("us_48h", "hotline", "notices"),
    "ask_report_police": ("police",),
    "ask_secure_accounts": ("two_factor_sites",),
    "ask_two_factor": ("two_factor_sites",),
    "ask_find_lawyer": ("legal_help",),
    "ask_cost_of_help": ("legal_help",),
    "ask_law": ("law",),
    "ask_protective_order": ("orders", "dv_if_partner"),
    "ask_civil_suit": ("law", "legal_help"),
    "ask_consequences_for_offender": ("law",),
    "ask_cross_border": ("hotline",),
    "ask_anonymous_poster": ("police",),
    "ask_tell_family_or_employer": ("dv_if_honour",),
}
NEEDS_PLACE = ("ask_report_police", "ask_find_lawyer", "ask_law", "ask_protective_order", "ask_civil_suit",
               "ask_consequences_for_offender")  # fmt: skip
# Steps that go further than an answer can.
STEP_OF_QUESTION = {
    "ask_preserve_evidence": "evidence",
    "ask_report_platform": "report",
    "ask_takedown_search": "report",
    "ask_hash_tools": "report",
    "ask_removal_time": "report",
    "ask_secure_accounts": "accounts",
    "ask_two_factor": "accounts",
    "ask_find_lawyer": "counsel",
    "ask_law": "counsel",
    "ask_protective_order": "counsel",
    "ask_civil_suit": "counsel",
}
# Rule R19: with a partner, these wait for the safety question.
BEHIND_SAFETY = ("ask_secure_accounts", "ask_two_factor", "ask_contact_offender", "ask_report_police")


class ActionAnswerQuestion(GuideAction):
    """Answers an `ask_*` message."""

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_answer_question"

    def answer(self, turn: Turn) -> None:
        """The answer; the form that is open asks its question again by itself."""
        answer_question(turn, turn.intent)


def answer_key(turn: Turn, question: str) -> str:
    """The sentence for this person: a minor's, a partner's, an accused person's, or everybody's."""
    known = turn.known
    endings = []
    if known.who == "accused":
        endings.append("accused")
    if known.minor:
        endings.append("minor")
    if known.partner_context and known.afraid != "no":
        endings.append("partner")
    if known.treat_as_minor:
        endings.append("unknown")
    for ending in endings:
        if turn.wording.has(f"utter_answer_{question}_{ending}"):
            return f"utter_answer_{question}_{ending}"
    return f"utter_answer_{question}"


def answer_question(turn: Turn, question: str) -> None:
    """Say the answer to a question and what the directory adds to it."""
    queue = [need for need in turn.slots.get("pending_needs") or [] if need != question]
    if queue != (turn.slots.get("pending_needs") or []):
        turn.set("pending_needs", queue or None)
    if turn.slots.get("last_answer") == question:
        turn.say("utter_here_again", variant=turn.count("here_again"))
    turn.set("last_answer", question)
    if turn.loop is None and turn.intent.startswith("ask_") and _tells_what_happened(turn):
        # A question with a disclosure in it: what happened is taken seriously first (rule R32).
        turn.say("utter_acknowledge_self", variant=turn.count("acknowledge_self"))
    _confirm_facts(turn)
    place_missing = turn.slots.get("place") in (None, "skipped")
    turn.say(answer_key(turn, question), variant=turn.count(f"answer:{question}"), buttons=[])
    if question in NEEDS_PLACE and place_missing:
        turn.set("pending_question", question)
        if turn.loop is None:
            turn.say("utter_ask_place_for_answer", variant=turn.count("place_for_answer"))
            return
        if turn.slots.get("requested_slot") != "place":
            turn.say("utter_answer_waits_for_place", variant=turn.count("answer_waits"))
        return
    told = [_tell(turn, fact) for fact in FACTS.get(question, ())]
    if question in NEEDS_PLACE and not any(told):
        turn.say("utter_nothing_for_place", variant=turn.count("nothing_for_place"))
    asked = turn.loop is None and turn.intent.startswith("ask_")
    if asked and not turn.slots.get("plan_shown") and _tells_what_happened(turn):
        go_on(turn)
    elif asked and turn.slots.get("plan_shown") and noted_facts(turn):
        show_plan(turn)
    elif turn.loop is None:
        _offer_more(turn, question)


def _confirm_facts(turn: Turn) -> None:
    """What the question told besides, so that it can be corrected. Inside the triage the form says it."""
    facts = noted_facts(turn)
    if facts and turn.loop != "triage_form" and turn.intent.startswith("ask_"):
        turn.say("utter_noted", facts=turn.join(facts), variant=turn.count("noted"))


def _tells_what_happened(turn: Turn) -> bool:
    return "situations" in ((turn.slots.get("noted") or {}).get("slots") or []) and not turn.slots.get("plan_shown")


def _tell(turn: Turn, fact: str) -> bool:
    known = turn.known
    if fact == "sites":
        return any([tell_platform_report(turn, site) for site in known.platforms or ()])
    if fact == "two_factor_sites":
        if known.partner_context and known.afraid != "no":
            return tell_fact(turn, "dv_line")
        return any([tell_two_factor(turn, site) for site in known.platforms or ()])
    if fact == "search":
        return any([tell_tool(turn, "google_removal"), tell_tool(turn, "bing_concern")])
    if fact == "hash":
        # Rule R04: images of adults and of minors go to different tools and are never crossed.
        if known.treat_as_minor:
            return tell_tool(turn, "take_it_down") if known.minor else False
        return tell_tool(turn, "stopncii")
    if fact == "us_48h":
        return str(known.place or "").startswith("US") and tell_tool(turn, "us_take_it_down_act")
    if fact == "dv_if_partner":
        return known.partner_context and tell_fact(turn, "dv_line")
    if fact == "dv_if_honour":
        return "honour_risk" in (known.flags or ()) and tell_fact(turn, "dv_line")
    return tell_fact(turn, fact)


def _offer_more(turn: Turn, question: str) -> None:
    """Outside a form: the step that goes further, or the plan."""
    if turn.slots.get("pending_needs"):
        offer_next(turn)
        return
    step = STEP_OF_QUESTION.get(question)
    buttons = []
    if turn.slots.get("plan_shown"):
        if step and not (question in BEHIND_SAFETY and turn.known.partner_context and turn.slots.get("afraid") is None):
            turn.set("offered", f"step:{step}")
            buttons.append(turn.button(f"start_{step}", f'/choose{{"step": "{step}"}}'))
        else:
            turn.set("offered", "where")
        buttons.append(turn.button("where", '/choose{"topic": "where"}'))
        turn.say("utter_after_answer", buttons=buttons, variant=turn.count("after_answer"))
        return
    turn.set("offered", "plan")
    turn.say("utter_offer_plan", variant=turn.count("offer_plan"))
