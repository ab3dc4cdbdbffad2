"""The rules of the plan for the four steps: evidence, report, accounts, counsel."""

from __future__ import annotations

from bot.plan.known import Known
from bot.plan.rules import (
    MAY,
    MUST,
    SHOULD,
    Rule,
    carer,
    needs_safety_line,
    police_is_safe,
    wants_police_first,
)


def adult(known: Known) -> bool:
    """Return whether an adult is known to be in the image (rule R01)."""
    return not known.treat_as_minor


def paid_content_only(known: Known) -> bool:
    """Return whether only the person's paid content is out, which some removal tools leave out (R44)."""
    return (known.situations or frozenset()) - {"threatened", "unsure"} == {"creator"}


def nothing_to_save_yet(known: Known) -> bool:
    """Return whether there is no page, threat or alert that could be saved."""
    return not (known.threatened or known.posted or known.has("unsure", "hacked"))


def hash_may_help(known: Known) -> bool:
    """Return whether the person is likely to have the file that hashing needs, and may use StopNCII (R04)."""
    return adult(known) and known.situations not in (frozenset({"creator"}), frozenset({"recorded"}))


def in_the_uk(known: Known) -> bool:
    """Return whether Report Remove exists where the person lives."""
    return (known.place or "").split("-")[0] == "GB"


def why_hash(known: Known) -> str:
    """Return the reason for hashing: before it spreads, against copies, or by the person themselves."""
    if known.who == "someone_else":
        return "only_they_can_hash"
    return "hash_finds_copies" if known.posted else "hash_before_spread"


def why_take_it_down(known: Known) -> str:
    """Return the reason for Take It Down: the child may do it, age is open, or it is from before 18."""
    if known.helper:
        return "no_one_needs_to_look"
    return "before_18" if known.age == "minor" else "age_not_sure"


def why_law(known: Known) -> str:
    """Return the reason to look at the law that fits what happened."""
    reasons = (("fake", "law_fakes"), ("recorded", "law_recording"), ("creator", "law_creators"))
    return next((reason for situation, reason in reasons if known.has(situation)), "law_by_place")


def law_weight(known: Known) -> int:
    """Return how firmly the law card belongs to the plan; a threat from afar has more urgent lines (R12)."""
    asked = known.goal == "accountable" or known.has("fake", "recorded", "creator")
    if known.treat_as_minor or known.stranger_threat or (protection_helps(known) and not asked):
        return MAY
    return SHOULD if asked or known.posted else MAY


def protection_helps(known: Known) -> bool:
    """Return whether a protection order may help: somebody close, with fear or safety as the goal."""
    close = not known.far_offender and known.offender != "group"
    return close and (known.partner_context or known.goal == "safe")


def protection_weight(known: Known) -> int:
    """Return how firmly protection orders belong to the plan: most where safety is what matters."""
    if known.treat_as_minor or not needs_safety_line(known):
        return MAY
    return MUST if known.goal == "safe" else SHOULD


def police_weight(known: Known) -> int:
    """Return how firmly police belongs to the plan where it is not asked for first."""
    if known.goal == "accountable" and adult(known) and not known.stranger_threat:
        return MUST
    return SHOULD if adult(known) and (known.stranger_threat or known.has("recorded")) else MAY


def names_police(known: Known) -> bool:
    """Return whether police is one of the lines, after the platform: goal, threat, filming, assault."""
    serious = known.has("recorded") or known.flag("drugged_or_asleep") or known.goal == "accountable"
    if known.treat_as_minor:
        return serious
    return serious or known.threatened or known.has("doxxed") or (known.posted and known.private_only)


def police_again(known: Known) -> bool:
    """Return whether the police sent the person away and may be asked again."""
    return known.flag("police_refused") and police_is_safe(known)


def why_police(known: Known) -> str:
    """Return the reason for going to the police after the platform."""
    if known.goal == "accountable" and adult(known):
        return "police_same_day"
    return "police_your_choice" if known.partner_context else "police_can_act"


EVIDENCE = (
    Rule("save_what_is_left", "evidence", lambda k: k.flag("deleted_evidence"), "traces_remain", MUST),
    Rule(
        "save_words", "evidence", lambda k: k.treat_as_minor and not k.flag("deleted_evidence"),
        "words_are_enough", MUST,
    ),
    Rule(
        "save_threats", "evidence",
        lambda k: adult(k) and k.threatened and not k.flag("deleted_evidence"), "save_once", MUST,
    ),
    Rule(
        "save_page", "evidence", lambda k: adult(k) and k.posted, "save_before_report",
        lambda k: MAY if k.threatened or k.flag("deleted_evidence") else MUST,
    ),
    Rule(
        "save_login_alerts", "evidence", lambda k: k.has("hacked"), "shows_the_break_in",
        lambda k: MAY if k.threatened or k.treat_as_minor else SHOULD if k.posted else MUST,
    ),
    Rule(
        "look_once", "evidence", lambda k: adult(k) and k.has("unsure"), "searching_again_hurts",
        lambda k: MAY if k.threatened else SHOULD if k.posted or k.has("hacked") else MUST,
    ),
    Rule(
        "no_searching", "evidence", lambda k: k.treat_as_minor and not k.helper and k.has("unsure"),
        "searching_again_hurts", MAY,
    ),
    Rule("leave_camera", "evidence", lambda k: k.has("recorded"), "camera_is_proof", SHOULD),
    Rule("write_down", "evidence", lambda k: adult(k) and nothing_to_save_yet(k), "memory_fades", MUST),
)  # fmt: skip

