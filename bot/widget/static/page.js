// The chat on the page: what is sent, what is shown, and when it ends. Nothing is stored.

import * as channel from "./channel.js";
import { leave } from "./leave.js";
import { botMessage, lines, ownMessage, pinned, planList } from "./messages.js";
import { announce, element, word } from "./words.js";

const TYPING_AFTER_MS = 300;
const COUNT_FROM = 200;
const LEAVE = "/stop_or_quick_exit"; // whoever has to leave does not wait for an answer
const CONTACTS = new Set(["resources", "safety"]);
const at = (id) => document.getElementById(id);
const input = at("input");
const limit = Number(input.dataset.limit);

let conversation = 0; // answers to an earlier one are dropped
let queue = Promise.resolve();
let plan = null;
let contacts = new Set();

/** Whether an answer still belongs to what is on the page; false once the person has left. */
const isCurrent = (mine) => mine === conversation && document.contains(input);

async function begin() {
  const mine = clear();
  const done = waiting(word("opening"));
  try {
    const messages = await channel.open(document.documentElement.lang);
    if (isCurrent(mine)) show(messages, false);
  } catch (problem) {
    if (isCurrent(mine)) finish(problem.sentence || word("no_chat"), word("try_again"));
  } finally {
    done();
  }
}

function clear() {
  conversation += 1;
  queue = Promise.resolve();
  plan = null;
  contacts = new Set();
  for (const id of ["messages", "pin-content", "sheet", "ended-words", "voice-a", "voice-b"]) at(id).replaceChildren();
  for (const id of ["pin", "print", "ended", "typing"]) at(id).hidden = true;
  at("composer").hidden = at("erase").hidden = false;
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  input.value = "";
  count();
  return conversation;
}

/** End here with nothing left on the page but this sentence and one thing to do. */
function finish(sentence, action = word("start_new")) {
  const typing = at("composer").contains(document.activeElement);
  clear();
  close(sentence, action, typing);
}

/** The server has nothing of this chat any more; what is on the screen may still be needed, so it stays. */
function finishAndKeepShown() {
  channel.forget();
  retireChoices();
  close(word("ended"), word("start_new"), at("composer").contains(document.activeElement));
  at("ended").scrollIntoView({ block: "nearest" });
}

function close(sentence, action, moveFocus) {
  at("ended-words").textContent = sentence;
  at("start").textContent = action;
  at("ended").hidden = false;
  at("composer").hidden = at("erase").hidden = true;
  if (moveFocus) at("start").focus({ preventScroll: true });
  announce(sentence);
}

function show(messages, scroll = true) {
  const exit = messages.find((message) => message.custom?.type === "exit");
  if (exit) channel.forget();
  if (exit?.custom.reason === "left") return leave();
  if (exit) return finish(exit.text);
  const entries = messages.map((message) => botMessage(message, choose));
  messages.forEach(keep);
  retireChoices();
  at("messages").append(...entries);
  const offered = messages.flatMap((message) => message.buttons.map((button) => button.title));
  const choices = offered.length > 0 ? ` ${word("choices")}: ${offered.join(", ")}` : "";
  announce(`${word("bot_said")} ${messages.map((message) => message.text).join(" ")}${choices}`);
  if (scroll) scrollTo(entries[0]);
}

function keep(message) {
  const type = message.custom?.type;
  if (type === "plan" && message.custom.items?.length > 0) {
    plan = message.custom;
    at("print").hidden = false;
  }
  if (CONTACTS.has(type)) contacts.add(message.text);
  if (type === "safety") {
    at("pin-content").replaceChildren(...pinned(message));
    at("pin").hidden = false;
    measure();
  }
}

/** Bring the start of an answer into sight, with what it answers above it. */
function scrollTo(answer) {
  const before = answer.previousElementSibling;
  const smooth = matchMedia("(prefers-reduced-motion: no-preference)").matches;
  (before?.matches(".own") ? before : answer).scrollIntoView({ block: "start", behavior: smooth ? "smooth" : "auto" });
}

/** Tell the style sheet how much of the window the bars cover, so that nothing scrolls under them. */
function measure() {
  const height = (id) => at(id).offsetHeight;
  const style = document.documentElement.style;
  style.setProperty("--bar", `${height("bar")}px`);
  style.setProperty("--covered-above", `${height("bar") + height("pin") + 16}px`);
  style.setProperty("--covered-below", `${height("dock") + 16}px`);
}

function retireChoices() {
  for (const button of at("messages").querySelectorAll(".choices button")) button.disabled = true;
}

function choose(button, event) {
  if (button.payload === LEAVE) return leave();
  send({ payload: button.payload }, button.title);
  const typing = event.detail === 0 || matchMedia("(pointer: fine)").matches;
  (typing ? input : at("log")).focus({ preventScroll: true });
}

