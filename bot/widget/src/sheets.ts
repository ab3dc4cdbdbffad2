// What lies over the chat for a while: the log, a letter, a question. One at a time, in the browser's own dialog.

import { button, h, word } from "./dom";
import { voice } from "./voice";

export class Sheets {
  readonly dialog = h("dialog", { className: "sheet", "aria-labelledby": "sheet-title", close: () => this.closed() });

  /** `home` is where the live regions are when nothing lies over the chat; `way out` makes an exit link. */
  constructor(
    private readonly home: () => HTMLElement,
    private readonly wayOut: () => HTMLElement,
  ) {}

  /** Show this over the chat. */
  open(title: string, ...content: Node[]): void {
    this.fill(title, content, [button(word("close"), () => this.close(), { className: "quiet" })]);
  }

  /** Ask before something that cannot be undone; `yes` is done where the person says so. */
  ask(title: string, about: string, go: string, stay: string, yes: () => void): void {
    const before = this.dialog.open ? [...this.dialog.childNodes] : null;
    const focused = (this.dialog.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;
    const back = (): void => {
      if (!before) return void this.close();
      this.dialog.replaceChildren(...before);
      focused?.focus();
    };
    const tools = h("div", { className: "tools" }, button(stay, back), button(go, () => (back(), yes())));
    this.fill(title, [h("p", {}, about), tools], []);
    (tools.firstChild as HTMLElement).focus();
  }

  /** The word about who else uses this device, before anything is printed or saved. */
  askDevice(yes: () => void): void {
    this.ask(word("device_title"), word("device_about"), word("device_yes"), word("device_no"), yes);
  }

  /** Put it away; true where something was open. */
  close(): boolean {
    const was = this.dialog.open;
    if (was) this.dialog.close();
    return was;
  }

  private fill(title: string, content: Node[], corner: Node[]): void {
    const head = h("header", {}, h("h2", { id: "sheet-title", tabIndex: -1 }, title), this.wayOut(), ...corner);
    this.dialog.replaceChildren(head, ...content, voice);
    if (!this.dialog.open) this.dialog.showModal();
    head.querySelector("h2")!.focus();
    this.dialog.scrollTop = 0;
  }

  private closed(): void {
    this.home().append(voice);
    this.dialog.replaceChildren();
  }
}
