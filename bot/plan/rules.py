"""The rules of the plan: which line is shown to whom, how firmly, and why.

A rule reads: this item, in this step, when this holds of the person, kept this firmly, for this reason.
The order of the rules inside a table is the order in which the items are shown. The numbers in the
names and comments are those of the project's safety rules (R01 to R58).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.plan.known import Known

MUST, SHOULD, MAY = 1, 2, 3

Test = Callable[[Known], bool]


@dataclass(frozen=True)
class Rule:
    """One line of the plan: shown when `when` holds; where there are too many lines, MAY goes first."""

    item: str
    step: str
    when: Test
    reason: str | Callable[[Known], str]
    keep: int | Callable[[Known], int] = SHOULD

    def reason_for(self, known: Known) -> str:
        """Return the key of the reason for this person."""
        return self.reason if isinstance(self.reason, str) else self.reason(known)

    def keep_for(self, known: Known) -> int:
        """Return how firmly the line belongs to this person's plan: MUST, SHOULD or MAY."""
        return self.keep if isinstance(self.keep, int) else self.keep(known)


def always(known: Known) -> bool:
    """Return True: the item belongs to everybody of this table."""
    return True


def needs_safety_line(known: Known) -> bool:
    """Return whether a domestic abuse line comes before any change of access (rules R19, R20).

    A partner counts until the person says that they are not afraid; a stranger or a group is met
    with `safe_place` instead, because that line is not made for them.
    """
    if known.far_offender or known.offender == "group":
        return False
    partner = known.offender == "partner" and (known.afraid != "no" or known.goal == "safe")
    return partner or known.fear or known.flag("shared_home")


def needs_safe_place(known: Known) -> bool:
    """Return whether the first line is about being safe where the person is now."""
    fear = known.fear and not needs_safety_line(known)
    far_but_wants_safety = known.goal == "safe" and not known.partner_context
    return fear or known.has("doxxed") or far_but_wants_safety


def device_weight(known: Known) -> int:
    """Return how firmly the safer device belongs to the plan: MUST where no other line makes it safe (R21)."""
    if not (needs_safety_line(known) or needs_safe_place(known) or known.flag("honour_risk")):
        return MUST
    return MAY if known.treat_as_minor else SHOULD


def home_danger(known: Known) -> bool:
    """Return whether telling people at home may be unsafe for a young person (rules R05, R25)."""
    feared_relative = known.fear and known.offender not in ("stranger", "unknown", "group", "partner")
    return known.flag("honour_risk", "shared_home") or feared_relative


def wants_police_first(known: Known) -> bool:
    """Return whether police and law come before removal: the goal is accountability and there is time.

    Rule R39: police may want to see it before it is gone. For under-18 images removal and hotline come
    first all the same (rule R04), and in a threat from afar the minutes of rule R12 do.
    """
    urgent = known.treat_as_minor or known.stranger_threat or known.spreading_fast
    return known.goal == "accountable" and not urgent


def police_is_safe(known: Known) -> bool:
    """Return whether police can be named: never where a report can endanger (rule R25).

    For migrants only in the order in which advice on visa rules stands before it.
    """
    return not known.reporting_is_risky and (not known.flag("migrant") or wants_police_first(known))


def why_not_pay(known: Known) -> str:
    """Return the reason not to pay that fits what has happened already (rules R11, R18)."""
    if known.webcam_bluff:
        return "mass_mail"
    return "sent_more" if known.flag("sent_more") else "paying_rarely_ends_it"


def crisis_matters(known: Known) -> bool:
    """Return whether the plan names the crisis check: threats, under-18s, not knowing (rule R15)."""
    return known.threatened or known.treat_as_minor or known.has("unsure")


def crisis_weight(known: Known) -> int:
    """Return MUST where rule R15 demands the check, MAY where it is only good practice."""
    return MUST if known.threatened or known.treat_as_minor else MAY


def carer(known: Known) -> bool:
    """Return whether a parent or a teacher asks about an under-18 image (rule R09)."""
    return known.treat_as_minor and (known.who == "child_in_care" or (known.helper and known.flag("school")))


def dont_pay(when: Test) -> tuple[Rule, Rule]:
    """Return the two forms of "do not pay": whoever has paid already is sent to the bank too (rule R11)."""
    return (
        Rule("do_not_pay", "now", lambda k: when(k) and not k.flag("paid_already"), why_not_pay, MUST),
        Rule("stop_paying", "now", lambda k: when(k) and k.flag("paid_already"), "paid_before", MUST),
    )


DO_NOT_CLICK = Rule("do_not_click", "now", lambda k: k.flag("link_bait"), "link_bait")

