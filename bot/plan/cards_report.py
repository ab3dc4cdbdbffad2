"""Step 2, report: the route of each platform, fingerprints by age, search engines, then who else can act."""

from __future__ import annotations

from bot.plan.cards_base import SEARCH_ENGINES, Card, Case

# What one person sent to another there cannot be called back from the other phone.
PRIVATE_CHATS = frozenset({"whatsapp", "signal", "messenger", "telegram", "viber", "line", "wechat", "kik"})
SEARCH_TOOLS = ("tools:google_removal", "tools:bing_concern")


def _card(key: str, *facts: str, platform: str | None = None) -> Card:
    return Card("report", key, platform=platform, facts=facts)


def report_cards(case: Case) -> list[Card]:
    """Where this person can report, in order. Hash tools follow the age in the image (rule R04)."""
    if case.accused:
        return _accused(case)
    if case.known.webcam_bluff:
        return [_card("report_bluff"), _card("recovery_scam")]
    authorities = _authorities(case)
    police_first = case.known.goal == "accountable" and not case.known.spreading_fast
    first, last = (authorities, []) if police_first else ([], authorities)
    return [
        *_urgent(case),
        *first,
        *_where_it_is(case),
        *_fingerprint(case),
        *_search(case),
        *_around(case),
        *last,
        *_closing(case),
    ]


def _urgent(case: Case) -> list[Card]:
    """Rule R19: safety before any report that the other person may notice. Then money that may be stopped."""
    chosen = [_card("report_partner_gate", "dv_line")] if case.close else []
    if case.has("paid_already"):
        chosen.append(_card("paid_bank"))
    if case.has("recovery_scam"):
        chosen.append(_card("recovery_scam"))
    return chosen


def _where_it_is(case: Case) -> list[Card]:
    chosen: list[Card] = []
    if case.has("resurfaced"):
        chosen.append(_card("report_resurfaced_minor" if case.minor else "report_resurfaced"))
    if "creator" in case.situations and not case.minor:
        chosen += _copyright()
    for platform in case.platforms:
        chosen += _platform(case, platform)
    for site in case.websites:
        chosen += _website(case, site)
    if case.not_online:
        chosen.append(_card("report_private_chat"))
    elif not case.platforms and not case.websites:
        chosen.append(_card("report_where_unknown"))
    if "doxxed" in case.situations:
        chosen.append(_card("report_doxxed"))
    if case.country == "US" and case.known.spreading:
        chosen.append(_card("report_us_48h", "tools:us_take_it_down_act", "notices"))
    return chosen


def _not_found_yet(case: Case) -> bool:
    """Whether what was told speaks of no posted image, so that there is no page to report yet."""
    return bool(case.situations - {"skipped"}) and not case.posted


def _platform(case: Case, platform: str) -> list[Card]:
    """The route of one platform; a threat alone has no post to report, so there the account is reported."""
    if platform in SEARCH_ENGINES:
        return []
    only_account = case.threatened and not case.posted
    if _not_found_yet(case) and not only_account:
        return [_card("report_if_found", "platform_report", platform=platform)]
    if case.minor:
        key = "report_account_minor" if only_account else "report_platform_minor"
        chosen = [_card(key, "platform_report", platform=platform)]
    elif only_account:
        chosen = [_card("report_account", "platform_report", platform=platform)]
    else:
        chosen = [
            Card(
                "report",
                "report_platform_form",
                platform=platform,
                facts=("platform_report",),
                needs=("form",),
                fallback="report_platform_app",
            )
        ]
    if platform in PRIVATE_CHATS and not only_account:
        chosen.append(_card("report_chat_limits", platform=platform))
    return chosen


def _website(case: Case, site: str) -> list[Card]:
    """A site outside the directory: its owner, then its host; for a child's image the hotline writes instead."""
    if _not_found_yet(case):
        return [_card("report_if_found", platform=site)]
    if case.minor:
        return [_card("report_site_minor", "hotline", platform=site)]
    return [
        _card("report_site_unknown", platform=site),
        _card("report_site_host", "site_hosts", platform=site),
        _card("report_archive", "tools:wayback", platform=site),
    ]


def _copyright() -> list[Card]:
    """Rules R41, R42, R44: only for one's own work, with a word on what it reveals and whom it leaves out."""
    return [
        _card("report_creator_routes"),
        _card("report_who_took"),
        _card("report_copyright_privacy"),
        _card("report_copyright", "tools:dmca"),
    ]


def _fingerprint(case: Case) -> list[Card]:
    if not case.minor:
        key = "hash_stopncii_helping" if case.helping else "hash_stopncii"
        return [_card(key, "tools:stopncii")]
    chosen = [_card("hash_take_it_down", "tools:take_it_down")]
    if case.country == "GB":
        chosen.append(_card("hash_report_remove", "tools:report_remove"))
    return chosen


def _search(case: Case) -> list[Card]:
    chosen: list[Card] = []
    if case.known.spreading or SEARCH_ENGINES & set(case.platforms):
        chosen.append(_card("report_search_minor" if case.minor else "report_search", *SEARCH_TOOLS))
    if case.unsure and not case.minor and not case.helping:
        chosen.append(_card("report_alerts"))
    return chosen


def _around(case: Case) -> list[Card]:
    chosen: list[Card] = []
    if case.has("school") and case.minor:
        chosen.append(_card("report_school_staff" if case.helping else "report_school"))
    if case.has("work") and not case.minor:
        chosen.append(_card("report_work"))
    return chosen


def _authorities(case: Case) -> list[Card]:
    """Hotline for a child's image, police for all; where the police can be the danger, advice first (R25)."""
    chosen: list[Card] = []
    if case.minor:
        tools = ("tools:inhope", "tools:cybertipline") if case.country == "US" else ("tools:inhope",)
        chosen.append(_card("report_hotline", "hotline", *tools))
    if case.known.reporting_is_risky:
        lines = ("lgbtq_line",) if case.has("criminalised") else ()
        return [*chosen, _card("report_police_risk", "victim_line", *lines)]
    if case.minor:
        return [*chosen, _card("report_police_minor", "police")]
    return [
        Card(
            "report",
            "report_police",
            facts=("police",),
            needs=("police",),
            fallback="report_police_general",
        )
    ]


def _closing(case: Case) -> list[Card]:
    """What to do when nothing happens, a warning about paid helpers (R17), and somebody to tell (R05, R25)."""
    chosen = [_card("report_nothing_happens", "regulator", "notices"), _card("recovery_scam")]
    if case.helping:
        return chosen
    if case.minor:
        risky = case.known.reporting_is_risky or case.known.fear or case.has("shared_home")
        return [*chosen, _card("trusted_adult_outside" if risky else "trusted_adult", "child_line", "crisis")]
    if case.threatened:
        risky = case.known.reporting_is_risky
        key, line = ("tell_line", ("victim_line",)) if risky else ("tell_someone", ())
        chosen.append(_card(key, "crisis", *line))
    return chosen


def _accused(case: Case) -> list[Card]:
    """Rule R58: take down what was posted, ask for removal of the rest, and no deleting behind the law's back."""
    chosen = [_card("accused_take_down")]
    chosen += [_card("accused_platform", "platform_report", platform=name) for name in case.platforms]
    return [*chosen, _card("accused_copies", "legal_help")]
