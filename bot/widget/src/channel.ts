// One conversation on the web channel. Its token lives in memory; in the tab's storage only where the person said so.

const ANSWER_WITHIN_MS = 30_000;
const TRY_AGAIN_AFTER_MS = [800, 2500];
const KEPT = "steady-chat";

export interface Button {
  title: string;
  payload: string;
}

/** Structured content. Nothing but its kind is taken for granted. */
export type Custom = Record<string, any> & { type?: string };

export interface Message {
  text: string;
  buttons: Button[];
  custom: Custom;
}

export type Said = { text?: string; payload?: string; id?: string };
export type Turn = { role: string; messages: Message[] };

/** The server's refusal: its status, its sentence for the person, and how long to wait. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly sentence: string,
    readonly waitSeconds: number,
  ) {
    super(`refused with ${status}`);
  }
}

/** A message id by which a second try is known for what it is. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): any[] => (Array.isArray(value) ? value : []);

/** What a reply holds, whatever its shape. Throws where it holds no messages at all. */
export function messagesOf(body: any): Message[] {
  if (!Array.isArray(body?.messages)) throw new Error("not an answer");
  return body.messages
    .filter((one: unknown) => one && typeof one === "object")
    .map((one: any) => ({
      text: text(one.text),
      buttons: list(one.buttons).filter((each) => text(each?.title) && text(each?.payload)),
      custom: one.custom && typeof one.custom === "object" ? one.custom : {},
    }));
}

export class Channel {
  private token: string | null = null;
  kept = false;

  constructor(private readonly server: string) {}

  /** Open a conversation; its first messages. Throws Refusal, or another error where no answer came. */
  async open(language: string): Promise<Message[]> {
    const opened = await this.call("session", { language });
    this.token = text(opened?.token) || null;
    return messagesOf(opened);
  }

  /** The conversation that was kept through a reload, null where there is none. */
  async resume(): Promise<Turn[] | null> {
    const token = stored("getItem");
    if (!token) return null;
    try {
      const found = await this.call("history", undefined, token);
      this.token = token;
      this.kept = true;
      return list(found?.history).map((turn) => ({ role: text(turn.role), messages: messagesOf(turn) }));
    } catch {
      stored("removeItem");
      return null;
    }
  }

  /** Say something; the answer's messages. Tries again by itself, with the same id. */
  async say(said: Said): Promise<Message[]> {
    const mine = this.token;
    for (let tries = 0; ; tries++) {
      try {
        return messagesOf(await this.call("message", said, mine));
      } catch (problem) {
        if (problem instanceof Refusal || tries === TRY_AGAIN_AFTER_MS.length || this.token !== mine) throw problem;
        await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_AFTER_MS[tries]));
      }
    }
  }

  /** Erase the conversation on the server. Throws where that did not happen. */
  async end(): Promise<void> {
    const mine = this.token;
    this.forget();
    if (!mine) return;
    await this.call("end", {}, mine).catch((problem) => {
      if (problem.status !== 401) throw problem;
    });
  }

  /** Forget the conversation here. */
  forget(): void {
    this.token = null;
    if (this.kept) stored("removeItem");
    this.kept = false;
  }

  /** Have the conversation erased while the page goes away; waits for nothing. */
  endWhileLeaving(): void {
    const mine = this.token;
    this.forget();
    // A plain text body needs no permission of another origin first, for which there would be no time.
    if (mine) navigator.sendBeacon(`${this.server}/webhooks/web/end`, JSON.stringify({ token: mine }));
  }

  /** Keep the token through a reload of this tab, or no longer; whether that is so now. */
  keep(wanted: boolean): boolean {
    this.kept = wanted && !!this.token && stored("setItem", this.token);
    if (!wanted) stored("removeItem");
    return this.kept;
  }

  private async call(path: string, body: unknown, bearer?: string | null): Promise<any> {
    const headers: Record<string, string> = {};
    if (body) headers["Content-Type"] = "application/json";
    if (bearer) headers.Authorization = `Bearer ${bearer}`;
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), ANSWER_WITHIN_MS);
    try {
      const answer = await fetch(`${this.server}/webhooks/web/${path}`, {
        method: body ? "POST" : "GET",
        headers,
        body: body ? JSON.stringify(body) : undefined,
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: giveUp.signal,
      });
      if (!answer.ok) {
        const problem = await answer.json().catch(() => null);
        throw new Refusal(answer.status, text(problem?.error?.message), Number(answer.headers.get("Retry-After")) || 0);
      }
      return answer.status === 204 ? null : await answer.json();
    } finally {
      clearTimeout(timer);
    }
  }
}

/** One call of the tab's storage, which may be forbidden. */
function stored(call: "getItem" | "setItem" | "removeItem", token?: string): any {
  try {
    return call === "setItem" ? (sessionStorage.setItem(KEPT, token!), true) : sessionStorage[call](KEPT);
  } catch {
    return null;
  }
}
