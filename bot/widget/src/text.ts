// A message's text as lines and sentences, with web addresses and the given phone numbers as links.

import { Child, h, link, webAddress } from "./dom";

const ADDRESS = /https?:\/\/[^\s<>"']+/;
const AFTER_AN_ADDRESS = /[.,;:!?'"»”)\]}]+$/;
const NUMBER = /\+?\d[\d\s().-]*\d/g;
const LIST_LINE = /^(?:[•○✓…-]|\d+\.)\s/;
const SENTENCE_END = /(\p{L}{2}[.?!؟।]) +(?![\p{Ll}\d(])/gu;

/** A text as paragraphs, one a line. */
export function lines(text: string, phones: string[] = []): HTMLElement[] {
  return text
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => h("p", { dir: "auto", className: LIST_LINE.test(line) ? "line item" : "line" }, ...sentences(line, phones)));
}

function sentences(line: string, phones: string[]): Child[] {
  return line
    .replace(SENTENCE_END, "$1 \n")
    .split("\n")
    .map((sentence) => h("span", { className: "sentence" }, ...linked(sentence, phones)));
}

function linked(text: string, phones: string[]): Child[] {
  const numbers = [...phones].sort((one, other) => other.length - one.length).map((phone) => phone.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const parts: Child[] = [];
  let rest = 0;
  for (const found of text.matchAll(new RegExp([ADDRESS.source, ...numbers].join("|"), "g"))) {
    const isAddress = ADDRESS.test(found[0]);
    const shown = isAddress ? found[0].replace(AFTER_AN_ADDRESS, "") : found[0];
    const end = found.index! + shown.length;
    if (!isAddress && /\d/.test((text[found.index! - 1] ?? "") + (text[end] ?? ""))) continue; // inside a longer number
    const address = webAddress(shown);
    parts.push(text.slice(rest, found.index), ...(address ? [link(address, shown)] : dialled(shown)));
    rest = end;
  }
  return [...parts, text.slice(rest)];
}

/** A text in which every number can be called, or written to with the scheme `sms`. */
export function dialled(text: string, scheme = "tel"): Child[] {
  const parts: Child[] = [];
  let rest = 0;
  for (const found of text.matchAll(NUMBER)) {
    parts.push(text.slice(rest, found.index), h("a", { href: `${scheme}:${found[0].replace(/[^\d+]/g, "")}`, dir: "ltr" }, found[0]));
    rest = found.index! + found[0].length;
  }
  return [...parts, text.slice(rest)];
}
