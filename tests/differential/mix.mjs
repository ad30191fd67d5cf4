// Random whole files that mix every part of a config: `node mix.mjs SEED COUNT [KIND]`, one JSON object a line, { id,
// kind, config }. Parts come from public configs, from the examples of OpenClaw's documentation, and from what was recorded
// of the releases; what depends on the machine is left out; faults, retired keys and parts at foreign places come on top. Same seed, same files.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const [, , seed, count, only] = process.argv;
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "../..");
const read = (name) => fs.readFileSync(path.join(root, name), "utf8");
const table = read("src/releases/shape/openclaw.jsonl").trim().split("\n").map((line) => JSON.parse(line));
const places = ["retired.tsv", "asked.tsv"].flatMap((name) => read(`src/releases/shape/${name}`).trim().split("\n"));
const bothOf = (place) => (place.includes("@") ? [place.replace("@.", ""), place.replace("@", "accounts.*")] : [place]);
const retired = places.flatMap((line) => bothOf(line.split("\t")[0])).map((place) => place.split("."));
const real = JSON.parse(read("fixtures/openclaw/real-configs.json")).configs.map(({ config }) => config);
const examples = JSON.parse(read("fixtures/openclaw/doc-examples.json")).probes.map(({ config }) => JSON.parse(config));
const corpus = [...real, ...examples, ...examples];

