// Records what released OpenClaws accept, as one table: `node scripts/record-shape.mjs PACKAGE... > src/releases/shape/openclaw.jsonl`,
// where PACKAGE is the folder of an installed npm package. Facts only: keys, types, values, bounds; no words of theirs.
// The core comes from the package's own validator (what it takes in, not what it makes of it), the parts of channels and
// plugins from `openclaw config schema`. A line is a node, its children are line numbers; line 0 names the roots.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const lines = ["", "{}"];
const known = new Map([["{}", 1]]);
const LETTERS = { string: "s", number: "n", integer: "i", boolean: "b", object: "o", array: "a", null: "z" };

/** The line of a JSON Schema; 0 is "nothing fits". */
function line(schema, root) {
  if (schema === false) return 0;
  if (schema === true || schema === undefined) return 1;
  if (schema.$line) return schema.$line;
  if (schema.$ref) {
    const target = schema.$ref.split("/").slice(1).reduce((at, key) => at?.[key.replace("~1", "/").replace("~0", "~")], root);
    return target === undefined || root.open?.has(target) ? 1 : within(target, root, () => line(target, root));
  }
  const node = {};
  const each = (all) => all.map((one) => line(one, root));
  if (schema.type) node.t = [].concat(schema.type).map((type) => LETTERS[type]).join("");
  if ("const" in schema) node.e = [schema.const];
  if (schema.enum) node.e = schema.enum;
  if (schema.properties) {
    const keys = Object.entries(schema.properties).filter(([key]) => key !== "$schema" || root === schema);
    node.p = Object.fromEntries(keys.map(([key, inner]) => [key, line(inner, root)]));
  }
  // A key with a default is filled in before it is asked for.
  const asked = (schema.required ?? []).filter((key) => !("default" in (schema.properties?.[key] ?? {})));
  if (asked.length) node.r = asked;
  if ("additionalProperties" in schema) node.a = line(schema.additionalProperties, root);
  if (schema.propertyNames) node.n = line(schema.propertyNames, root);
  if (schema.items !== undefined && !Array.isArray(schema.items)) node.i = line(schema.items, root);
  const tuple = schema.prefixItems ?? (Array.isArray(schema.items) ? schema.items : undefined);
  if (tuple) node.x = each(tuple);
  if (schema.anyOf ?? schema.oneOf) node.o = each(schema.anyOf ?? schema.oneOf);
  if (schema.allOf) node.l = each(schema.allOf);
  const bound = { minimum: "min", maximum: "max", exclusiveMinimum: "over", exclusiveMaximum: "under", minLength: "short",
    maxLength: "long", minItems: "few", maxItems: "many", minProperties: "few", maxProperties: "many", pattern: "m" };
  for (const [keyword, short] of Object.entries(bound)) {
    if (keyword in schema && Math.abs(schema[keyword]) !== Number.MAX_SAFE_INTEGER) node[short] = schema[keyword];
  }
  if (schema.format === "uri") node.u = true;
  const text = JSON.stringify(node);
  if (!known.has(text)) known.set(text, lines.push(text) - 1);
  return known.get(text);
}

function within(target, root, run) {
  root.open ??= new Set();
  root.open.add(target);
  const found = run();
  root.open.delete(target);
  return found;
}

/** The providers that need neither an address nor models of their own, which the validator checks beside its schema. */
function overlaysOf(dist) {
  for (const chunk of fs.readdirSync(dist).filter((name) => /^zod-schema\.core-.*\.m?js$/.test(name))) {
    const found = /BUILT_IN_MODEL_PROVIDER_OVERLAY_IDS = [^[]*(\[[^\]]*\])/.exec(fs.readFileSync(path.join(dist, chunk), "utf8"));
    if (found) return JSON.parse(found[1]);
  }
  return [];
}

let overlays = [];
let byHand = false;
const BY_HAND = ["connectTimeout", "connect_timeout", "timeout", "workingDirectory", "supports_parallel_tool_calls",
  "ssl_verify", "client_cert", "client_key", "disabled"];

