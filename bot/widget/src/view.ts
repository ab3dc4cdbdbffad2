// The chat's frame: head with the way out and the four steps, messages, and the dock to write in.

import { button, h, word } from "./dom";
import { voice } from "./voice";

/** What can be pressed in the frame. */
export interface Presses {
  submit(): void;
  typed(): void;
  close(): void;
  restart(): void;
  erase(): void;
  sheet(): void;
  log(): void;
  letters(): void;
  menu(content: HTMLElement[]): void;
  simpler(): void;
  larger(on: boolean): void;
  plain(on: boolean): void;
  aloud(on: boolean): void;
  keep(on: boolean): boolean;
}

export type View = ReturnType<typeof frame>;

/** The frame's elements by name. A chat in the page is a section of it; in the corner it is a dialog. */
export function frame(inPage: boolean, opening: string, wayOut: HTMLElement, on: Presses) {
  const title = h("h2", { id: "title" }, word("title"));
  const hint = h("p", { id: "hint" }, word("exit_hint"));
  const steps = h("ol", { id: "steps", "aria-label": word("your_steps") });
  const pinContent = h("div", { id: "pin-content" });
  const pin = h(
    "section",
    { id: "pin", "aria-labelledby": "pin-title", hidden: true },
    h("h3", { id: "pin-title" }, word("help_now")),
    button(word("put_away"), () => ((pin.hidden = true), input.focus({ preventScroll: true })), { className: "quiet", id: "put-away" }),
    pinContent,
  );
  const close = button(word("close"), on.close, { className: "quiet", id: "close", hidden: inPage });
  const head = h("header", { id: "head" }, h("div", { className: "bar" }, title, wayOut, close), hint, steps, pin);

  const messages = h("ol", { id: "messages" });
  const log = h("div", { id: "log", role: "log", "aria-live": "off", "aria-label": word("log"), tabIndex: -1 }, messages);
  const typingWords = h("span", { id: "typing-words" });
  const dots = h("span", { className: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  const typing = h("div", { id: "typing", hidden: true }, dots, typingWords);
  const endedWords = h("p", { id: "ended-words" });
  const start = button("", on.restart, { id: "start" });
  const ended = h("div", { id: "ended", className: "notice", hidden: true }, endedWords, start);

  const input = h("textarea", {
    id: "input",
    rows: 1,
    dir: "auto",
    autocomplete: "off",
    spellcheck: false,
    writingsuggestions: "false",
    enterKeyHint: "send",
    "aria-describedby": "input-hint count",
    input: on.typed,
    keydown: (event: KeyboardEvent) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      on.submit();
    },
  });
  const row = h("div", { className: "row" }, input, h("button", { type: "submit" }, word("send")));
  const composer = h(
    "form",
    { id: "composer", autocomplete: "off", submit: (event: Event) => (event.preventDefault(), on.submit()) },
    h("label", { htmlFor: "input" }, word("input")),
    row,
  );
  const count = h("span", { id: "count" });
  const offline = h("p", { id: "offline", className: "notice", role: "status", hidden: true }, word("offline"));
  const quiet = { className: "quiet" };
  const plan = button(word("print_plan"), on.sheet, { ...quiet, hidden: true, id: "print" });
  const evidence = button(word("open_log"), on.log, { ...quiet, hidden: true });
  const letters = button(word("open_letters"), on.letters, { ...quiet, hidden: true });
  const simpler = button(word("simpler"), on.simpler, { ...quiet, hidden: true });
  const aloud = toggle(word("read_aloud"), on.aloud);
  const keep = toggle(word("keep"), on.keep);
  const plain = toggle(word("plain_words"), (wanted) => {
    on.plain(wanted);
    simpler.hidden = !wanted;
  });
  const erase = button(word("erase"), on.erase, { ...quiet, id: "erase" });
  const menu = [
    h("div", { className: "tools" }, evidence, letters, plan, toggle(word("larger_text"), on.larger), plain, aloud, keep, erase),
    ...["keep_about", "kept", "trace", "advice"].map((name) => h("p", { className: "about" }, word(name))),
  ];
  const more = button(word("more"), () => on.menu(menu), { ...quiet, id: "more", "aria-haspopup": "dialog" });
  const below = h("div", { className: "below" }, count, h("span", { id: "input-hint" }, word("input_hint")), simpler, more);
  const dock = h("div", { id: "dock" }, offline, composer, below);

  const intro = opening ? [h("p", { id: "opening", dir: "auto" }, opening)] : [];
  const parts = [head, h("div", { id: "middle" }, ...intro, log, typing, ended), dock, voice];
  const panel: HTMLElement = inPage
    ? h("section", { id: "panel", "aria-labelledby": "title" }, ...parts)
    : h("dialog", { id: "panel", className: "corner", "aria-labelledby": "title" }, ...parts);
  return {
    panel, head, hint, steps, pin, pinContent, messages, log, typing, typingWords, ended, endedWords, start, input,
    composer, count, offline, plan, evidence, letters, simpler, aloud, keep, erase, dock,
  };
}

/** A button that stays pressed; it springs back where `change` returns false. */
export function toggle(text: string, change: (on: boolean) => unknown): HTMLButtonElement {
  const made = button(text, () => {
    const on = made.getAttribute("aria-pressed") !== "true";
    made.setAttribute("aria-pressed", String(on && change(on) !== false));
    if (!on) change(false);
  }, { className: "quiet toggle", "aria-pressed": "false" });
  return made;
}
