// How messages are drawn. Whatever a message holds ends up in text nodes.

import { element, word } from "./words.js";

const ADDRESS = /https?:\/\/[^\s<>"']+/;
const AFTER_AN_ADDRESS = /[.,;:!?'"»”)\]}]+$/;
const NUMBER = /\+?\d[\d\s().-]*\d/g;
const LIST_LINE = /^(?:[•○✓…-]|\d+\.)\s/;

/** A text as lines; web addresses and the phone numbers that are given become links. */
export function lines(text, phones = []) {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) =>
      element("p", { dir: "auto", className: LIST_LINE.test(line) ? "line item" : "line" }, ...linked(line, phones)),
    );
}

/** The bot's message as an entry of the log. `choose(button)` is called with the button that was pressed. */
export function botMessage(message, choose) {
  const custom = message.custom ?? {};
  const content =
    custom.type === "plan" && !custom.sheet ? plan(message.text, custom) : lines(message.text, phonesOf(custom));
  const entry = element("li", { className: `message bot ${custom.type ? `is-${custom.type}` : ""}` }, unseen("bot_said"));
  if (custom.type === "steps") entry.append(progress(custom));
  entry.append(...content);
  if (message.buttons.length > 0) entry.append(choices(message.buttons, choose));
  return entry;
}

/** The person's message as an entry of the log, with room for a note below it. */
export function ownMessage(text) {
  const note = element("div", { className: "note" });
  const words = text.split("\n").map((line) => element("p", { dir: "auto", className: "line" }, line));
  return { entry: element("li", { className: "message own" }, unseen("you_said"), ...words, note), note };
}

/** The lines of help that stay in sight. */
export function pinned(message) {
  const { emergency, items = [] } = message.custom;
  const shown = items.map(service);
  if (emergency) shown.unshift(element("li", {}, element("strong", {}, `${word("emergency")} `), ...dialled(emergency)));
  return shown.length > 0 ? [element("ul", {}, ...shown)] : lines(message.text);
}

/** The plan as a list that can stand in the log or on a sheet. */
export function planList(custom) {
  return element("ol", { className: "plan" }, ...custom.items.map((item) => planItem(item, custom.state?.[item.step])));
}

function plan(text, custom) {
  const inList = new Set(custom.items.map((item, index) => `${index + 1}. ${item.what} ${item.why}`));
  const around = text.split("\n").filter((line) => !inList.has(line));
  return [...lines(around.join("\n")), planList(custom), stepStates(custom)];
}

function planItem(item, state) {
  const mark = state === "done" || state === "started" ? [element("span", { className: `state ${state}` }, word(state))] : [];
  const what = element("p", { className: "what", dir: "auto" }, item.what);
  return element("li", {}, what, element("p", { className: "why", dir: "auto" }, item.why), ...mark);
}

function stepStates(custom) {
  const entries = (custom.steps ?? []).map((step) => {
    const state = custom.state?.[step] ?? "open";
    return element("li", { className: state }, `${word(`step_${step}`)} `, element("span", { className: "state" }, word(state)));
  });
  const list = element("ul", { className: "steps" }, ...entries);
  list.setAttribute("aria-label", word("your_steps"));
  return list;
}

function progress(custom) {
  const text = `${word(`step_${custom.step}`)} · ${word("progress", custom)}`;
  const bar = element("progress", { max: custom.of, value: custom.number });
  bar.setAttribute("aria-hidden", "true");
  return element("div", { className: "progress" }, element("p", {}, text), bar);
}

function service(item) {
  const ways = [];
  if (item.phone) ways.push(...dialled(item.phone));
  if (item.text) ways.push(element("span", { dir: "auto" }, `${word("text_line")} ${item.text}`));
  if (webAddress(item.chat)) ways.push(link(item.chat, word("chat_line")));
  if (webAddress(item.url) && item.url !== item.chat) ways.push(link(item.url, word("web_line")));
  const name = element("strong", { dir: "auto" }, item.name ?? "");
  const hours = item.hours ? [element("span", { className: "hours", dir: "auto" }, item.hours)] : [];
  return element("li", {}, name, ...[...ways, ...hours].flatMap((way) => [" ", way]));
}

function choices(buttons, choose) {
  const group = element("div", { className: "choices" });
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", word("choices"));
  for (const button of buttons) {
    const made = element("button", { type: "button", dir: "auto" }, button.title);
    made.addEventListener("click", (event) => {
      made.classList.add("chosen");
      choose(button, event);
    });
    group.append(made);
  }
  return group;
}

function phonesOf(custom) {
  const entries = Array.isArray(custom.items) ? custom.items.map((item) => item?.phone) : [];
  return [...entries, custom.emergency].filter((phone) => typeof phone === "string" && phone !== "");
}

function linked(line, phones) {
  const numbers = [...phones].sort((one, other) => other.length - one.length).map(escaped);
  const known = new RegExp([ADDRESS.source, ...numbers].join("|"), "g");
  const parts = [];
  let rest = 0;
  for (const found of line.matchAll(known)) {
    const isAddress = ADDRESS.test(found[0]);
    const text = isAddress ? found[0].replace(AFTER_AN_ADDRESS, "") : found[0];
    const end = found.index + text.length;
    if (!isAddress && /\d/.test((line[found.index - 1] ?? "") + (line[end] ?? ""))) continue; // inside a longer number
    parts.push(line.slice(rest, found.index), ...(webAddress(text) ? [link(text, text)] : dialled(text)));
    rest = end;
  }
  return [...parts, line.slice(rest)].filter((part) => part !== "");
}

function dialled(text) {
  const parts = [];
  let rest = 0;
  for (const found of text.matchAll(NUMBER)) {
    const number = found[0].replace(/[^\d+]/g, "");
    parts.push(text.slice(rest, found.index), element("a", { href: `tel:${number}`, dir: "ltr" }, found[0]));
    rest = found.index + found[0].length;
  }
  return [...parts, text.slice(rest)].filter((part) => part !== "");
}

function link(address, text) {
  const made = element("a", { href: webAddress(address), target: "_blank", rel: "noopener noreferrer" }, text);
  made.referrerPolicy = "no-referrer";
  made.append(element("span", { className: "unseen" }, ` (${word("new_tab")})`));
  return made;
}

/** The address where it is one of the web, otherwise null: nothing else may become a link. */
function webAddress(text) {
  try {
    const address = new URL(text);
    return ["http:", "https:"].includes(address.protocol) ? address.href : null;
  } catch {
    return null;
  }
}

function unseen(name) {
  return element("span", { className: "unseen" }, `${word(name)} `);
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
