// What is heard: two live regions that take turns, and the browser's own voice where it works without a network.

import { h } from "./dom";

const regions = [0, 1].map(() => h("div", { "aria-live": "polite" }));

/** The place of the live regions; it moves into whatever dialog is open, because a dialog silences the rest. */
export const voice = h("div", { className: "unseen" }, ...regions);

/** Have a text read by a screen reader after what is being read. Taking turns lets a repeat be heard. */
export function announce(text: string): void {
  regions.reverse();
  regions[0].textContent = "";
  regions[1].textContent = text;
}

export class ReadAloud {
  on = false;

  constructor(private readonly language: string) {}

  /** The device's own voice for the language; voices that send the text to a company are never used. */
  voice(): SpeechSynthesisVoice | undefined {
    if (!("speechSynthesis" in window)) return undefined;
    const start = this.language.split("-")[0];
    return speechSynthesis.getVoices().find((one) => one.localService && one.lang.toLowerCase().startsWith(start));
  }

  /** Call back now and whenever the voices change. */
  watch(changed: () => void): void {
    changed();
    window.speechSynthesis?.addEventListener?.("voiceschanged", changed);
  }

  /** Read a text, after what is being read. */
  say(text: string): void {
    const voice = this.on && this.voice();
    if (!voice) return;
    const spoken = new SpeechSynthesisUtterance(text.replace(/https?:\/\/\S+/g, ""));
    spoken.voice = voice;
    spoken.lang = voice.lang;
    speechSynthesis.speak(spoken);
  }

  /** Be silent at once. */
  stop(): void {
    window.speechSynthesis?.cancel();
  }
}
