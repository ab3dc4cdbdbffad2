// How far each of the four steps is, always in sight.

import type { Custom } from "./channel";
import { h, unseen, word } from "./dom";

const STEPS = ["evidence", "report", "accounts", "counsel"];

export class Progress {
  private states: Record<string, string> = {};
  private now: Custom | null = null;

  constructor(private readonly place: HTMLElement) {
    this.show();
  }

  /** Nothing is known of any step. */
  forget(): void {
    this.states = {};
    this.now = null;
    this.show();
  }

  /** The plan says how far every step is. */
  plan({ state }: Custom): void {
    this.finish(null);
    if (state && typeof state === "object") this.states = { ...this.states, ...state };
    this.show();
  }

  /** A card of a step is under way. */
  card(card: Custom): void {
    this.finish(card);
    if (this.states[card.step] !== "done") this.states[card.step] = "started";
    this.show();
  }

  /** The last card of a step was answered: the step is behind the person, even without a word of the server. */
  private finish(next: Custom | null): void {
    const before = this.now;
    if (before && before.step !== next?.step && before.number === before.of) this.states[before.step] = "done";
    this.now = next;
  }

  private show(): void {
    const entries = STEPS.map((step) => {
      const state = ["done", "started"].includes(this.states[step]) ? this.states[step] : "open";
      const entry = h("li", { className: state }, word(`short_${step}`), unseen(`: ${word(state)}`));
      if (step === this.now?.step) entry.setAttribute("aria-current", "step");
      return entry;
    });
    this.place.replaceChildren(...entries);
  }
}
