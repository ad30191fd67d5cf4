// Records which keys and values the start of a current OpenClaw takes away, by asking it about each that older releases
// accept, or that its own repairs name: `node scripts/record-retired.mjs WORK NEWEST OLDER...`, where WORK is a scratch
// folder and the others are folders of installed npm packages, newest first. Writes WORK/retired.tsv; the rows are
// described in `src/releases/shape/retired.rs`. What it cannot tell by itself is in `asked.tsv` beside it: `env.*`, `memorySearch`
// at the root, the keys of MCP servers that the validator refuses by hand, and what channels name in code of their own.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const [, , work, ...homes] = process.argv;
const here = path.dirname(fileURLToPath(import.meta.url));
fs.mkdirSync(path.join(work, "state"), { recursive: true });

// The table of `record-shape.mjs` as trees again, each node made when it is asked for.
const lines = execFileSync(process.execPath, [path.join(here, "record-shape.mjs"), ...homes], { maxBuffer: 1e9 })
  .toString().trim().split("\n").map((line) => JSON.parse(line));
const version = (home) => JSON.parse(fs.readFileSync(path.join(home, "package.json"))).version;
const [now, ...olds] = homes.map((home) => lines[0][version(home)]);
const node = (line) => lines[line] ?? {};
const forms = (line) => [line, ...[...(node(line).o ?? []), ...(node(line).l ?? [])].flatMap(forms)];
const child = (line, key) => {
  const within = forms(line);
  const own = within.map((form) => (key === "[]" ? node(form).i : node(form).p?.[key])).find((found) => found > 0);
  return own ?? (key === "[]" ? undefined : within.map((form) => node(form).a).find((found) => found > 1));
};
const keys = (line) => [...new Set(forms(line).flatMap((form) => Object.keys(node(form).p ?? {})))];
const isClosed = (line) => forms(line).some((form) => node(form).a === 0);
const types = (line) => forms(line).map((form) => node(form).t ?? "").join("").replaceAll("i", "n");
const values = (line) => forms(line).flatMap((form) => node(form).e ?? []);

function sample(line, depth = 0, whole = false) {
  const { t = "o", e, o, l, p = {}, r = [], min, over, few, i, m = "", u, short } = node(line);
  if (depth > 12) return "x";
  if (e) return e[0];
  if (o ?? l) return sample((o ?? l)[0], depth + 1, whole);
  if (t[0] === "s") {
    if (u || /tt|TT/.test(m)) return "https://example.org";
    return m.startsWith("^#") ? "#aabbcc" : m.includes("+[1-9]") ? "+4915112345678" : "x".repeat(short ?? 1);
  }
  if ("ni".includes(t[0])) return min ?? (over === undefined ? 1 : over + 1);
  if (t[0] === "b") return true;
  if (t[0] === "z") return null;
  if (t[0] === "a") return few ? [sample(i ?? 1, depth + 1)] : [];
  const wanted = whole && depth < 4 ? Object.keys(p) : r;
  return Object.fromEntries(wanted.map((key) => [key, sample(p[key] ?? 1, depth + 1, whole)]));
}

// What an older release has and the newest has not.
const found = new Map();
const note = (place, kind, samples) => {
  const id = place.join("\t");
  const entry = found.get(id) ?? { place, kind, samples: [] };
  for (const one of samples) if (!entry.samples.some((old) => JSON.stringify(old) === JSON.stringify(one))) entry.samples.push(one);
  found.set(id, entry);
};
function compare(old, line, place, depth = 0) {
  if (depth > 14) return;
  for (const key of keys(old)) {
    if (place.length === 1 && place[0] === "agents" && key === "list") {
      const [item, entry] = [child(child(old, "list"), "[]"), child(child(line, "entries"), "main")];
      compare(item, entry, ["agents", "entries", "*"], depth + 1);
      continue;
    }
    const [before, after] = [child(old, key), child(line, key)];
    if (!after && isClosed(line)) note([...place, key], "key", [sample(before), sample(before, 0, true)]);
    else if (after) compare(before, after, [...place, key], depth + 1);
  }
  for (const [key, inner] of [["*", "\0"], ["[]", "[]"]]) {
    const [before, after] = [child(old, inner), child(line, inner)];
    if (before && after) compare(before, after, [...place, key], depth + 1);
  }
  const [allowed, letters] = [values(line), types(line)];
  const open = forms(line).some((form) => node(form).t === "s" && !node(form).e);
  if (allowed.length && !open) for (const value of values(old)) if (!allowed.includes(value)) note(place, "value", [value]);
}
for (const old of olds) compare(old, now, []);

