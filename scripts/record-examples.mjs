// Records the config examples of released OpenClaws' documentation and what each package makes of them:
// `node scripts/record-examples.mjs WORK PACKAGE... -- ASKED... > fixtures/openclaw/doc-examples.json`, where WORK is a scratch
// folder and the others are folders of installed npm packages, newest first, of which those after `--` are asked only. Facts only: longer texts become "text". An example is
// a JSON block whose root keys are those of a config, or of one older than it; of several with the same keys and types
// one is kept, and none whose answer depends on the machine: programs, other files, plugins that are not shipped.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const [, , work, ...named] = process.argv;
const homes = named.filter((name) => name !== "--");
const read = named.includes("--") ? named.slice(0, named.indexOf("--")) : homes;
const here = path.dirname(fileURLToPath(import.meta.url));
const lines = fs.readFileSync(path.join(here, "../src/releases/shape/openclaw.jsonl"), "utf8").split("\n").map((line) => line && JSON.parse(line));
const OLD = ["agent", "heartbeat", "routing", "memorySearch", "defaultModel", "identity", "tts"];
const roots = new Set([...OLD, ...Object.values(lines[0]).flatMap((line) => Object.keys(lines[line].p))]);

const plain = (value, name) => {
  if (typeof value === "string") return value.length > 60 || value.split(/\s+/).length > 5 ? "text" : value;
  if (Array.isArray(value)) return value.map((one) => plain(one));
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner, key)]));
};
const dependsOnMachine = ({ plugins, secrets, tools, ...config }) =>
  plugins?.load || plugins?.slots || tools?.web?.search?.provider || JSON.stringify(config).includes('"$include"') ||
  Object.values(secrets?.providers ?? {}).some((provider) => provider?.command);
const outline = (value) => {
  if (Array.isArray(value)) return `[${[...new Set(value.map(outline))].join()}]`;
  if (!value || typeof value !== "object") return value === null ? "null" : typeof value;
  return `{${Object.entries(value).map(([key, inner]) => key + outline(inner)).sort().join()}}`;
};
const pages = (folder) => fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? pages(path.join(folder, entry.name)) : entry.name.endsWith(".md") ? [path.join(folder, entry.name)] : []);

const found = new Map();
for (const home of read) {
  const JSON5 = createRequire(path.join(home, "package.json"))("json5");
  for (const page of pages(path.join(home, "docs")).sort()) {
    for (const [, text] of fs.readFileSync(page, "utf8").matchAll(/^[ \t]*```jsonc?5?[^\n]*\n([\s\S]*?)^[ \t]*```/gm)) {
      let config;
      for (const form of [text, `{${text}}`]) {
        try { config ??= JSON5.parse(form); } catch { /* a fragment */ }
      }
      if (!config || typeof config !== "object" || Array.isArray(config)) continue;
      const keys = Object.keys(config);
      if (!keys.length || !keys.every((key) => roots.has(key))) continue;
      config = plain(config);
      if (dependsOnMachine(config)) continue;
      if (!found.has(outline(config))) found.set(outline(config), { page: path.relative(path.join(home, "docs"), page), config });
    }
  }
}
const examples = [...found.values()].map((example, at) => ({ id: `e${String(at).padStart(4, "0")}`, page: example.page, config: JSON.stringify(example.config) }));
for (const home of homes) {
  const { version } = JSON.parse(fs.readFileSync(path.join(home, "package.json")));
  const at = (name) => path.join(work, version, name);
  fs.mkdirSync(at("state"), { recursive: true });
  fs.writeFileSync(at("cases"), examples.map(({ id, config }) => JSON.stringify({ id, config })).join("\n"));
  const env = { PATH: process.env.PATH, HOME: path.join(work, version), OPENCLAW_STATE_DIR: at("state"), OPENCLAW_CONFIG_PATH: at("openclaw.json"),
    HB_SET: "45m", HB_NUM: "20", HB: "40m", EMPTY: "" };
  execFileSync(process.execPath, [path.join(here, "../tests/differential/ask.mjs"), home, at("cases"), at("answers")], { env, cwd: path.join(work, version) });
  for (const [index, line] of fs.readFileSync(at("answers"), "utf8").trim().split("\n").entries()) {
    const { verdict, beats } = JSON.parse(line);
    examples[index][version] = { verdict, beats };
  }
}
const note = "Examples of OpenClaw's own documentation, longer texts replaced, and what the packages make of them, asked by " +
  "scripts/record-examples.mjs with HB_SET=45m, HB_NUM=20, HB=40m and EMPTY set but empty.";
fs.writeSync(1, `{\n "note": ${JSON.stringify(note)},\n "probes": [\n${examples.map((one) => "  " + JSON.stringify(one)).join(",\n")}\n ]\n}\n`);
