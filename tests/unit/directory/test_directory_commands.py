"""`steady directory show|stats|check`."""

import json
import shutil
from datetime import date

import pytest
import yaml

from bot.directory import check as checks
from bot.directory import seed_files
from bot.ops import directory_commands, directory_stats

DAY = date(2026, 11, 25)


def test_show_inherits():
    shown = directory_commands.show("us-tx")
    assert (shown["code"], shown["name"], shown["chain"]) == ("US-TX", "Texas", ["US-TX", "US", "ZZ"])
    assert shown["emergency"]["number"] == "911"
    assert shown["services"]["crisis"][0]["phone"] == "988"
    assert [law["jurisdiction"] for law in shown["laws"]] == ["US-TX"] * 4 + ["US"] * 11
    assert {order["jurisdiction"] for order in shown["court_orders"]} == {"US-TX", "US"}
    assert json.loads(json.dumps(shown)) == shown


def test_show_part_without_an_entry():
    shown = directory_commands.show("IT-25")
    assert (shown["name"], shown["languages"], shown["emergency"]["number"]) == ("Italy", ["it"], "112")


@pytest.mark.parametrize("code", ["XX", "", "Texas", "US-TX-1", "XX-TX"])
def test_show_unknown(code):
    with pytest.raises(LookupError, match="such as US-TX") as caught:
        directory_commands.show(code)
    assert type(caught.value) is directory_commands.UnknownJurisdiction


@pytest.mark.parametrize("code", [row["code"] for row in seed_files.read()["jurisdiction"]])
def test_show_never_gives_an_unconfirmed_number(code, rows):
    shown = directory_commands.show(code)
    entries = [*shown["report_to"], *shown["legal_help"]]
    entries += [service for group in shown["services"].values() for service in group]
    assert entries
    assert [entry for entry in entries if not entry["confirmed"] and {"phone", "text"} & entry.keys()] == []
    numbers = {"number", "text", "police", "ambulance", "fire"} & shown["emergency"].keys()
    assert bool(numbers) == shown["emergency"]["confirmed"] != shown["emergency"].get("none_confirmed", False)


def test_stats():
    stats = directory_stats.stats(today=DAY)
    wanted = {
        "jurisdictions": 328,
        "jurisdictions_with_law": 162,
        "countries": 249,
        "countries_with_emergency_number": 220,
        "countries_with_emergency_fallback": 29,
        "countries_with_crisis_line_or_directory": 171,
        "countries_with_law": 85,
        "parts": {"US": 53, "CA": 13, "AU": 8, "GB": 4},
        "platforms": 48,
        "tools": 16,
        "evidence_practices": 23,
        "laws": 504,
        "services": 692,
        "phones": 871,
        "stale": 0,
        "conflicting": 34,
        "oldest_check": "2026-11-15",
    }
    assert {key: stats[key] for key in wanted} == wanted
    assert stats["confirmed_phones"] == 690
    assert stats["single_source_phones"] == 152
    assert stats["jurisdictions_with_emergency_number"] == 299
    assert sum(stats["laws_by_kind"].values()) == 504
    assert directory_commands.stats is directory_stats.stats


def test_the_shipped_data_have_no_errors():
    report, has_errors = directory_commands.check(today=DAY)
    assert {key: report[key] for key in checks.ERRORS} == {key: [] for key in checks.ERRORS}
    assert not has_errors
    assert report["counts"]["stale"] == 0
    assert report["counts"]["unconfirmed"] == len(report["unconfirmed"]) > 500


def test_old_entries_are_listed_and_no_error():
    report, has_errors = directory_commands.check(max_age_days=5, today=DAY)
    assert report["counts"]["stale"] == report["entries"]
    assert "US:service:crisis-text-line: checked on 2026-11-15" in report["stale"]
    assert not has_errors


@pytest.mark.parametrize(
    ("file", "change", "finding"),
    [
        pytest.param(
            "jurisdictions/US-TX.yaml",
            lambda content: content.update(languages="en"),
            ("schema", "US-TX.yaml: languages: 'en' is not of type 'array'"),
            id="schema",
        ),
        pytest.param(
            "jurisdictions/US-TX.yaml",
            lambda content: content["laws"].append(content["laws"][0]),
            ("duplicates", "US-TX: id in laws: unlawful-disclosure-or-promotion-of-intimate-visual, 2 times"),
            id="duplicate-id",
        ),
        pytest.param(
            "jurisdictions/US-TX.yaml",
            lambda content: content["legal_help"][0].update(url="https://texas_law.help/"),
            ("malformed_urls", "US-TX:help:texaslawhelp: https://texas_law.help/"),
            id="address",
        ),
        pytest.param(
            "jurisdictions/US-TX.yaml",
            lambda content: content["legal_help"][1].update(phone="1-888-988-99966"),
            (
                "impossible_phones",
                "US-TX:help:texas-riogrande-legal-aid: 1-888-988-99966: no number of this length in US",
            ),
            id="phone",
        ),
        pytest.param(
            "jurisdictions/US-TX.yaml",
            lambda content: content["legal_help"][1].update(
                phone="1-888-988-9996", note="Call 1-888-988-9996.", confirmed=False
            ),
            ("leaks", "US-TX:help:texas-riogrande-legal-aid: the unconfirmed number stands in its note"),
            id="leak",
        ),
        pytest.param(
            "jurisdictions/ZZ.yaml",
            lambda content: content["helplines"][0].update(not_in=["QQ"]),
            ("unknown_references", "ZZ:service:find-a-helpline: QQ"),
            id="reference",
        ),
        pytest.param(
            "platforms/telegram.yaml",
            lambda content: content["domains"].append("x.com"),
            ("duplicates", "platforms: domain: x.com, 2 times"),
            id="domain-of-two",
        ),
    ],
)
def test_check_finds(file, change, finding, folder):
    for needed in (file, "platforms/x.yaml"):
        (folder / needed).parent.mkdir(exist_ok=True)
        shutil.copy(seed_files.SEED / needed, folder / needed)
    content = yaml.safe_load((folder / file).read_text(encoding="utf-8"))
    change(content)
    (folder / file).write_text(yaml.safe_dump(content), encoding="utf-8")
    report = checks.run(180, DAY, folder)
    kind, text = finding
    assert text in report.findings[kind]
    assert report.has_errors


@pytest.mark.parametrize(
    ("url", "sound"),
    [
        ("https://www.example.org/a?b=c#d", True),
        ("http://example.co.uk", True),
        ("https://a.b.example.org:8443/", True),
        ("example.org", False),
        ("https://example", False),
        ("https://exa mple.org", False),
        ("https://example..org", False),
        ("ftp://example.org", False),
        ("https://example.org:port/", False),
        ("https://-example.org", False),
    ],
)
def test_well_formed(url, sound):
    assert checks.well_formed(url) is sound
