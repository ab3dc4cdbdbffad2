"""Step 1, preserve evidence: what to record, where to keep it, and when to stop looking (R02, R10b, R38)."""

from __future__ import annotations

from bot.plan.cards_base import SEARCH_ENGINES, Card, Case

# Messages vanish or can be taken back there, and some of these apps announce a screenshot.
VANISHING = frozenset({"instagram", "messenger", "snapchat", "whatsapp", "telegram", "signal", "viber", "discord"})
# The name shown there is the one in the reader's own address book.
CONTACT_NAMES = frozenset({"whatsapp", "telegram", "signal", "viber", "wechat", "line", "apple_icloud"})

CHATS = VANISHING | CONTACT_NAMES | {"kik", "tinder", "bumble", "hinge", "grindr"}


def _card(key: str, *facts: str, platform: str | None = None) -> Card:
    return Card("evidence", key, platform=platform, facts=facts)


def evidence_cards(case: Case) -> list[Card]:
    """What this person should record, in order; never an image of somebody under 18 (rule R02)."""
    if case.accused:
        return _accused(case)
    opening = _safer_device(case) + _people_around(case)
    if case.known.webcam_bluff:
        return [*opening, _card("evidence_bluff")]
    record = _written(case) if case.minor else _recorded(case)
    return opening + _threat_opening(case) + record + _threat_closing(case)


def _safer_device(case: Case) -> list[Card]:
    return [_card("safer_device", "dv_line")] if case.close else []


def _people_around(case: Case) -> list[Card]:
    """How to help without taking over; for parents and schools rule R09: do not look, wipe or punish."""
    if case.carer:
        return [_card("carer_do_not_look"), _card("carer_no_wipe"), _card("carer_no_punish", "crisis")]
    if not case.helping:
        return []
    chosen = [_card("helping_their_choice")]
    if case.minor:
        chosen.append(_card("helping_do_not_look"))
        if case.has("school"):
            chosen += [_card("carer_no_wipe"), _card("carer_no_punish", "crisis")]
    return chosen


def _threat_opening(case: Case) -> list[Card]:
    """Rule R11: do not pay, send nothing more; a partner's threat is answered with safety first (R19)."""
    chosen: list[Card] = []
    if case.threatened:
        if case.known.stranger_threat:
            chosen.append(_card("threat_no_pay"))
        else:
            key = "threat_no_more_helping" if case.helping else "threat_no_more_partner"
            chosen.append(_card(key, "dv_line"))
    if case.has("sent_more") and not case.helping:
        chosen.append(_card("threat_already_sent"))
    if case.has("sent_other_person") and not case.helping:
        chosen.append(_card("threat_sent_other", "hotline" if case.minor else "victim_line"))
    if case.has("link_bait"):
        chosen.append(_card("evidence_link_bait"))
    return chosen


def _threat_closing(case: Case) -> list[Card]:
    """Rules R12 and R13: stop answering, then block, then set private; never behind the partner's back first."""
    if not case.known.stranger_threat:
        return []
    return [_card("threat_stop_replying"), _card("threat_block"), _card("threat_private")]


def _has_pages(case: Case) -> bool:
    """Whether there is, or may be, a page with an address: posted or nothing told, and not only in chats."""
    return (case.posted or not case.situations - {"skipped"}) and not case.known.private_only


def _written(case: Case) -> list[Card]:
    """Someone under 18, or an age nobody knows: names, links and words in writing, and no image (rule R02)."""
    chosen = [_card("evidence_age_unknown_rule" if case.age_open else "evidence_minor_rule")]
    if case.threatened:
        chosen.append(_card("evidence_threat_written"))
    if _has_pages(case):
        chosen.append(_card("evidence_address_written"))
    chosen.append(_card("evidence_account_written"))
    for platform in case.platforms:
        if platform in SEARCH_ENGINES:
            continue
        if platform in CONTACT_NAMES:
            chosen.append(_card("evidence_platform_number", platform=platform))
        key = "evidence_platform_vanishing_written" if platform in VANISHING else "evidence_platform_written"
        chosen.append(_card(key, platform=platform))
    if case.unsure:
        chosen.append(_card("evidence_unsure_minor", "child_line"))
    if case.has("deleted_evidence"):
        chosen.append(_card("evidence_deleted_written"))
    chosen += _by_situation(case)
    return [
        *chosen,
        _card("evidence_leave_as_is"),
        _card("evidence_keep_safe_written"),
        _card("evidence_log", "evidence_log"),
    ]


def _recorded(case: Case) -> list[Card]:
    """An adult's image: address, screenshot, account, thread, and a place where nobody else gets in (R38)."""
    chosen: list[Card] = []
    if case.threatened:
        chosen.append(_card("evidence_threat"))
    if _has_pages(case):
        chosen += [_card("evidence_address"), _card("evidence_screenshot")]
    if case.posted:
        chosen.append(_card("evidence_time"))
    chosen.append(_card("evidence_account"))
    if case.threatened or case.not_online or CHATS & set(case.platforms):
        chosen.append(_card("evidence_thread"))
    chosen += _platform_hints(case)
    if case.unsure and not case.helping:
        chosen.append(_card("evidence_unsure"))
    if case.has("deleted_evidence"):
        chosen.append(_card("evidence_deleted"))
    chosen += _by_situation(case)
    if "creator" in case.situations:
        chosen.append(_card("evidence_creator"))
    return [
        *chosen,
        _card("evidence_originals"),
        _card("evidence_keep_safe"),
        _card("evidence_once"),
        _card("evidence_log", "evidence_log"),
    ]


def _platform_hints(case: Case) -> list[Card]:
    chosen: list[Card] = []
    for platform in case.platforms:
        if platform in CONTACT_NAMES:
            chosen.append(_card("evidence_platform_number", platform=platform))
        if platform in VANISHING:
            chosen.append(_card("evidence_platform_vanishing", platform=platform))
        chosen.append(
            Card(
                "evidence",
                "evidence_platform",
                platform=platform,
                facts=("platform_tips",),
                needs=("platform_tips",),
                fallback="evidence_platform_general",
            )
        )
    return chosen + [_card("evidence_site", platform=site) for site in case.websites]


def _by_situation(case: Case) -> list[Card]:
    """What only some cases need, in words that hold for any age."""
    chosen: list[Card] = []
    if "hacked" in case.situations:
        chosen.append(_card("evidence_logins"))
    if "recorded" in case.situations:
        chosen.append(_card("evidence_camera"))
    if case.has("drugged_or_asleep"):
        chosen.append(_card("evidence_medical", "sexual_violence_line"))
    if "fake" in case.situations:
        chosen.append(_card("evidence_fake"))
    if "doxxed" in case.situations:
        chosen.append(_card("evidence_doxxed"))
    if case.has("paid_already"):
        chosen.append(_card("evidence_payment"))
    return chosen


def _accused(case: Case) -> list[Card]:
    """Rule R58: stop, keep what is there as it is; no help in hiding anything."""
    chosen = [_card("accused_stop", "crisis")]
    if case.minor:
        chosen.append(_card("accused_age_open_image" if case.age_open else "accused_minor_image", "legal_help"))
    return [*chosen, _card("accused_keep")]
