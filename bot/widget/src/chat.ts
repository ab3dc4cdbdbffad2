// The conversation: what is sent, what is shown, when it ends. Nothing is stored unless the person says so.

import { botMessage, Doings, ownMessage, pinned, planList } from "./cards";
import { Button, Custom, Message, newId, Refusal, Said, Turn } from "./channel";
import { h, word } from "./dom";
import { printOnly } from "./files";
import { Letters } from "./letters";
import { EvidenceLog } from "./log";
import { Progress } from "./progress";
import type { Surroundings } from "./surroundings";
import { lines } from "./text";
import { showCount, showTrouble } from "./trouble";
import { frame, Presses, View } from "./view";
import { announce, ReadAloud } from "./voice";

const TYPING_AFTER_MS = 300;
const VOICES_AFTER_MS = 500;
const LEAVE = "/stop_or_quick_exit"; // whoever has to leave does not wait for an answer

export class Chat {
  readonly view: View;
  private conversation = 0; // answers to an earlier one are dropped
  private queue: Promise<unknown> = Promise.resolve();
  private plan: Custom | null = null;
  private contacts = new Set<string>();
  private files = false;
  private readonly progress: Progress;
  private readonly aloud: ReadAloud;
  private readonly log: EvidenceLog;
  private readonly letters: Letters;
  private readonly doings: Doings;

  constructor(private readonly around: Surroundings) {
    const now = (): Date => new Date(Date.now() + around.skewMs);
    this.aloud = new ReadAloud(around.config.language);
    this.log = new EvidenceLog(around.sheets, now, () => Math.round(Math.abs(around.skewMs) / 60_000));
    this.letters = new Letters(around.sheets, now);
    this.doings = {
      choose: (each, event) => this.choose(each, event),
      log: () => this.log.open({ files: this.files }),
      letters: () => this.letters.open(),
      sheet: () => this.printPlan(),
    };
    const presses: Presses = {
      ...this.doings,
      submit: () => this.submit(),
      typed: () => this.count(),
      close: around.close,
      restart: () => this.begin(true),
      erase: () => around.sheets.ask(word("erase_title"), word("erase_about"), word("erase_yes"), word("erase_no"), () => this.erase()),
      menu: (content) => around.sheets.open(word("more"), ...content),
      simpler: () => this.send({ text: word("simpler_said") }, word("simpler")),
      larger: (on) => around.look("larger", on),
      plain: (on) => around.look("plain", on),
      aloud: (on) => ((this.aloud.on = on), on || this.aloud.stop()),
      keep: (on) => this.keep(on),
    };
    this.view = frame(around.inPage, around.opening, around.wayOut(), presses);
    this.view.aloud.hidden = true;
    // Browsers take their time to look for voices, which nobody should wait for who wants to write.
    setTimeout(() => this.aloud.watch(() => (this.view.aloud.hidden = !this.aloud.voice())), VOICES_AFTER_MS);
    this.progress = new Progress(this.view.steps);
    this.online();
  }

  /** Go on with the kept conversation, or open a new one. */
  async begin(focus = false): Promise<void> {
    const mine = this.clear();
    const done = this.waiting(word("opening"));
    const { channel, config } = this.around;
    try {
      const kept = await channel.resume();
      if (kept?.length) return this.restore(kept);
      const messages = await channel.open(config.language);
      if (mine === this.conversation) this.show(messages, false);
      if (focus) this.view.log.focus({ preventScroll: true });
    } catch (problem) {
      if (mine === this.conversation) this.finish((problem as Refusal).sentence || word("no_chat"), word("try_again"));
    } finally {
      done();
    }
  }

  /** The page goes away: have the conversation erased, unless it may be kept, and leave nothing on the page. */
  goingAway(): void {
    if (this.around.channel.kept) return;
    this.around.channel.endWhileLeaving();
    this.finish(word("ended"));
  }

