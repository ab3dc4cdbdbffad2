// Elements and words. Whatever comes from the server or the person ends up in text nodes or checked links.

export type Child = Node | string;

const FALLBACK: Record<string, string> = {
  open_chat: "Chat",
  exit: "Leave this page",
  no_chat:
    "The chat cannot open just now. Please try again in a minute. If you are in danger, call your local emergency number.",
  try_again: "Try again",
};
let words = FALLBACK;

/** The words that the server has in the language of the page. */
export function useWords(found: Record<string, string>): void {
  words = { ...FALLBACK, ...found };
}

/** A sentence of the widget with its placeholders filled. */
export function word(name: string, values: Record<string, unknown> = {}): string {
  return (words[name] ?? "").replace(/\{(\w+)\}/g, (place, key) => String(values[key] ?? place));
}

/**
 * An element. Functions become listeners, properties are set where the element has them, anything else is an
 * attribute; texts become text nodes.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Record<string, unknown> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") made.addEventListener(key, value as EventListener);
    else if (key in made) (made as unknown as Record<string, unknown>)[key] = value;
    else if (value !== undefined) made.setAttribute(key, String(value));
  }
  made.append(...children);
  return made;
}

/** A button that does something; it never submits. */
export function button(text: string, click: (event: MouseEvent) => void, properties: Record<string, unknown> = {}): HTMLButtonElement {
  return h("button", { type: "button", click, ...properties }, text);
}

/** Words that only screen readers get. */
export const unseen = (text: string): HTMLElement => h("span", { className: "unseen" }, `${text} `);

/** The address where it is one of the web, otherwise null: nothing else may become a link. */
export function webAddress(text: unknown): string | null {
  try {
    const address = new URL(String(text));
    return /^https?:$/.test(address.protocol) ? address.href : null;
  } catch {
    return null;
  }
}

/** A link to another site, which learns nothing of where it was pressed. */
export function link(address: string, text: string): HTMLElement {
  return h(
    "a",
    { href: address, target: "_blank", rel: "noopener noreferrer", referrerPolicy: "no-referrer", dir: "auto" },
    text,
    unseen(` (${word("new_tab")})`),
  );
}