let state = Number(seed) >>> 0;
function random() {
  // mulberry32
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (bound) => Math.floor(random() * bound);
const oneIn = (bound) => below(bound) === 0;
const pick = (all) => all[below(all.length)];
const copy = (value) => structuredClone(value);
const isObject = (value) => value && typeof value === "object" && !Array.isArray(value);

const WORDS = ["x", "main", "ops", "30m", "5m", "0m", "12", "", " ", "a b", "off", "on", "true", "auto", "none", "default", "https://example.org/v1", "http://localhost:8080",
  "anthropic/claude-haiku-4-5", "openai/gpt-5.5", "/srv/x", "~/x", "./x", "../x", "10mb", "telegram", "discord", "slack", "openai", "anthropic", "*", "12345", "+4915112345678",
  "user:123", "${HB}", "${EMPTY}", "${MISSING}", "$${HB}", "Europe/Berlin", "09:00", "#aabbcc", "a.b", "a/b", "kimi", "ollama", "host.example.org", "127.0.0.1", "::1", "ünï", "__proto__"];
const IDS = ["main", "a", "Ops", "Big Boss", "助手", "ops-", "constructor", "_x", "researcher"];
const KEYS = ["main", "k1", "telegram", "default", "a", "openai", "anthropic/claude-haiku-4-5", "*", "discord", "memory-core", "12345", "a b", ""];
const ODD = [null, true, false, 0, 1, 30, -1, 1.5, 1e9, "", "x", "true", [], {}, [null], ["x"], [{}], { x: 1 }, { enabled: false }];

/** A value that fits a line of the table, as far as its shape goes. */
function value(line, depth, density) {
  const node = table[line];
  if (node.o) {
    const made = value(pick(node.o), depth, density);
    return isObject(made) && node.p ? { ...made, ...object(node, depth, density) } : made;
  }
  if (node.l) return value(node.l[0], depth, density);
  if (node.e) return pick(node.e);
  const type = node.t ? node.t[below(node.t.length)] : "";
  if (type === "s") return text(node);
  if (type === "n" || type === "i") {
    const least = node.min ?? (node.over === undefined ? 0 : node.over + 1);
    const most = Math.min(node.max ?? least + 2000, least + 10 ** below(7));
    return oneIn(6) ? most : Math.floor(least + random() * (most - least));
  }
  if (type === "b") return oneIn(2);
  if (type === "z") return null;
  if (type === "a") return Array.from({ length: (node.few ?? 0) + below(3) }, () => (node.i === undefined ? "x" : value(node.i, depth + 1, density)));
  if (type === "o") return object(node, depth, density);
  return copy(pick(ODD));
}
function object(node, depth, density) {
  const made = {};
  for (const key of node.r ?? []) made[key] = value(node.p?.[key] ?? 1, depth + 1, density);
  const keys = Object.keys(node.p ?? {});
  for (let more = below(depth > 4 ? 2 : density); more > 0 && keys.length; more--) {
    const key = pick(keys);
    if (node.p[key] > 0) made[key] = value(node.p[key], depth + 1, density);
  }
  if (node.a > 0 && (!keys.length || oneIn(3))) made[pick(KEYS)] = value(node.a, depth + 1, density);
  return made;
}
function text(node) {
  if (node.u) return pick(["https://example.org/v1", "http://127.0.0.1:9000", "wss://example.org", "x", "ftp://example.org"]);
  if (/tt/i.test(node.m ?? "")) return "https://example.org/v1";
  const word = pick(WORDS);
  return (node.short ?? 0) > word.length ? word.padEnd(node.short, "x") : word;
}

/** Every place of a file: its holder and a key. */
function placesOf(file) {
  const found = [];
  const walk = (holder, at) => {
    for (const key of Array.isArray(holder) ? holder.keys() : Object.keys(holder)) {
      found.push({ holder, key, at: [...at, String(key)] });
      if (holder[key] && typeof holder[key] === "object") walk(holder[key], [...at, String(key)]);
    }
  };
  walk(file, []);
  return found;
}
function merge(into, from) {
  for (const [key, inner] of Object.entries(from)) {
    if (isObject(into[key]) && isObject(inner)) merge(into[key], inner);
    else if (!(key in into) || oneIn(2)) into[key] = copy(inner);
  }
  return into;
}
const child = (line, key) => {
  const node = table[line];
  const own = /^\d+$/.test(key) && node.i !== undefined ? node.i : (node.p?.[key] ?? (node.a > 0 ? node.a : undefined));
  return own ?? [...(node.o ?? []), ...(node.l ?? [])].map((form) => child(form, key)).find((found) => found !== undefined);
};
const lineOf = (release, at) => at.reduce((line, key) => (line === undefined ? line : child(line, key)), table[0][release]);
const RELEASES = Object.keys(table[0]);

/** Parts of several files as one. */
function parts() {
  const file = copy(pick(corpus));
  for (let more = below(4); more > 0; more--) {
    const other = pick(corpus);
    if (oneIn(2)) merge(file, other);
    else for (const [key, inner] of Object.entries(other)) if (!(key in file) || oneIn(4)) file[key] = copy(inner);
  }
  return file;
}
/** Another value, a misspelt, missing, added or moved key. */
function spoil(file) {
  const all = placesOf(file);
  if (!all.length) return;
  const { holder, key, at } = pick(all);
  const kind = below(9);
  if (kind === 0 && !Array.isArray(holder)) {
    const typo = oneIn(2) ? key.slice(0, key.length >> 1) + key.slice((key.length >> 1) + 1) : key.toLowerCase() === key ? key + "s" : key.toLowerCase();
    const moved = holder[key];
    delete holder[key];
    holder[typo] = moved;
  } else if (kind === 1) Array.isArray(holder) ? holder.splice(key, 1) : delete holder[key];
  else if (kind === 2 && !Array.isArray(holder)) holder[pick(["enabled", "id", "name", "model", "comment", "_note", "timeoutMs", "type"])] = copy(pick(ODD));
  else if (kind === 3 && typeof holder[key] === "string") holder[key] = pick(WORDS);
  else if (kind === 4 && typeof holder[key] === "number") holder[key] = pick([-1, 0, 1, 1.5, 60, 65536, 1e7, 1e15]);
  else if (kind === 5) {
    const other = pick(all);
    holder[key] = copy(other.holder[other.key]);
  } else if (kind === 6) {
    const line = lineOf(pick(RELEASES), at);
    holder[key] = line > 1 ? value(line, 2, 3) : copy(pick(ODD));
  } else holder[key] = copy(pick(ODD));
}
/** A new part at a place that a release has. */
function graft(file, density) {
  const release = pick(RELEASES);
  let [holder, line, key] = [file, table[0][release]];
  for (let depth = 0; depth < 8; depth++) {
    const node = [line, ...(table[line].o ?? [])].map((at) => table[at]).find((one) => one.p || one.a > 0 || one.i > 0);
    if (!node) break;
    if (Array.isArray(holder)) key = oneIn(2) ? holder.length : Math.max(0, holder.length - 1);
    else {
      const keys = Object.keys(node.p ?? {}).filter((name) => node.p[name] > 0);
      const there = Object.keys(holder);
      key = keys.length && !(node.a > 0 && oneIn(2)) ? pick(keys) : there.length && oneIn(2) ? pick(there) : pick(KEYS);
    }
    const next = child(line, String(key));
    if (next === undefined) break;
    line = next;
    const deeper = holder[key] && typeof holder[key] === "object" && !oneIn(3);
    if (!deeper && oneIn(2)) break;
    if (!deeper) {
      const inner = [line, ...(table[line].o ?? [])].map((at) => table[at]).find((one) => one.p || one.a > 0);
      if (!inner) break;
      holder[key] = Object.fromEntries((inner.r ?? []).map((name) => [name, value(inner.p?.[name] ?? 1, depth + 1, 2)]));
    }
    holder = holder[key];
    key = undefined;
  }
  if (key !== undefined) holder[key] = value(line, 3, density);
}
/** A retired key, or a value that older releases had. */
function retire(file) {
  const steps = pick(retired);
  let holder = file;
  let line = table[0]["2026.7.35"];
  for (const [index, step] of steps.entries()) {
    const key = step === "*" ? (isObject(holder) && Object.keys(holder).length && oneIn(2) ? pick(Object.keys(holder)) : "k1") : step === "[]" ? 0 : step;
    line = line === undefined ? line : child(line, step === "entries" && steps[0] === "agents" ? "list" : String(key));
    if (step === "entries" && steps[0] === "agents" && line) line = table[line].i;
    if (index === steps.length - 1) holder[key] = line > 1 && !oneIn(4) ? value(line, 2, 4) : copy(pick(ODD));
    else {
      if (!holder[key] || typeof holder[key] !== "object") holder[key] = steps[index + 1] === "[]" ? [] : {};
      holder = holder[key];
    }
  }
}
function roster(file) {
  const agents = isObject(file.agents) ? file.agents : (file.agents = {});
  if (oneIn(2)) agents.list = Array.from({ length: 1 + below(3) }, () => ({ id: pick(IDS), ...(oneIn(4) ? { default: true } : {}) }));
  else {
    agents.entries = Object.fromEntries(Array.from({ length: 1 + below(3) }, () => [pick(["main", "a", "ops", "x_1"]), {}]));
    if (Object.keys(agents.entries).length > 1) agents.ownership = "explicit";
  }
}
const KINDS = {
  parts: () => parts(),
  faults: () => { const file = parts(); for (let n = below(3); n >= 0; n--) spoil(file); return file; },
  grafts: () => { const file = oneIn(2) ? parts() : copy(pick(examples)); for (let n = below(4); n >= 0; n--) graft(file, 4); return file; },
  "one place": () => { const file = oneIn(3) ? copy(pick(examples)) : {}; graft(file, 2); if (oneIn(3)) spoil(file); return file; },
  "old keys": () => { const file = oneIn(2) ? parts() : {}; for (let n = below(3); n >= 0; n--) retire(file); if (oneIn(3)) roster(file); return file; },
  everything: () => {
    const file = oneIn(2) ? parts() : object(table[table[0][pick(RELEASES)]], 0, 6);
    if (oneIn(2)) roster(file);
    for (let n = below(3); n > 0; n--) graft(file, 5);
    if (oneIn(2)) retire(file);
    if (oneIn(3)) spoil(file);
    return file;
  },
};
/** Without what depends on the machine: files beside it, programs of secret providers, plugins that are not shipped. */
function withoutMachine(file) {
  delete file.$schema;
  delete file.plugins?.load;
  delete file.plugins?.slots;
  delete file.tools?.web?.search?.provider;
  for (const provider of Object.values(isObject(file.secrets?.providers) ? file.secrets.providers : {})) if (isObject(provider)) delete provider.command;
  const walk = (value) => {
    if (isObject(value)) delete value.$include;
    if (value && typeof value === "object") Object.values(value).forEach(walk);
  };
  walk(file);
  return file;
}
const kinds = only ? [only] : Object.keys(KINDS);
const lines = [];
for (let id = 0; id < Number(count); id++) {
  const kind = kinds[id % kinds.length];
  const file = withoutMachine(KINDS[kind]());
  lines.push(JSON.stringify({ id, kind, config: JSON.stringify(file) }));
}
fs.writeSync(1, lines.join("\n") + "\n");