  /** Leave nothing of the conversation in memory or on the page. */
  clear(): number {
    const { view } = this;
    this.conversation += 1;
    this.queue = Promise.resolve();
    this.plan = null;
    this.contacts.clear();
    this.files = false;
    this.log.wipe();
    this.letters.wipe();
    this.aloud.stop();
    this.around.sheets.close();
    announce("");
    for (const place of [view.messages, view.pinContent, view.endedWords]) place.replaceChildren();
    for (const part of [view.pin, view.plan, view.evidence, view.letters, view.ended, view.typing]) part.hidden = true;
    view.composer.hidden = view.erase.hidden = view.keep.hidden = false;
    view.input.value = "";
    view.keep.setAttribute("aria-pressed", String(this.around.channel.kept));
    this.progress.forget();
    this.count();
    return this.conversation;
  }

  /** Say whether there is a network. */
  online(): void {
    this.view.offline.hidden = navigator.onLine;
  }

  private restore(turns: Turn[]): void {
    this.view.keep.setAttribute("aria-pressed", "true");
    for (const { role, messages } of turns) {
      if (role === "user") this.view.messages.append(...messages.map((message) => ownMessage(message.text).entry));
      else this.draw(messages);
    }
    this.view.messages.lastElementChild?.scrollIntoView({ block: "nearest" });
  }

  /** End here with nothing left but this sentence and one thing to do. */
  private finish(sentence: string, action = word("start_new")): void {
    const typing = this.view.composer.matches(":focus-within");
    this.clear();
    this.shut(sentence, action, typing);
  }

  /** The server has nothing of this chat any more; what is on the screen may still be needed, so it stays. */
  private finishAndKeepShown(): void {
    this.around.channel.forget();
    this.retire();
    this.shut(word("ended"), word("start_new"), this.view.composer.matches(":focus-within"));
    this.view.ended.scrollIntoView({ block: "nearest" });
  }

  private shut(sentence: string, action: string, moveFocus: boolean): void {
    const { view } = this;
    view.endedWords.textContent = sentence;
    view.start.textContent = action;
    view.ended.hidden = false;
    view.composer.hidden = view.erase.hidden = view.keep.hidden = true;
    if (moveFocus) view.start.focus({ preventScroll: true });
    announce(sentence);
  }

  private show(messages: Message[], scroll = true): void {
    const exit = messages.find(({ custom }) => custom.type === "exit");
    if (exit) this.around.channel.forget();
    if (exit?.custom.reason === "left") return this.around.leave(exit.custom.url);
    if (exit) return this.finish(exit.text);
    const entries = this.draw(messages);
    const offered = messages.flatMap(({ buttons }) => buttons.map(({ title }) => title));
    const said = messages.map(({ text }) => text).join(" ") + (offered.length ? ` ${word("choices")}: ${offered.join(", ")}` : "");
    announce(`${word("bot_said")} ${said}`);
    this.aloud.say(said);
    if (scroll) this.scrollTo(entries[0]);
  }

  private draw(messages: Message[]): HTMLElement[] {
    this.retire();
    const entries = messages.map((message) => botMessage(message, this.doings));
    messages.forEach((message) => this.note(message));
    this.view.messages.append(...entries);
    return entries;
  }

  /** Take from a message what stays in reach after it: help, plan, log, letters, progress. */
  private note(message: Message): void {
    const { view } = this;
    const { custom, text } = message;
    if (custom.type === "resources" || custom.type === "safety") this.contacts.add(text);
    switch (custom.type) {
      case "plan":
        this.plan = Array.isArray(custom.items) && custom.items.length ? custom : null;
        view.plan.hidden = !this.plan;
        this.progress.plan(custom);
        break;
      case "steps":
        this.progress.card(custom);
        break;
      case "safety":
        view.pinContent.replaceChildren(...pinned(message));
        view.pin.hidden = false;
        break;
      case "evidence_log":
        this.files = custom.files === true;
        view.evidence.hidden = false;
        break;
      case "notice":
        view.letters.hidden = !this.letters.take(custom);
    }
  }

