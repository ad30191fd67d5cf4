// Records what the start of a current OpenClaw makes of each retired part, by asking it: `node scripts/record-repairs.mjs
// WORK NEWEST`, where WORK is a scratch folder and NEWEST the folder of the installed npm package. Reads
// `src/releases/shape/retired.tsv` and `asked.tsv`, and writes WORK/repairs.tsv; the rows are described in `src/releases/shape/repairs.rs`.
// A part whose answers follow no simple rule gets "?": what becomes of it is not known. Keys that only the repairs of channels
// name are asked for, too; those that are mended are written to WORK/retired-channels.tsv, in the form of asked.tsv.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const [, , work, home] = process.argv;
const here = path.dirname(fileURLToPath(import.meta.url));
const source = (name) => fs.readFileSync(path.join(here, "..", name), "utf8");
const table = source("src/releases/shape/openclaw.jsonl").trim().split("\n").map((line) => JSON.parse(line));
const retired = source("src/releases/shape/retired.rs");
// What retired.rs adds by hand for the newest; "@" is a channel and each of its accounts.
const byHand = [...source("src/releases/shape/asked.tsv").trim().split("\n"), ...["SEARCHES", "PARTS"].flatMap((name) => retired.split(`const ${name}: &str = "\\\n`)[1].split('\n";')[0].split("\n"))];
const more = byHand.flatMap((row) => (row.includes("@") ? [row.replace("@.", ""), row.replace("@", "accounts.*")] : [row])).map((row) => row.replace("\\t", "\t"));
// Keys that go together, which src/releases/shape/repairs.rs and repairs/signal.rs know.
const together = /^(channels\.signal\.(accounts\.\*\.)?(apiMode|autoStart|cliPath|configPath|http\w+|ignoreStories|receiveMode|startupTimeoutMs)|canvasHost|plugins\.entries\.canvas\.config\.host\.\w+)$/;
const rows = [...source("src/releases/shape/retired.tsv").trim().split("\n"), ...more].map((row) => row.split("\t")).filter(([place]) => !together.test(place));
const version = JSON.parse(fs.readFileSync(path.join(home, "package.json"))).version;
const now = table[0][version];
const olds = Object.entries(table[0]).filter(([name]) => name !== version).map(([, line]) => line);

const forms = (line) => [line, ...[...(table[line].o ?? []), ...(table[line].l ?? [])].flatMap(forms)];
const child = (line, key) => {
  const found = (get) => forms(line).map((form) => get(table[form])).find((one) => one > 0);
  return key === "[]" ? found((node) => node.i) : (found((node) => node.p?.[key]) ?? found((node) => node.a));
};
function sample(line, depth = 0, whole = false) {
  const { t = "o", e, o, l, p = {}, r = [], min, over, few, i, m = "", u, short } = table[line] ?? {};
  if (depth > 12) return "x";
  if (e) return e[0];
  if (o ?? l) return sample((o ?? l)[0], depth + 1, whole);
  if (t[0] === "s") return u || /tt|TT/.test(m) ? "https://example.org" : m.startsWith("^#") ? "#aabbcc" : "x".repeat(short ?? 1);
  if ("ni".includes(t[0])) return min ?? (over === undefined ? 1 : over + 1);
  if (t[0] === "b") return true;
  if (t[0] === "z") return null;
  if (t[0] === "a") return few || whole ? [sample(i ?? 1, depth + 1)] : [];
  const wanted = whole && depth < 4 ? Object.keys(p) : r;
  return Object.fromEntries(wanted.map((key) => [key, sample(p[key] ?? 1, depth + 1, whole)]));
}
const isObject = (value) => value && typeof value === "object" && !Array.isArray(value);
const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (value) => Array.isArray(value) ? value.map(sorted) : isObject(value) ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : value;

