// How messages are drawn: as text, and where the structure is known as a card with the same content.

import type { Button, Custom, Message } from "./channel";
import { button, Child, h, link, unseen, webAddress, word } from "./dom";
import { dialled, lines } from "./text";

const BULLET = "• ";

/** What the person can do with a message besides reading it. */
export interface Doings {
  choose(button: Button, event: MouseEvent): void;
  log(): void;
  letters(): void;
  sheet(): void;
}

/** The bot's message as an entry of the log. What cannot be drawn as its kind says is drawn as its text. */
export function botMessage(message: Message, doings: Doings): HTMLElement {
  const { custom, text, buttons } = message;
  let content: Child[];
  try {
    content = drawn(message, doings);
  } catch {
    content = lines(text);
  }
  const entry = h("li", { className: "message bot" }, unseen(word("bot_said")), ...content);
  if (custom.type) entry.classList.add(`is-${String(custom.type).replace(/\W/g, "")}`);
  if (buttons.length) entry.append(choices(buttons, doings));
  return entry;
}

/** The person's message as an entry of the log, with room for a note below it. */
export function ownMessage(text: string): { entry: HTMLElement; note: HTMLElement } {
  const note = h("div", { className: "note" });
  const said = text.split("\n").map((line) => h("p", { dir: "auto", className: "line" }, line));
  return { entry: h("li", { className: "message own" }, unseen(word("you_said")), ...said, note), note };
}

/** The lines of help that stay in sight. */
export function pinned({ custom, text }: Message): HTMLElement[] {
  const items = list(custom).map(service);
  if (custom.emergency) items.unshift(h("li", {}, h("strong", {}, word("emergency")), " ", ...dialled(String(custom.emergency))));
  return items.length ? [h("ul", { className: "services" }, ...items)] : lines(text);
}

/** The plan as a list that can stand in the log or on a sheet. */
export function planList(custom: Custom): HTMLElement {
  return h("ol", { className: "plan" }, ...list(custom).map((item) => planItem(item, custom.state?.[item.step])));
}

function drawn({ custom, text }: Message, doings: Doings): Child[] {
  const items = list(custom);
  switch (custom.type) {
    case "plan": {
      const inList = new Set(items.map((item, index) => `${index + 1}. ${item.what} ${item.why}`));
      const around = text.split("\n").filter((line) => !inList.has(line));
      return [...lines(around.join("\n")), planList(custom), button(word("print_plan"), doings.sheet, { className: "quiet" })];
    }
    case "steps":
      return [stepHead(custom), ...lines(text)];
    case "resources":
      if (!sayTheSame(text, items)) break;
      return [...lines(text.split("\n").filter((line) => !line.startsWith(BULLET)).join("\n")), h("ul", { className: "services" }, ...items.map(service))];
    case "law":
      return law(items, text);
    case "evidence_log":
      return [...lines(text), button(word("open_log"), doings.log)];
    case "notice":
      return [...lines(text), ...(custom.kinds?.length ? [button(word("open_letters"), doings.letters)] : [])];
  }
  return lines(text, phonesOf(custom));
}

function planItem(item: Custom, state: string): HTMLElement {
  const entry = h("li", {}, h("p", { className: "what", dir: "auto" }, String(item.what)), h("p", { className: "why", dir: "auto" }, String(item.why ?? "")));
  if (state === "done" || state === "started") entry.append(h("span", { className: `state ${state}` }, word(state)));
  return entry;
}

function stepHead(custom: Custom): HTMLElement {
  const bar = h("progress", { max: Number(custom.of), value: Number(custom.number), "aria-hidden": "true" });
  return h("div", { className: "progress" }, h("p", {}, `${word(`step_${custom.step}`)} · ${word("progress", custom)}`), bar);
}

/** The laws in the words of the text, each with a link to where it can be read. */
function law(items: Custom[], text: string): HTMLElement[] {
  const drawnLines = lines(text);
  const bullets = drawnLines.filter((line) => line.classList.contains("item"));
  if (bullets.length === items.length) {
    bullets.forEach((line, index) => {
      const address = webAddress(items[index].url);
      if (address) line.append(" ", link(address, word("read_law")));
    });
  }
  return drawnLines;
}

function service(item: Custom): HTMLElement {
  const ways: Child[][] = [];
  const chat = webAddress(item.chat);
  const web = webAddress(item.url);
  if (item.phone) ways.push([unseen(word("call_line")), ...dialled(String(item.phone))]);
  if (item.text) ways.push([`${word("text_line")} `, ...dialled(String(item.text), "sms")]);
  if (chat) ways.push([link(chat, word("chat_line"))]);
  if (web && web !== chat) ways.push([link(web, word("web_line"))]);
  const about = [item.hours, item.caution, item.source && word("source", { host: item.source, date: shortDate(item.checked_on) })];
  return h(
    "li",
    {},
    h("strong", { dir: "auto" }, String(item.name ?? "")),
    h("div", { className: "ways" }, ...ways.map((way) => h("span", { dir: "auto" }, ...way))),
    ...about.filter(Boolean).map((each) => h("p", { className: "about", dir: "auto" }, String(each))),
  );
}

function choices(buttons: Button[], doings: Doings): HTMLElement {
  const made = buttons.map((each) =>
    button(each.title, (event) => {
      (event.currentTarget as HTMLElement).classList.add("chosen");
      doings.choose(each, event);
    }, { dir: "auto" }),
  );
  return h("div", { className: "choices", role: "group", "aria-label": word("choices") }, ...made);
}

/** Whether each item can stand for one line of the text: it can be reached, and no address of the line is lost. */
function sayTheSame(text: string, items: Custom[]): boolean {
  const bullets = text.split("\n").filter((line) => line.startsWith(BULLET));
  return bullets.length > 0 && bullets.length === items.length && items.every((item, index) => {
    const ways = [item.phone, item.text, item.chat, item.url].join(" ");
    const addresses = bullets[index].match(/https?:\/\/[^\s)]+/g) ?? [];
    return item.name && ways.trim() && addresses.every((address) => ways.includes(address.replace(/[.,;]+$/, "")));
  });
}

function phonesOf(custom: Custom): string[] {
  const found = [...list(custom).map((item) => item.phone), custom.emergency];
  return found.filter((phone) => typeof phone === "string" && phone !== "");
}

function shortDate(value: unknown): string {
  const date = new Date(String(value));
  return isNaN(+date) ? "" : date.toLocaleDateString(word("locale") || undefined, { month: "long", year: "numeric", timeZone: "UTC" });
}

function list(custom: Custom): Custom[] {
  return (Array.isArray(custom.items) ? custom.items : []).filter((item) => item && typeof item === "object");
}