  /** Bring the start of an answer into sight, with what it answers above it. */
  private scrollTo(answer?: HTMLElement): void {
    const before = answer?.previousElementSibling;
    const { head, dock, log } = this.view;
    log.style.setProperty("--above", `${head.offsetHeight + 8}px`);
    log.style.setProperty("--below", `${dock.offsetHeight + 8}px`);
    const smooth = matchMedia("(prefers-reduced-motion: no-preference)").matches;
    (before?.matches(".own") ? before : answer)?.scrollIntoView({ block: "start", behavior: smooth ? "smooth" : "auto" });
  }

  private retire(): void {
    this.view.messages.querySelectorAll<HTMLButtonElement>(".choices button:enabled").forEach((each) => (each.disabled = true));
  }

  private choose({ payload, title }: Button, event: MouseEvent): void {
    if (payload === LEAVE) return this.around.leave();
    this.send({ payload }, title);
    const byKey = event.detail === 0 || matchMedia("(pointer: fine)").matches;
    (byKey ? this.view.input : this.view.log).focus({ preventScroll: true });
  }

  private submit(): void {
    const { input } = this.view;
    const text = input.value.trim();
    input.focus({ preventScroll: true });
    if (!text || !this.count()) return;
    if (text.toLowerCase().replace(/[\s.,!]+$/, "") === word("exit_word")) return this.around.leave();
    input.value = "";
    this.count();
    this.send({ text }, text);
  }

  private send(said: Said, shown: string): void {
    this.retire();
    this.aloud.stop();
    const { entry, note } = ownMessage(shown);
    this.view.messages.append(entry);
    entry.scrollIntoView({ block: "nearest" });
    this.deliver({ ...said, id: newId() }, note);
  }

  private deliver(said: Said, note: HTMLElement): void {
    const mine = this.conversation;
    note.replaceChildren();
    this.queue = this.queue.then(async () => {
      if (mine !== this.conversation) return;
      const done = this.waiting(word("typing"));
      try {
        const messages = await this.around.channel.say(said);
        if (mine === this.conversation) this.show(messages);
      } catch (problem) {
        if (mine === this.conversation) this.notSent(problem as Refusal, said, note);
      } finally {
        done();
      }
    });
  }

  private notSent(problem: Refusal, said: Said, note: HTMLElement): void {
    if (problem.status === 401) return this.finishAndKeepShown();
    const again = (): void => {
      this.deliver(said, note);
      this.view.input.focus({ preventScroll: true });
    };
    announce(showTrouble(note, problem, again));
  }

  private waiting(sentence: string): () => void {
    const mine = this.conversation;
    const { typing, typingWords } = this.view;
    const timer = setTimeout(() => {
      typingWords.textContent = sentence;
      typing.hidden = false;
      typing.scrollIntoView({ block: "nearest" });
    }, TYPING_AFTER_MS);
    return () => {
      clearTimeout(timer);
      if (mine === this.conversation) typing.hidden = true;
    };
  }

  private count(): boolean {
    return showCount(this.view.input, this.view.count, this.around.config.limit);
  }

  private async erase(): Promise<void> {
    const { channel } = this.around;
    this.clear();
    const erased = await channel.end().then(() => true, () => false);
    await this.begin();
    if (!erased) this.view.messages.prepend(h("li", { className: "message bot" }, ...lines(word("not_erased"))));
    this.view.input.focus({ preventScroll: true });
  }

  private keep(on: boolean): boolean {
    const kept = this.around.channel.keep(on);
    if (on) announce(word(kept ? "keep_on" : "keep_impossible"));
    return kept || !on;
  }

  private printPlan(): void {
    const { plan } = this;
    if (!plan) return;
    const known = [...this.contacts].flatMap((text) => lines(text));
    this.around.sheets.askDevice(() => printOnly(planList(plan), ...known));
  }
}
