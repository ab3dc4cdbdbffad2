// One conversation on the web channel. Its token lives in this module's memory and nowhere else.

const BASE = "/webhooks/web";
const ANSWER_WITHIN_MS = 30_000;
const TRY_AGAIN_AFTER_MS = [800, 2500];

/** The server's refusal: its status, its sentence for the person, and how long to wait. */
export class Refusal extends Error {
  constructor(status, sentence, waitSeconds) {
    super(`refused with ${status}`);
    this.status = status;
    this.sentence = sentence;
    this.waitSeconds = waitSeconds;
  }
}

/** No answer came: no network, or too slow. */
export class Unreachable extends Error {}

let token = null;

/** A message id by which a second try is known for what it is. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Open a conversation; returns its first messages. Throws Refusal or Unreachable. */
export async function open(language) {
  token = null;
  const opened = await call("session", { language });
  token = opened.token;
  return opened.messages;
}

/** Say something, `{text}` or `{payload}` with an `id`; returns the answer's messages. Tries again by itself. */
export async function say(said) {
  const mine = token;
  for (const pause of [...TRY_AGAIN_AFTER_MS, null]) {
    try {
      return (await call("message", said, mine)).messages;
    } catch (problem) {
      if (!(problem instanceof Unreachable) || pause === null || token !== mine) throw problem;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** Erase the conversation on the server. Throws where that did not happen. */
export async function end() {
  const mine = token;
  token = null;
  if (mine === null) return;
  try {
    await call("end", {}, mine);
  } catch (problem) {
    if (problem.status !== 401) throw problem;
  }
}

/** Forget the conversation here: the server has already erased it. */
export function forget() {
  token = null;
}

/** Have the conversation erased while the page goes away; waits for nothing. */
export function endWhileLeaving() {
  if (token === null) return;
  const body = new Blob([JSON.stringify({ token })], { type: "application/json" });
  token = null;
  navigator.sendBeacon(`${BASE}/end`, body);
}

async function call(path, body, bearer) {
  const headers = { "Content-Type": "application/json" };
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), ANSWER_WITHIN_MS);
  try {
    const answer = await fetch(`${BASE}/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: giveUp.signal,
    });
    if (!answer.ok) throw await refusal(answer);
    return answer.status === 204 ? null : await answer.json();
  } catch (problem) {
    throw problem instanceof Refusal ? problem : new Unreachable("no answer");
  } finally {
    clearTimeout(timer);
  }
}

async function refusal(answer) {
  const body = await answer.json().catch(() => null);
  const sentence = typeof body?.error?.message === "string" ? body.error.message : "";
  return new Refusal(answer.status, sentence, Number(answer.headers.get("Retry-After")) || 0);
}