REPORT = (
    Rule(
        "police", "report",
        lambda k: wants_police_first(k) and police_is_safe(k) and not k.flag("police_refused"),
        "police_before_removal", MUST,
    ),
    Rule(
        "police_again", "report", lambda k: wants_police_first(k) and police_again(k), "ask_for_number", MUST,
    ),
    Rule("stop_block_report", "report", lambda k: k.stranger_threat, "answers_feed_it", MUST),
    Rule("block_if_safe", "report", lambda k: k.threatened and not k.stranger_threat, "block_can_alert", MAY),
    Rule("anti_piracy", "report", lambda k: adult(k) and k.has("creator"), "paid_content_route", SHOULD),
    Rule(
        "copyright_notice", "report", lambda k: adult(k) and k.has("creator"), "notice_shows_name",
        lambda k: MAY if k.threatened else SHOULD,
    ),
    Rule("report_again", "report", lambda k: k.flag("resurfaced"), "old_case_helps", SHOULD),
    Rule(
        "report_chat", "report", lambda k: k.posted and k.private_only and not k.flag("resurfaced"),
        "app_can_close_it", SHOULD,
    ),
    Rule(
        "report_platform", "report",
        lambda k: k.spreading and not k.flag("resurfaced") and not (adult(k) and paid_content_only(k)),
        lambda k: "under_18_reports_first" if k.treat_as_minor else "platforms_are_quickest",
        lambda k: MAY if k.treat_as_minor and k.threatened else SHOULD,
    ),
    Rule("report_private_info", "report", lambda k: k.has("doxxed"), "details_have_own_form"),
    Rule("stop_ncii", "report", hash_may_help, why_hash),
    Rule("report_remove", "report", lambda k: k.treat_as_minor and in_the_uk(k), "uk_under_18"),
    Rule("take_it_down", "report", lambda k: k.treat_as_minor, why_take_it_down, MUST),
    Rule(
        "child_hotline", "report", lambda k: k.treat_as_minor, "hotline_knows",
        lambda k: MAY if in_the_uk(k) else SHOULD,
    ),
    Rule(
        "school_lead", "report",
        lambda k: not k.flag("honour_risk") and (k.flag("school") or (carer(k) and k.offender == "group")),
        lambda k: "many_young_people" if k.treat_as_minor else "school_can_act",
        lambda k: (MUST if carer(k) else SHOULD) if k.treat_as_minor else MAY,
    ),
    Rule("search_removal", "report", lambda k: adult(k) and k.spreading and not paid_content_only(k),
         "search_leads_people", MAY),
    Rule("notice_letter", "report", lambda k: adult(k) and k.spreading and not paid_content_only(k),
         "law_sets_a_clock", MAY),
    Rule("set_alert", "report", lambda k: adult(k) and k.has("unsure"), "alert_looks_for_you"),
    Rule(
        "police", "report",
        lambda k: names_police(k) and police_is_safe(k) and not wants_police_first(k)
        and not k.flag("police_refused"),
        why_police, police_weight,
    ),
    Rule("police_again", "report", lambda k: police_again(k) and not wants_police_first(k), "ask_for_number"),
    Rule("helpline", "report", lambda k: adult(k) and not police_is_safe(k), "no_name_needed"),
)  # fmt: skip

ACCOUNTS = (
    Rule(
        "secure_email", "accounts", lambda k: k.has("hacked"), "email_opens_all",
        lambda k: SHOULD if k.treat_as_minor else MUST,
    ),
    Rule(
        "sign_out_others", "accounts", lambda k: k.has("hacked"),
        lambda k: "after_safety" if k.partner_context else "they_may_still_be_in",
    ),
    Rule(
        "secure_accounts", "accounts", lambda k: not k.has("hacked"),
        lambda k: "after_safety" if k.partner_context else "keep_them_out",
        lambda k: MAY if k.treat_as_minor else SHOULD,
    ),
    Rule(
        "check_trackers", "accounts", lambda k: k.flag("tracked"), "removal_can_alert",
        lambda k: SHOULD if k.treat_as_minor else MUST,
    ),
)  # fmt: skip

COUNSEL = (
    Rule(
        "migrant_advice", "counsel", lambda k: k.flag("migrant"), "visa_rules_differ",
        lambda k: MUST if police_is_safe(k) else SHOULD,
    ),
    Rule(
        "know_protection", "counsel", protection_helps, "order_can_protect", protection_weight,
    ),
    Rule("know_law", "counsel", lambda k: True, why_law, law_weight),
)  # fmt: skip
