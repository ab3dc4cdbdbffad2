// <steady-chat>: one element that puts the whole guide on a page.
// Attributes: server, language, position (end, start or page), exit, opening, label; and config, with which a page of
// the server's own gives what would be fetched otherwise.

import { Channel } from "./channel";
import { Chat } from "./chat";
import { button, h, useWords, webAddress, word } from "./dom";
import { dress, stylesAt } from "./files";
import { leave, watchKeys } from "./leave";
import { Sheets } from "./sheets";
import type { Config } from "./surroundings";
import { announce, voice } from "./voice";

const OWN_SERVER = new URL(import.meta.url).origin;
const NARROW = "(max-width: 40em)";
const CLOCK_IS_WRONG_MS = 120_000;

class SteadyChat extends HTMLElement {
  private root = this.attachShadow({ mode: "open" });
  private box = h("div", { id: "steady" });
  private launcher = button("", () => this.open(), { id: "launcher", "aria-expanded": "false" });
  private corner = h("div", { id: "corner" }, this.launcher);
  private sheets = new Sheets(() => this.chat?.view.panel ?? this.box, () => this.wayOut());
  private chat: Chat | null = null;
  private channel = new Channel("");
  private config: Promise<Config> | null = null;
  private exit = "";
  private begun = false;
  private stops: (() => void)[] = [];

  connectedCallback(): void {
    if (this.stops.length) return;
    const server = (this.getAttribute("server") ?? OWN_SERVER).replace(/\/+$/, "");
    stylesAt(server);
    this.channel = new Channel(server);
    this.exit = webAddress(this.getAttribute("exit")) ?? "";
    this.box.className = this.getAttribute("position") ?? "end";
    this.box.append(this.corner, this.sheets.dialog);
    if (!this.root.firstChild) {
      dress(this.root);
      this.root.append(this.box);
    }
    this.launcher.textContent = this.getAttribute("label") ?? word("open_chat");
    this.corner.hidden = this.inPage();
    this.config = this.load(server);
    this.listen();
    if (this.inPage()) this.open();
  }

  disconnectedCallback(): void {
    // A framework that moves the element puts it back at once; otherwise the chat is over.
    setTimeout(() => {
      if (this.isConnected) return;
      this.stops.splice(0).forEach((stop) => stop());
      this.channel.endWhileLeaving();
      this.chat?.clear();
      this.chat?.view.panel.remove();
      this.corner.replaceChildren(this.launcher);
      this.launcher.setAttribute("aria-expanded", "false");
      this.chat = null;
      this.begun = false;
    });
  }

  /** Show the chat, and begin the conversation where there is none yet. */
  async open(): Promise<void> {
    if (!this.chat) {
      const made = await this.make();
      if (!made) return;
      this.chat = made;
      this.box.prepend(made.view.panel);
    }
    const { panel, log } = this.chat.view;
    if (panel instanceof HTMLDialogElement && !panel.open) {
      if (matchMedia(NARROW).matches) panel.showModal();
      else panel.show();
      panel.append(voice);
      log.focus({ preventScroll: true });
    }
    this.launcher.setAttribute("aria-expanded", "true");
    if (this.begun) return;
    this.begun = true;
    if (!this.inPage()) this.corner.append(this.wayOut());
    await this.chat.begin();
  }

  /** Put the chat away; it goes on where it was when it is opened again. */
  close(): void {
    const panel = this.chat?.view.panel;
    if (panel instanceof HTMLDialogElement && panel.open) panel.close();
  }

  /** Leave the page at once, with everything erased. */
  leave(address?: string): void {
    leave(this.exit || webAddress(address) || "about:blank", () => {
      this.channel.endWhileLeaving();
      this.chat?.clear();
      this.box.replaceChildren();
    });
  }

  private inPage(): boolean {
    return this.box.className === "page";
  }

  private async load(server: string): Promise<Config> {
    const config: Config = JSON.parse(this.getAttribute("config") ?? (await this.fetched(server)));
    useWords(config.words);
    this.exit ||= webAddress(config.exit) ?? "";
    this.box.lang = config.language;
    this.box.dir = config.direction;
    this.launcher.textContent = this.getAttribute("label") ?? word("open_chat");
    return config;
  }

  private async fetched(server: string): Promise<string> {
    const language = this.getAttribute("language") ?? (document.documentElement.lang || "en");
    const address = `${server}/widget/${encodeURIComponent(language)}`;
    return (await fetch(address, { redirect: "error", referrerPolicy: "no-referrer" })).text();
  }

  private async make(): Promise<Chat | null> {
    try {
      const config = await this.config!;
      const skew = config.time * 1000 - Date.now();
      const made = new Chat({
        config,
        channel: this.channel,
        sheets: this.sheets,
        skewMs: Math.abs(skew) > CLOCK_IS_WRONG_MS ? skew : 0,
        inPage: this.inPage(),
        opening: this.getAttribute("opening") ?? "",
        wayOut: () => this.wayOut(),
        leave: (address) => this.leave(address),
        look: (name, on) => this.box.classList.toggle(name, on),
        close: () => this.close(),
      });
      made.view.panel.addEventListener("close", () => this.closed());
      this.corner.querySelector(".notice")?.remove();
      this.corner.hidden = this.inPage();
      return made;
    } catch {
      this.corner.hidden = false;
      const sentence = h("div", { className: "notice", role: "alert" }, word("no_chat"), " ", h("slot"));
      this.corner.querySelector(".notice")?.remove();
      this.corner.prepend(sentence);
      this.launcher.textContent = word("try_again");
      this.config = this.load((this.getAttribute("server") ?? OWN_SERVER).replace(/\/+$/, ""));
      this.config.catch(() => undefined);
      return null;
    }
  }

  private closed(): void {
    this.box.append(voice);
    this.launcher.setAttribute("aria-expanded", "false");
    this.launcher.focus({ preventScroll: true });
  }

  private wayOut(): HTMLElement {
    const click = (event: Event): void => {
      event.preventDefault();
      this.leave();
    };
    return h("a", { className: "exit", href: this.exit, target: "_top", rel: "noreferrer", referrerPolicy: "no-referrer", click }, word("exit"));
  }

  private pressed(key: "Escape" | "Shift"): void {
    const word_ = word(key === "Escape" ? "escape_again" : "shift_again");
    if (key === "Escape" && !this.sheets.close()) this.close();
    const hint = this.chat?.view.hint;
    // A dialog that has just closed silences what is said in the same moment.
    setTimeout(() => announce(word_), 50);
    if (!hint) return;
    hint.textContent = word_;
    setTimeout(() => hint.textContent === word_ && (hint.textContent = word("exit_hint")), 2000);
  }

  private listen(): void {
    const on = (target: EventTarget, name: string, does: (event: any) => void): void => {
      target.addEventListener(name, does);
      this.stops.push(() => target.removeEventListener(name, does));
    };
    this.stops.push(watchKeys(() => this.begun, () => this.leave(), (key) => this.pressed(key)));
    on(window, "pagehide", () => this.begun && this.chat?.goingAway());
    on(window, "online", () => this.chat?.online());
    on(window, "offline", () => this.chat?.online());
    // Links of the page itself may be marked as ways out.
    on(document, "click", (event: MouseEvent) => {
      if (!(event.target as Element).closest?.("[data-steady-exit]")) return;
      event.preventDefault();
      this.leave();
    });
  }
}

if (!customElements.get("steady-chat")) customElements.define("steady-chat", SteadyChat);
