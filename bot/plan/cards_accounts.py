"""Step 3, secure accounts: e-mail first, then the platforms named; behind the safety question for partners."""

from __future__ import annotations

from bot.plan.cards_base import Card, Case

# Places where an image is found, not where the person signs in.
WITHOUT_ACCOUNT = frozenset(
    {
        "pornhub",
        "xvideos",
        "xhamster",
        "google_search",
        "cloudflare_site",
        "generic_host",
        "wordpress_com",
        "shopify",
        "imgur",
    }
)


def _card(key: str, *facts: str, platform: str | None = None) -> Card:
    return Card("accounts", key, platform=platform, facts=facts)


def accounts_cards(case: Case) -> list[Card]:
    """What to secure, in order. With a partner the first card is the gate (rules R19, R20): the rest waits."""
    if case.accused:
        return [_card("accused_accounts"), *_email(), *_platforms(case)]
    if case.known.webcam_bluff:
        return [*_gate(case), *_opening(case), *_email(), _card("accounts_keep")]
    return [
        *_gate(case),
        *_opening(case),
        *_email(),
        *_platforms(case),
        _card("accounts_cloud"),
        _card("accounts_linked_devices"),
        *_phone(case),
        *_profile(case),
    ]


def _gate(case: Case) -> list[Card]:
    if not case.close:
        return []
    return [_card("accounts_partner_gate", "dv_line"), _card("safer_device", "dv_line")]


def _opening(case: Case) -> list[Card]:
    chosen: list[Card] = []
    if case.helping:
        chosen.append(_card("accounts_carer" if case.carer else "accounts_helping"))
    if case.has("webcam_bluff"):
        chosen.append(_card("accounts_reused_password", "tools:haveibeenpwned"))
    if "hacked" in case.situations:
        chosen.append(_card("accounts_locked_out"))
    if case.close or case.has("tracked") or "hacked" in case.situations:
        chosen.append(_card("accounts_note_devices"))
    return chosen


def _email() -> list[Card]:
    return [
        _card("accounts_email_password", "tools:password_manager"),
        _card("accounts_email_two_factor", "tools:authenticator"),
        _card("accounts_email_recovery"),
        _card("accounts_email_sessions"),
    ]


def _platforms(case: Case) -> list[Card]:
    chosen: list[Card] = []
    for platform in case.platforms:
        if platform in WITHOUT_ACCOUNT:
            continue
        chosen += [
            _card("accounts_platform_password", platform=platform),
            _with_data("two_factor", platform),
            _with_data("sessions", platform),
            _card("accounts_platform_recovery", platform=platform),
        ]
    return chosen


def _with_data(part: str, platform: str) -> Card:
    """Two-factor login or signed-in devices: with the platform's own steps where the directory has them."""
    return Card(
        "accounts",
        f"accounts_platform_{part}",
        platform=platform,
        facts=("two_factor",),
        needs=(part,),
        fallback=f"accounts_platform_{part}_general",
    )


def _phone(case: Case) -> list[Card]:
    chosen: list[Card] = []
    if case.close or case.flags & {"shared_device", "shared_home"}:
        chosen.append(_card("accounts_lock_screen"))
    if case.close or case.has("tracked"):
        chosen += [
            _card("accounts_location"),
            _card("accounts_trackers"),
            _card("accounts_spyware", "dv_line"),
        ]
    return chosen


def _profile(case: Case) -> list[Card]:
    """Rule R13: private, not deleted."""
    chosen: list[Card] = []
    if case.threatened or "doxxed" in case.situations:
        chosen.append(_card("accounts_private"))
    return [*chosen, _card("accounts_keep")]