function send(said, shown) {
  retireChoices();
  const { entry, note } = ownMessage(shown);
  at("messages").append(entry);
  entry.scrollIntoView({ block: "nearest" });
  deliver({ ...said, id: channel.newId() }, note);
}

function deliver(said, note) {
  const mine = conversation;
  note.replaceChildren();
  queue = queue.then(async () => {
    if (!isCurrent(mine)) return;
    const done = waiting(word("typing"));
    try {
      const messages = await channel.say(said);
      if (isCurrent(mine)) show(messages);
    } catch (problem) {
      if (isCurrent(mine)) notSent(problem, said, note);
    } finally {
      done();
    }
  });
}

function notSent(problem, said, note) {
  if (problem.status === 401) return finishAndKeepShown();
  const sentence = problem.sentence || word(problem.status ? "no_chat" : "not_sent");
  const wait = problem.waitSeconds > 0 ? ` ${word("wait", { seconds: problem.waitSeconds })}` : "";
  note.replaceChildren(element("p", { dir: "auto" }, sentence + wait));
  announce(sentence + wait);
  if (problem.status && problem.status !== 429 && problem.status < 500) return;
  const again = element("button", { type: "button", className: "quiet" }, word("try_again"));
  again.addEventListener("click", () => {
    deliver(said, note);
    input.focus({ preventScroll: true });
  });
  again.disabled = problem.waitSeconds > 0;
  setTimeout(() => (again.disabled = false), problem.waitSeconds * 1000);
  note.append(again);
}

function waiting(sentence) {
  const mine = conversation;
  const timer = setTimeout(() => {
    at("typing-words").textContent = sentence;
    at("typing").hidden = false;
    at("typing").scrollIntoView({ block: "nearest" });
  }, TYPING_AFTER_MS);
  return () => {
    clearTimeout(timer);
    if (isCurrent(mine)) at("typing").hidden = true;
  };
}

function submit(event) {
  event?.preventDefault();
  const text = input.value.trim();
  input.focus({ preventScroll: true });
  if (text === "" || !count()) return;
  if (text.toLowerCase().replace(/[\s.,!]+$/, "") === word("exit")) return leave();
  input.value = "";
  count();
  send({ text }, text);
}

/** Say how much room is left near the end; whether the text is short enough. */
function count() {
  const left = limit - [...input.value.trim()].length;
  const text = left < 0 ? word("over", { count: -left }) : left <= COUNT_FROM ? word("left", { count: left }) : "";
  at("count").textContent = text;
  at("count").classList.toggle("over", left < 0);
  input.setAttribute("aria-invalid", String(left < 0));
  if (left < 0 || (left <= COUNT_FROM && left % 50 === 0)) announce(text);
  return left >= 0;
}

async function erase() {
  at("erase-dialog").close();
  clear();
  const erased = await channel.end().then(() => true, () => false);
  await begin();
  if (!erased) at("messages").prepend(element("li", { className: "message bot" }, ...lines(word("not_erased"))));
  input.focus({ preventScroll: true });
}

function printPlan() {
  at("print-dialog").close();
  const title = document.title;
  document.title = word("sheet_title");
  const known = [...contacts].flatMap((text) => lines(text));
  at("sheet").replaceChildren(element("h1", {}, word("sheet_title")), planList(plan), ...known);
  at("sheet").hidden = false;
  addEventListener(
    "afterprint",
    () => {
      document.title = title;
      at("sheet").hidden = true;
      at("sheet").replaceChildren();
    },
    { once: true },
  );
  print();
}

function goingAway() {
  if (!document.contains(input)) return;
  channel.endWhileLeaving();
  finish(word("ended"));
}

at("composer").addEventListener("submit", submit);
input.addEventListener("input", count);
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
});
at("start").addEventListener("click", () => {
  begin();
  input.focus({ preventScroll: true });
});
at("erase").addEventListener("click", () => at("erase-dialog").showModal());
at("erase-yes").addEventListener("click", erase);
at("print").addEventListener("click", () => at("print-dialog").showModal());
at("print-yes").addEventListener("click", printPlan);
for (const button of document.querySelectorAll("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
at("put-away").addEventListener("click", () => {
  at("pin").hidden = true;
  input.focus({ preventScroll: true });
});
const connection = () => (at("offline").hidden = navigator.onLine);
addEventListener("online", connection);
addEventListener("offline", connection);
addEventListener("pagehide", goingAway);
addEventListener("pageshow", (event) => event.persisted && finish(word("ended")));

const sizes = new ResizeObserver(measure);
for (const id of ["bar", "pin", "dock"]) sizes.observe(at(id));

connection();
at("chat").hidden = false;
begin();
