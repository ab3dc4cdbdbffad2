// Builds dist/ from src/: widget.js with its style sheet inside, the same style sheet for browsers that need it
// as a file, and integrity.json. With --check it writes nothing and fails where dist/ is not what src/ gives.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build, transform } from "esbuild";
import { minify } from "terser";

const TARGET = ["chrome94", "firefox98", "safari15.4"];
// Members that neither the browser nor the server knows by name, so that they may be shortened.
const OURS = [
  "aloud", "around", "askDevice", "begin", "begun", "channel", "composer", "config", "contacts", "conversation",
  "corner", "deliver", "doings", "endWhileLeaving", "endedWords", "finishAndKeepShown", "forget", "goingAway",
  "inPage", "kept", "larger", "launcher", "letters", "notSent", "pinContent", "plain", "presses", "printPlan",
  "queue", "restart", "resume", "retire", "sheets", "simpler", "skewMinutes", "skewMs", "stops", "typed",
  "typingWords", "waitSeconds", "waiting", "wayOut", "wipe",
];
const at = (path) => new URL(path, import.meta.url);
const digest = (kind, content) => createHash(kind).update(content).digest("base64");

const css = (await transform(readFileSync(at("src/widget.css"), "utf8"), { loader: "css", minify: true, target: TARGET })).code.trim();

const styles = {
  name: "styles",
  setup: (on) => on.onLoad({ filter: /\.css$/ }, () => ({ contents: css, loader: "text" })),
};

const made = await build({
  entryPoints: [at("src/widget.ts").pathname],
  bundle: true,
  minifySyntax: true,
  format: "esm",
  target: TARGET,
  charset: "utf8",
  legalComments: "none",
  write: false,
  plugins: [styles],
});

const script = await minify(made.outputFiles[0].text, {
  ecma: 2020,
  module: true,
  compress: { passes: 3, pure_getters: true, unsafe_arrows: true },
  mangle: { properties: { regex: new RegExp(`^(?:${OURS.join("|")})$`), keep_quoted: "strict" } },
});

/** What was built from: names and contents, so that a check needs no Node (bot/ops/widget_build.py does the same). */
function sources() {
  const names = ["package-lock.json", "build.mjs", ...readdirSync(at("src/")).sort().map((name) => `src/${name}`)];
  return names.map((name) => `${name}\n${createHash("sha256").update(readFileSync(at(name))).digest("hex")}\n`).join("");
}

const files = { "widget.js": `${script.code}\n`, "widget.css": `${css}\n` };
const integrity = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, `sha384-${digest("sha384", text)}`]));
files["integrity.json"] = `${JSON.stringify({ ...integrity, sources: `sha256-${digest("sha256", sources())}` }, null, 2)}\n`;

if (process.argv.includes("--check")) {
  const stale = Object.entries(files).filter(([name, text]) => !existsSync(at(`dist/${name}`)) || readFileSync(at(`dist/${name}`), "utf8") !== text);
  if (stale.length > 0) {
    console.error(`bot/widget/dist is not what bot/widget/src gives: ${stale.map(([name]) => name).join(", ")}. Run: npm run build`);
    process.exit(1);
  }
} else {
  mkdirSync(at("dist/"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(at(`dist/${name}`), text);
}