/** A file with a value at a place, its holders as the newest wants them. */
const steps = (place) => place.split(".").map((step) => (step === "*" ? "k1" : step === "[]" ? 0 : step));
function put(file, place, value) {
  let [at, line] = [file, now];
  const all = steps(place);
  all.forEach((key, index) => {
    if (index === all.length - 1) return void (at[key] = structuredClone(value));
    line = line && child(line, key === 0 ? "[]" : String(key));
    const holder = line ? sample(line) : {};
    at = at[key] ??= all[index + 1] === 0 ? [] : isObject(holder) ? holder : {};
  });
  return file;
}
const get = (value, keys) => keys.reduce((at, key) => (at === null || typeof at !== "object" ? undefined : at[key]), value);

function samples(place, what) {
  const asOld = place.replace("agents.entries.*", "agents.list.[]").split(".");
  const lines = olds.map((root) => asOld.reduce((line, step) => line && child(line, step), root)).filter(Boolean);
  const found = [];
  const add = (value) => found.some((one) => same(one, value)) || found.push(value);
  if (what.startsWith("=")) return JSON.parse(what.slice(1));
  for (const line of lines) {
    for (const form of forms(line)) {
      (table[form].e ?? []).slice(0, 4).forEach(add);
      if (table[form].t) [false, true].forEach((whole) => add(sample(form, 0, whole)));
    }
  }
  const odd = { s: ["x"], n: [5], b: [true, false], o: [{}, { x: 1 }], a: [["x"]], z: [null], "*": ["x", 5, true, false, { x: 1 }, null] };
  for (const letter of what) (odd[letter] ?? []).forEach(add);
  return found.slice(0, 14);
}

function ask(name, files) {
  const at = (file) => path.join(work, `${name}.${file}`);
  fs.mkdirSync(path.join(work, "state"), { recursive: true });
  fs.writeFileSync(at("cases"), files.map((config, id) => JSON.stringify({ id, config: JSON.stringify(config) })).join("\n"));
  const env = { PATH: process.env.PATH, HOME: work, OPENCLAW_STATE_DIR: path.join(work, "state"), OPENCLAW_CONFIG_PATH: path.join(work, "openclaw.json") };
  execFileSync(process.execPath, [path.join(here, "../tests/differential/ask.mjs"), home, at("cases"), at("answers")], { env, cwd: work });
  return fs.readFileSync(at("answers"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
}

/** What a repair did to a file: places that went, came or hold something else, topmost first. */
function changes(before, after, at = []) {
  if (same(before, after)) return [];
  if (!isObject(before) || !isObject(after)) return [{ at, before, after }];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    if (!(key in before)) return [{ at: [...at, key], after: after[key] }];
    if (!(key in after)) return [{ at: [...at, key], before: before[key] }];
    return changes(before[key], after[key], [...at, key]);
  });
}

/** Keys that channels once had, by the names that their repairs read, with values to ask for. */
const CHANNELS = ["discord", "slack", "telegram", "googlechat", "feishu", "imessage", "irc", "mattermost", "msteams", "matrix",
  "nextcloud-talk", "signal", "whatsapp", "zalouser", "tlon", "line"];
const NAMED = { streaming: ["off", "partial", "block", "progress", "x", true, false, 5, null, []],
  streamMode: ["off", "partial", "block", "progress", "replace", "append", "status_final", "x", true, 5, null], chunkMode: ["length", "x", 5],
  blockStreaming: [true, "x"], blockStreamingCoalesce: [{}, true, { minChars: 5 }], draftChunk: [{}, 5], nativeStreaming: [true, "x"],
  "dm.policy": ["open", "pairing", "x", 5], "dm.allowFrom": [["*"], ["x"], 5], "dm.replyToMode": ["off", "x", 5],
  "thread.requireExplicitMention": [true, "x"], "capabilities.interactiveReplies": [true, "x"], enterpriseOrgInstall: [true, "x"],
  allowPrivateNetwork: [true, "x"], botName: ["x", 5], "groups.*.allow": [true, "x", 5], "channels.*.allow": [true, "x", 5],
  "guilds.*.channels.*.allow": [true, "x", 5], "teams.*.channels.*.allow": [true, "x"], "rooms.*.allow": [true, "x"],
  httpUrl: ["http://127.0.0.1:8080", "x"], httpHost: ["127.0.0.1", "x y"], httpPort: [8080, 0], "heartbeat.showOk": [true, "x"],
  "threadBindings.ttlHours": [5, "x"], "threadBindings.spawnSubagentSessions": [true, "x"], "voice.tts.prefsPath": ["x"] };