SAFETY = (
    Rule("honour_line", "now", lambda k: k.flag("honour_risk"), "honour", MUST),
    Rule(
        "safety_line", "now", needs_safety_line, "change_can_alert",
        lambda k: SHOULD if k.flag("honour_risk") else MUST,
    ),
    Rule(
        "safe_place", "now", needs_safe_place,
        lambda k: "address_known" if k.has("doxxed") else "safety_before_tasks",
        lambda k: SHOULD if needs_safety_line(k) or k.flag("honour_risk") else MUST,
    ),
    Rule(
        "reporting_risk", "now", lambda k: k.flag("criminalised"), "criminalised",
        lambda k: SHOULD if k.treat_as_minor else MUST,
    ),
    Rule(
        "safer_device", "now", lambda k: k.device_unsafe, "they_may_see", device_weight,
    ),
)  # fmt: skip

NOW = (
    *dont_pay(lambda k: k.stranger_threat),
    DO_NOT_CLICK,
    Rule(
        "let_them_lead", "now", lambda k: k.helper and not carer(k), "their_choice",
        lambda k: MAY if k.treat_as_minor else SHOULD,
    ),
    *SAFETY,
    *dont_pay(lambda k: not k.stranger_threat and (k.threatened or k.flag("paid_already"))),
    Rule("protect_other_person", "now", lambda k: k.flag("sent_other_person"), "you_were_forced"),
    Rule("medical_help", "now", lambda k: k.flag("drugged_or_asleep"), "could_not_agree"),
    Rule(
        "no_recovery_service", "now", lambda k: k.flag("recovery_scam", "paid_already"), "second_scam",
        lambda k: SHOULD if k.flag("recovery_scam") else MAY,
    ),
    Rule("no_copies", "now", lambda k: k.treat_as_minor and not k.helper, "under_18_no_copies", MUST),
    Rule("do_not_look", "now", lambda k: k.treat_as_minor and k.helper, "helpers_do_not_look", MUST),
    Rule("no_wipe_no_blame", "now", carer, "child_needs_to_talk"),
)  # fmt: skip

PEOPLE = (
    Rule("work_words", "people", lambda k: k.flag("work"), "words_ready", MAY),
    Rule(
        "trusted_adult", "people",
        lambda k: k.treat_as_minor and not k.helper and not home_danger(k), "not_alone_young", MUST,
    ),
    Rule(
        "outside_adult", "people",
        lambda k: k.treat_as_minor and not k.helper and home_danger(k), "home_may_not_be_safe", MUST,
    ),
    Rule(
        "tell_someone", "people",
        lambda k: not (k.treat_as_minor or k.helper or k.flag("honour_risk")), "not_alone",
        lambda k: SHOULD if k.stranger_threat else MAY,
    ),
    Rule(
        "someone_with_them", "people",
        lambda k: k.treat_as_minor and k.helper and not carer(k), "their_choice_who",
    ),
    Rule("helper_support", "people", lambda k: k.helper, "helpers_need_help", MAY),
    Rule(
        "crisis_check_them", "people", lambda k: k.helper and crisis_matters(k), "asking_does_no_harm",
        crisis_weight,
    ),
    Rule("crisis_check", "people", lambda k: not k.helper and crisis_matters(k), "too_much", crisis_weight),
)  # fmt: skip

ACCUSED = (
    *dont_pay(lambda k: k.threatened or k.flag("paid_already")),
    Rule("stop_sharing", "now", always, "stops_harm", MUST),
    Rule("no_contact", "now", always, "contact_adds_pressure", SHOULD),
    Rule("ask_removal", "report", always, "removal_helps_all", MUST),
    Rule("keep_records", "evidence", always, "do_not_hide", MUST),
    Rule("accused_lawyer", "counsel", always, "lawyer_before_delete", MUST),
    Rule("talk_line", "people", always, "no_judgement", MUST),
    Rule("crisis_check", "people", lambda k: k.threatened or k.treat_as_minor, "too_much", MUST),
)

BLUFF = (
    *dont_pay(always),
    DO_NOT_CLICK,
    *SAFETY,
    Rule("keep_mail", "evidence", always, "mail_is_proof", MUST),
    Rule("report_mail", "report", always, "answer_shows_you_read", MUST),
    Rule("child_hotline", "report", lambda k: k.treat_as_minor, "hotline_knows", MUST),
    Rule("change_reused_password", "accounts", always, "old_leak", SHOULD),
    *(rule for rule in PEOPLE if rule.item in ("trusted_adult", "outside_adult", "tell_someone")),
    Rule("crisis_check_them", "people", lambda k: k.helper, "asking_does_no_harm", MUST),
    Rule("crisis_check", "people", lambda k: not k.helper, "too_much", MUST),
)
