// What is said below a message that was not taken, and beside one that is too long.

import type { Refusal } from "./channel";
import { button, h, word } from "./dom";
import { announce } from "./voice";

const COUNT_FROM = 200;

/** Say in the note why a message was not taken, with a way to send it again where that can help; what was said. */
export function showTrouble(note: HTMLElement, { status, sentence, waitSeconds }: Refusal, again: () => void): string {
  const wait = waitSeconds > 0 ? ` ${word("wait", { seconds: waitSeconds })}` : "";
  const shown = (sentence || word(status ? "no_chat" : "not_sent")) + wait;
  note.replaceChildren(h("p", { dir: "auto" }, shown));
  if (!status || status === 429 || status >= 500) {
    const retry = button(word("try_again"), again, { className: "quiet", disabled: waitSeconds > 0 });
    setTimeout(() => (retry.disabled = false), waitSeconds * 1000);
    note.append(retry);
  }
  return shown;
}

/** Say how much room is left near the end; whether the text is short enough. */
export function showCount(input: HTMLTextAreaElement, count: HTMLElement, limit: number): boolean {
  const left = limit - [...input.value.trim()].length;
  const text = left < 0 ? word("over", { count: -left }) : left <= COUNT_FROM ? word("left", { count: left }) : "";
  count.textContent = text;
  count.classList.toggle("over", left < 0);
  input.setAttribute("aria-invalid", String(left < 0));
  if (left < 0 || (left <= COUNT_FROM && left % 50 === 0)) announce(text);
  return left >= 0;
}