/** A pattern that ignores case says so in itself. */
function override({ zodSchema, jsonSchema }) {
  const own = zodSchema._zod.def.checks?.map((check) => check._zod.def.pattern).filter(Boolean);
  const [pattern, ...others] = own ?? [];
  if (pattern?.flags.includes("i") && !others.length) jsonSchema.pattern = `(?i)${pattern.source}`;
}

async function core(home) {
  const dist = path.join(home, "dist");
  for (const chunk of fs.readdirSync(dist).filter((name) => /^zod-schema-.*\.m?js$/.test(name))) {
    const text = fs.readFileSync(path.join(dist, chunk), "utf8");
    if (!text.includes("OpenClawSchema = ")) continue;
    const name = /\bOpenClawSchema as (\w+)/.exec(text)?.[1] ?? "OpenClawSchema";
    const schema = (await import(pathToFileURL(path.join(dist, chunk))))[name];
    overlays = overlaysOf(dist);
    byHand = text.includes('"supports_parallel_tool_calls"');
    const zod = createRequire(path.join(home, "package.json"))("zod");
    return zod.toJSONSchema(schema, { io: "input", unrepresentable: "any", cycles: "ref", reused: "inline", override });
  }
  throw new Error(`no validator found in ${home}`);
}

function exported(home) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "shape-"));
  const env = { PATH: process.env.PATH, HOME: scratch, OPENCLAW_STATE_DIR: scratch, OPENCLAW_CONFIG_PATH: path.join(scratch, "none.json") };
  const text = execFileSync(process.execPath, [path.join(home, "openclaw.mjs"), "config", "schema"], { env, maxBuffer: 1e9 });
  fs.rmSync(scratch, { recursive: true });
  return JSON.parse(text);
}

const roots = {};
for (const home of process.argv.slice(2)) {
  const { version } = JSON.parse(fs.readFileSync(path.join(home, "package.json")));
  const schema = await core(home);
  const printed = exported(home).properties;
  const { channels, plugins } = schema.properties;
  const ofChannels = printed.channels.properties;
  for (const [id, channel] of Object.entries(ofChannels)) channels.properties[id] ??= { whole: channel };
  // Printed, but its plugin is not shipped: `channels.qa-channel: unknown channel id` (asked of 2026.7.35 and 2026.9.6).
  if (version !== "2026.4.15") delete channels.properties["qa-channel"];
  channels.additionalProperties = false;
  const providers = schema.properties.models.properties.providers;
  const provider = providers.additionalProperties;
  if (overlays.length) {
    providers.properties = Object.fromEntries(overlays.map((id) => [id, provider]));
    providers.additionalProperties = { ...provider, required: [...(provider.required ?? []), "baseUrl", "models"] };
  }
  // Keys that the validator refuses by hand in an object that takes any.
  const servers = [schema.properties.mcp, schema.properties.nodeHost?.properties.mcp].map((mcp) => mcp?.properties?.servers);
  for (const server of servers.map((all) => all?.additionalProperties).filter((server) => server && byHand)) {
    for (const key of BY_HAND) server.properties[key] = false;
  }
  const entry = plugins.properties.entries.additionalProperties;
  plugins.properties.entries.properties = Object.fromEntries(
    Object.entries(printed.plugins.properties.entries.properties)
      .map(([id, plugin]) => [id, plugin.properties?.config])
      .filter(([, config]) => config)
      .map(([id, config]) => [id, { ...entry, properties: { ...entry.properties, config: { whole: config } } }]),
  );
  // What comes from elsewhere is a document of its own, as far as references go.
  const whole = (node) => (node?.whole ? { ...node.whole } : node);
  const resolve = (node) => {
    if (Array.isArray(node)) return node.map(resolve);
    if (!node || typeof node !== "object") return node;
    if (node.whole) return { $line: line(whole(node), whole(node)) };
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, resolve(inner)]));
  };
  roots[version] = line(resolve(schema), schema);
}
lines[0] = JSON.stringify(roots);
fs.writeSync(1, lines.join("\n") + "\n");
process.exit(0);