// What the repairs of the newest name in their own source: paths, as lists or with dots.
const source = fs.readdirSync(path.join(homes[0], "dist")).filter((name) => /^(legacy|io\.snapshot-).*\.mjs$/.test(name))
  .map((name) => fs.readFileSync(path.join(homes[0], "dist", name), "utf8")).join("\n");
const known = new Set([...keys(now), ...olds.flatMap(keys), "routing", "defaultModel", "agent", "identity"]);
const dotted = [...source.matchAll(/["`' ]((?:[A-Za-z][\w-]*|\*|<\w+>)(?:\.(?:[A-Za-z_][\w-]*|\*|<\w+>))+)/g)].map((hit) => hit[1].split("."));
const listed = [...source.matchAll(/\[((?:\s*"[A-Za-z*][\w*-]*",?)+)\s*\]/g)].map((hit) => [...hit[1].matchAll(/"([^"]+)"/g)].map((name) => name[1]));
for (const steps of [...dotted, ...listed].map((all) => all.map((step) => (step.startsWith("<") ? "*" : step)))) {
  const reached = steps.reduce((line, key) => line && child(line, key), now);
  if (known.has(steps[0]) && steps.length < 9 && !steps.includes("list") && !reached && !found.has(steps.join("\t"))) note(steps, "key", []);
}

// A file with a value at a place, its holders as the newest wants them.
function build(place, value) {
  const file = {};
  let [at, line] = [file, now];
  place.forEach((step, index) => {
    const key = step === "*" ? "k1" : step === "[]" ? 0 : step;
    if (index === place.length - 1) return void (at[key] = value);
    line = line && child(line, step === "[]" ? "[]" : String(key));
    const holder = line ? sample(line) : {};
    const made = place[index + 1] === "[]" ? [] : holder && typeof holder === "object" && !Array.isArray(holder) ? holder : {};
    at = at[key] = made;
  });
  return file;
}
const ODD = [null, true, false, 5, "x", {}, [], ["x"], { x: 1 }];
const cases = [...found.values()].flatMap((entry) => {
  const odd = entry.kind === "value" ? [] : ODD.filter((one) => !entry.samples.some((old) => JSON.stringify(old) === JSON.stringify(one)));
  return [...entry.samples.map((value) => ({ entry, value, known: true })), ...odd.map((value) => ({ entry, value, known: false }))];
});
fs.writeFileSync(path.join(work, "cases"), cases.map(({ entry, value }, id) => JSON.stringify({ id, config: JSON.stringify(build(entry.place, value)) })).join("\n"));
const env = { PATH: process.env.PATH, HOME: work, OPENCLAW_STATE_DIR: path.join(work, "state"), OPENCLAW_CONFIG_PATH: path.join(work, "openclaw.json") };
const ask = path.join(here, "../tests/differential/ask.mjs");
execFileSync(process.execPath, [ask, homes[0], path.join(work, "cases"), path.join(work, "answers")], { env, cwd: work });
const answers = fs.readFileSync(path.join(work, "answers"), "utf8").trim().split("\n").map((line) => JSON.parse(line).verdict);

const letter = (value) => (value === null ? "z" : Array.isArray(value) ? "a" : typeof value)[0];
const rows = new Map();
for (const entry of found.values()) {
  const own = cases.flatMap((one, at) => (one.entry === entry ? [{ ...one, mended: answers[at] === "repaired" }] : []));
  const mended = own.filter((one) => one.mended);
  if (!mended.length) continue;
  if (entry.kind === "value") { rows.set(entry.place.join("."), "=" + JSON.stringify(mended.map((one) => one.value))); continue; }
  if (mended.length === own.length) { rows.set(entry.place.join("."), "*"); continue; }
  const all = [...new Set(own.map((one) => letter(one.value)))].sort();
  const whole = all.filter((type) => own.every((one) => letter(one.value) !== type || one.mended)).join("");
  const fits = own.some((one) => one.known && one.mended) && all.some((type) => !whole.includes(type) && mended.some((one) => letter(one.value) === type));
  const empty = own.some((one) => !one.mended && JSON.stringify(one.value) === "{}") && own.some((one) => one.known && letter(one.value) === "o");
  const what = whole + (fits ? (empty ? "+" : "~") : "");
  if (what) rows.set(entry.place.join("."), what);
}
const within = (place) => place.split(".").slice(0, -1).some((_, at, all) => rows.get(all.slice(0, at + 1).join(".")) === "*");
const isNamed = (place) => /^models\.providers\.(?!\*)/.test(place); // "*" says the same
const kept = [...rows].filter(([place]) => !within(place) && !isNamed(place)).sort(([a], [b]) => (a < b ? -1 : 1));
fs.writeFileSync(path.join(work, "retired.tsv"), kept.map((row) => row.join("\t") + "\n").join(""));
process.exit(0);
