"""When the channel refuses or cannot be reached: the person is told, loses nothing and can go on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from ..conftest import PRIVATE, Site, Watch, watched
from ..fake_channel import SENTENCES
from .conftest import press

NOT_SENT = "Not sent. The connection seems to be down."


def _send(page: Page, text: str) -> None:
    page.locator("#input").fill(text)
    page.locator("#input").press("Enter")


def test_an_answer_that_got_lost_is_fetched_again_with_the_same_id(page: Page, site: Site) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().text())
        return route.abort()

    page.route("**/webhooks/web/message", lose_the_first)
    _send(page, PRIVATE)
    expect(page.locator("#messages > .bot")).to_have_count(3)
    ids = {asked["id"] for asked in site.channel.asked}
    assert (len(site.channel.asked), len(ids), len(site.channel.said)) == (2, 1, 1)


def test_without_a_network_it_says_so_and_sends_again_when_asked(page: Page, site: Site) -> None:
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    _send(page, PRIVATE)
    expect(page.locator(".own .note p")).to_have_text(NOT_SENT)
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#messages > .bot")).to_have_count(3)
    expect(page.locator(".own .note")).to_have_text("")
    assert [said["text"] for said in site.channel.said] == [PRIVATE]


@pytest.mark.parametrize("status", [503, 500], ids=["server", "a proxy's page"])
def test_when_the_server_cannot_answer_its_sentence_is_shown(page: Page, site: Site, status: int) -> None:
    if status == 500:
        page.route("**/webhooks/web/message", lambda route: route.fulfill(status=500, body="<h1>Oops</h1>"), times=1)
        expected = "The chat cannot open just now. Please try again in a minute. If you are in danger, call your local emergency number."  # noqa: E501
    else:
        site.channel.failures, expected = [503], SENTENCES[503]
    _send(page, PRIVATE)
    expect(page.locator(".own .note p")).to_have_text(expected)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#messages > .bot")).to_have_count(3)
    assert [said["text"] for said in site.channel.said] == [PRIVATE]


@pytest.mark.parametrize("body", ["<html>hello", "", "null", '{"messages": 7}', "[]"], ids=repr)
def test_a_reply_that_cannot_be_read_counts_as_none_and_is_asked_for_again(page: Page, site: Site, body: str) -> None:
    page.route("**/webhooks/web/message", lambda route: route.fulfill(status=200, body=body), times=1)
    _send(page, PRIVATE)
    expect(page.locator("#messages > .bot")).to_have_count(3)
    assert [said["text"] for said in site.channel.said] == [PRIVATE]


def test_messages_of_a_wrong_shape_do_not_stop_the_rest(page: Page, watch: Watch) -> None:
    body = (
        '{"messages": [null, 3, {"text": 5, "buttons": "no", "custom": "x"},'
        ' {"text": "Still here.", "buttons": [{"title": "Go on"}, {"title": "Yes", "payload": "/affirm"}]}]}'
    )
    page.route("**/webhooks/web/message", lambda route: route.fulfill(status=200, body=body), times=1)
    _send(page, PRIVATE)
    last = page.locator("#messages > .bot").last
    expect(last.locator(".line")).to_have_text(["Still here."])
    expect(last.get_by_role("button")).to_have_text(["Yes"])
    assert watch.complaints == []


def test_too_many_messages_wait_as_long_as_the_server_says(page: Page, site: Site) -> None:
    site.channel.failures = [429]
    _send(page, PRIVATE)
    again = page.get_by_role("button", name="Try again")
    expect(page.locator(".own .note p")).to_have_text(f"{SENTENCES[429]} You can try again in 1 seconds.")
    assert again.is_disabled()
    expect(again).to_be_enabled()
    again.click()
    expect(page.locator("#messages > .bot")).to_have_count(3)


def test_a_message_that_cannot_be_read_is_not_offered_again(page: Page, site: Site) -> None:
    site.channel.failures = [400]
    _send(page, PRIVATE)
    expect(page.locator(".own .note p")).to_have_text(SENTENCES[400])
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_a_chat_that_has_ended_says_so_and_starts_anew(page: Page, site: Site) -> None:
    site.channel.failures = [401]
    _send(page, PRIVATE)
    expect(page.locator("#ended-words")).to_have_text(
        "This chat has ended and nothing of it is kept. You can start a new one at any time."
    )
    expect(page.locator("#composer")).to_be_hidden()
    page.get_by_role("button", name="Start a new chat").click()
    expect(page.locator("#messages > li")).to_have_count(2)
    assert site.channel.opened == 2


def test_a_chat_that_cannot_open_is_opened_when_asked_again(page: Page, site: Site, watch: Watch) -> None:
    site.channel.opening_failures = [503]
    second = watched(page.context.new_page(), watch)
    second.goto(site.url)
    expect(second.locator("#ended-words")).to_have_text(SENTENCES[503])
    second.get_by_role("button", name="Try again").click()
    expect(second.locator("#messages > .bot")).to_have_count(2)


def test_a_chat_that_could_not_be_erased_says_when_it_will_be(page: Page, site: Site) -> None:
    site.channel.end_failures = [503]
    press(page, "Erase this chat")
    page.get_by_role("button", name="Yes, erase").click()
    expect(page.locator("#messages > li")).to_have_count(3)
    assert page.locator("#messages > li").first.inner_text() == (
        "I could not erase it just now. It is erased without you after 30 minutes at most."
    )
