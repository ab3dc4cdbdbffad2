"""What the fake channel answers: one turn for each kind of message that the bot can send."""

from __future__ import annotations

from typing import Any

from bot.directory.notices.templates import kind
from bot.directory.notices.views import to_json

Message = dict[str, Any]


def message(text: str, *buttons: tuple[str, str], custom: dict[str, Any] | None = None) -> Message:
    """A message as the web channel answers it."""
    offered = [{"title": title, "payload": payload} for title, payload in buttons]
    return {"text": text, "buttons": offered, "custom": custom}


OPENING = [
    message(
        "This is Steady: a bot, not a person, a lawyer or an emergency service. "
        "What you write here is erased when the chat ends. To leave fast, type exit."
    ),
    message("Is it safe for you to chat right now?", ("Yes", "/affirm"), ("No", "/deny"), ("Not sure", "/not_sure")),
]

_ITEMS = [
    ("save_page", "evidence", "Save the page, its address and the account name.", "A report can make it vanish."),
    ("report_platform", "report", "Report it to the site with its own form.", "Its own form is often the fastest way."),
    ("hash", "report", "Make a fingerprint of the picture with StopNCII.", "Other sites can then find copies."),
    ("secure_mail", "accounts", "Change the password of your e-mail first.", "It opens all your other accounts."),
    ("law_card", "counsel", "See which laws fit where you live.", "Then you know what you can ask for."),
]
_PLAN_TEXT = "\n".join(
    ["What they did is wrong, and it is not your fault. Here is a plan, one step at a time."]
    + [f"{number}. {what} {why}" for number, (_, _, what, why) in enumerate(_ITEMS, start=1)]
)
PLAN = message(
    _PLAN_TEXT,
    custom={
        "type": "plan",
        "items": [dict(zip(("id", "step", "what", "why"), item, strict=True)) for item in _ITEMS],
        "steps": ["evidence", "report", "accounts", "counsel"],
        "state": {"evidence": "done", "report": "started", "accounts": "open", "counsel": "open"},
    },
)
OFFER = message(
    "Next could be: Report and remove. Shall we do it together?",
    ("Report and remove", '/choose{"step": "report"}'),
    ("Secure your accounts", '/choose{"step": "accounts"}'),
    ("That is enough for now", '/choose{"topic": "end"}'),
)
_LINE = {"name": "Example Lifeline", "phone": "555-0100", "text": "HOME to 55501", "chat": "https://chat.example/now",
         "url": "https://line.example/", "hours": "day and night"}  # fmt: skip
SAFETY = message(
    "People you can talk to now:\n• Example Lifeline: call 555-0100. Web: https://line.example/.\n"
    "• In danger now: call 112. Case 11245 is not a number to call.",
    custom={"type": "safety", "kind": "self_harm_risk", "emergency": "112", "items": [_LINE]},
)
ASK = message(
    "Are you thinking about ending your life?",
    ("Yes", '/choose{"floor": "want_help"}'),
    ("No", '/choose{"floor": "misunderstood"}'),
)
STEPS = message(
    "Open the page once more and write down its address. Is that done?",
    ("Done", "/card_done"),
    ("Skip", "/card_skip"),
    ("Tell me more", "/card_more"),
    ("Later", "/card_later"),
    custom={"type": "steps", "step": "evidence", "card": "address", "number": 2, "of": 6, "view": "card",
            "text": "Open the page once more and write down its address. Is that done?"},
)  # fmt: skip
RESOURCES = message(
    "These may help:\n• StopNCII: see https://stopncii.example/start?from=a. (Source: stopncii.example)\n"
    "• Not a link: javascript:alert(1)",
    custom={"type": "resources", "purpose": "tool", "items": [{"name": "StopNCII", "phone": "+1 555 0199"}]},
)
LINES = message(
    "These lines can help:\n• Example Lifeline: call 555-0100. (Source: line.example)\n"
    "• Rights Now: see https://rights.example/help. (Source: rights.example)",
    custom={"type": "resources", "purpose": "victims", "items": [
        _LINE | {"source": "line.example", "checked_on": "2026-11-02", "caution": "Calls are recorded."},
        {"name": "Rights Now", "url": "https://rights.example/help", "chat": "javascript:alert(1)",
         "source": "rights.example", "checked_on": "2026-11-02"},
    ]},
)  # fmt: skip
LAW = message(
    "Laws in Examplestan:\n• Criminal: Privacy Act (s. 5). Source: law.example, checked November 2026.\n"
    "General information, not legal advice.",
    custom={"type": "law", "place": "EX", "items": [{"name": "Privacy Act", "url": "https://law.example/5"}]},
)
LOG = message(
    "A log helps. Columns:\n• Address\n• Site\n• When",
    custom={"type": "evidence_log", "columns": ["Address", "Site", "When"], "files": True},
)
LOG_MINOR = message(LOG["text"], custom=LOG["custom"] | {"files": False})


def letters() -> Message:
    """Two letters of the product's own templates."""
    kinds = [to_json(kind(name)) for name in ("us-take-it-down", "gdpr-erasure")]
    kinds[0]["context"] = {"recipient": "Example Site", "send_to": "", "send_known": "no"}
    return message("I can help you write a letter.", custom={"type": "notice", "kinds": kinds})


SHEET = message("This is what you did:\n✓ Save proof: done\n○ Report and remove: open",
                custom=PLAN["custom"] | {"sheet": True})  # fmt: skip
LEFT = message("Goodbye. Stay safe.", custom={"type": "exit", "reason": "left", "url": "https://elsewhere.example/"})
DELETED = message(
    "Deleted. Nothing of this chat is kept here. You can close this page now.",
    custom={"type": "exit", "reason": "deleted", "url": None},
)
MARKUP = message('<img src=x onerror="alert(1)"><script>document.title="taken"</script>')

TURNS: dict[str, list[Message]] = {
    "/affirm": [message("Good. You can write what happened in your own words at any time.")],
    "/deny": [message("Then your safety comes first.", ("Leave now", "/stop_or_quick_exit"))],
    "plan": [PLAN, OFFER],
    "safety": [SAFETY, ASK],
    "steps": [STEPS],
    "last card": [message(STEPS["text"], custom=STEPS["custom"] | {"step": "report", "number": 6})],
    "resources": [RESOURCES],
    "lines": [LINES],
    "law": [LAW],
    "log": [LOG],
    "log minor": [LOG_MINOR],
    "sheet": [SHEET],
    "goodbye": [LEFT],
    "delete": [DELETED],
    "markup": [MARKUP],
    "unknown": [message("Something new.", custom={"type": "hologram <b>", "items": 7})],
    "broken": [
        message(
            "A plan without items.", ("Go on", "/affirm"), custom={"type": "plan", "items": [None, "x"], "state": 3}
        )
    ],
    "arabic": [message("مرحبا. أنا هنا لمساعدتك.\nThis line is English.")],
}


def answer(said: str) -> list[Message]:
    """The turn for what was said; other words are answered with one plain sentence."""
    if said == "letters":
        return [letters()]
    return TURNS.get(said, [message("Thank you for telling me that. It is not your fault.")])