const letterOf = (value) => (value === null ? "z" : Array.isArray(value) ? "a" : typeof value)[0];
const isListed = (place) => rows.some(([listed]) => listed === place);
const channelRows = CHANNELS.flatMap((channel) => ["", "accounts.*."].flatMap((scope) => Object.entries(NAMED).map(([key, values]) => [`channels.${channel}.${scope}${key}`, values])))
  
  .filter(([place]) => !together.test(place) && !isListed(place) && (place.endsWith(".streaming") || !place.split(".").reduce((line, step) => line && child(line, step), now)));
const asked = [...channelRows.flatMap(([place, values]) => values.map((value) => ({ place, value, named: true, file: put({ agents: { entries: { k1: {} } } }, place, value) }))),
  ...rows.flatMap(([place, what]) => samples(place, what ?? "").map((value) => ({ place, value, file: put({ agents: { entries: { k1: {} } } }, place, value) })))];
const answers = ask("first", asked.map(({ file }) => file));
const effects = new Map();
asked.forEach(({ place, value, file }, index) => {
  const { verdict, tree } = answers[index];
  if (verdict !== "repaired") return;
  const own = steps(place);
  const found = changes(file, tree);
  const gone = found.filter((one) => !("after" in one));
  const come = found.filter((one) => !("before" in one));
  const other = found.filter((one) => "before" in one && "after" in one);
  const written = (at) => at.map((key) => (key === "k1" ? "*" : key)).join(".");
  let effect = "?";
  if (!other.length && gone.length === 1 && own.slice(0, gone[0].at.length).every((key, index) => String(key) === String(gone[0].at[index]))) {
    const up = own.length - gone[0].at.length;
    // A holder that held nothing else went, too.
    const tail = up ? ` ^${up}` : "";
    if (!come.length) effect = `-${tail}`;
    else if (come.length === 1) {
      const to = come[0].at;
      const leaf = (at, inner) => (isObject(inner) && Object.keys(inner).length === 1 && !same(inner, value) ? leaf([...at, Object.keys(inner)[0]], Object.values(inner)[0]) : [at, inner]);
      const [place, held] = leaf(to, come[0].after);
      effect = same(held, value) ? `> ${written(place)}${tail}` : `> ${written(place)} = ${JSON.stringify(held)}${tail}`;
    }
  } else if (other.length === 1 && found.length === 1 && same(other[0].at.map(String), own.map(String))) effect = `= ${JSON.stringify(other[0].after)}`;
  const all = effects.get(place) ?? [];
  all.push({ value, effect, found });
  effects.set(place, all);
});
const lines = [];
for (const [place, all] of effects) {
  const kinds = [...new Set(all.map(({ effect }) => effect))];
  // What is written then may depend on the value.
  if (kinds.length === 1 && !kinds[0].includes("= ")) lines.push(`${place}\t\t${kinds[0]}`);
  else for (const { value, effect } of all) lines.push(`${place}\t${JSON.stringify(value)}\t${effect}`);
}
fs.writeFileSync(path.join(work, "repairs.tsv"), lines.join("\n") + "\n");
const mended = channelRows.flatMap(([place]) => (effects.has(place) ? [[place, [...new Set(effects.get(place).map(({ value }) => letterOf(value)))].sort().join("")]] : []));
fs.writeFileSync(path.join(work, "retired-channels.tsv"), mended.map((row) => row.join("\t") + "\n").join(""));
fs.writeFileSync(path.join(work, "repairs.log"), [...effects].flatMap(([place, all]) => all.map(({ value, effect, found }) => `${place}\t${JSON.stringify(value)}\t${effect}\t${JSON.stringify(found)}`)).join("\n"));
process.exit(0);
