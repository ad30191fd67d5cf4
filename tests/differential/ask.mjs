// What a real OpenClaw says of many configs, in one process: `node ask.mjs PACKAGE CASES ANSWERS`, where PACKAGE is the
// folder of the installed npm package, and both files hold one JSON object a line: { id, config } in, { id, verdict,
// beats, issues, tree } out, where the tree is the repaired config. OPENCLAW_CONFIG_PATH and OPENCLAW_STATE_DIR must name places that may be written over.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [, , home, casesPath, answersPath] = process.argv;
const dist = path.join(home, "dist");
const { version } = JSON.parse(fs.readFileSync(path.join(home, "package.json")));
const chunks = fs.readdirSync(dist).filter((name) => /\.m?js$/.test(name));

// Chunk names carry a build hash, so a function is found by its own name.
async function find(name, among) {
  for (const chunk of chunks.filter((chunk) => among.test(chunk))) {
    const file = path.join(dist, chunk);
    if (!fs.readFileSync(file, "utf8").includes(`function ${name}(`)) continue;
    const exported = Object.values(await import(pathToFileURL(file)));
    const found = exported.find((value) => typeof value === "function" && value.name === name);
    if (found) return found;
  }
  throw new Error(`openclaw ${version} has no function ${name} that this script can call`);
}

// From 2026.8.1 on: `config validate`, the roster of heartbeats, and the repair that the gateway plans at start.
async function current() {
  const agents = await find("resolveHeartbeatAgents", /^heartbeat-config-/);
  const every = await find("resolveHeartbeatIntervalMs", /^heartbeat-config-/);
  const beats = (config) => agents(config).map((a) => ({ agent: a.agentId, everyMs: every(config, undefined, a.heartbeat) }));
  const read = await find("readConfigFileSnapshotWithPluginMetadata", /^io/);
  const finish = await find("finishConfigValidationForCli", /^config-cli-validation-/);
  const readPlain = await find("readConfigFileSnapshot", /^io/);
  const planRepair = await find("planAutomaticConfigRepair", /^automatic-startup-config-repair/);
  const validate = async () => finish(await read({ observe: false, prepareValidation: "strict" }));
  const repaired = async () => {
    try {
      const plan = await planRepair(await readPlain());
      return plan && (plan.writeConfig ?? plan.config);
    } catch {
      return null; // a plan that fails is none
    }
  };
  return { validate, beats, repaired };
}

// To 2026.7.35: nothing is repaired.
async function legacy() {
  const enabled = await find("isHeartbeatEnabledForAgent", /^heartbeat-summary-/);
  const summary = await find("resolveHeartbeatSummaryForAgent", /^heartbeat-summary-/);
  const normal = await find("normalizeAgentId", /./);
  const roster = (config) => (config.agents?.list?.length ? config.agents.list : [{ id: "main" }]);
  const ids = (config) => [...new Set(roster(config).map((agent) => normal(agent.id)))];
  const beats = (config) =>
    ids(config).filter((id) => enabled(config, id)).map((id) => ({ agent: id, everyMs: summary(config, id).everyMs }));
  return { validate: await find("readConfigFileSnapshot", /^io-/), beats, repaired: async () => null };
}

const say = process.stderr.write.bind(process.stderr);
for (const level of ["log", "info", "warn", "error"]) console[level] = () => {};
const openclaw = /^2026\.[1-7]\./.test(version) ? await legacy() : await current();
const target = process.env.OPENCLAW_CONFIG_PATH;
// A config's own variables go into the environment and would be there for the next one.
const variables = { ...process.env };
const cleanEnvironment = () => {
  for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name];
  Object.assign(process.env, variables);
};
const answers = fs.openSync(answersPath, "w");
for (const line of fs.readFileSync(casesPath, "utf8").split("\n").filter(Boolean)) {
  const { id, config } = JSON.parse(line);
  cleanEnvironment();
  fs.writeFileSync(target, config);
  const answer = { id };
  try {
    let snapshot = await openclaw.validate();
    answer.verdict = snapshot.valid ? "valid" : "refused";
    answer.issues = (snapshot.issues ?? []).map((issue) => `${issue.path}: ${issue.message}`);
    const mended = snapshot.valid ? null : await openclaw.repaired();
    if (mended) {
      cleanEnvironment();
      fs.writeFileSync(target, JSON.stringify(mended));
      snapshot = await openclaw.validate();
      if (snapshot.valid) Object.assign(answer, { verdict: "repaired", tree: mended });
    }
    if (snapshot.valid) answer.beats = openclaw.beats(snapshot.config ?? {});
  } catch (error) {
    answer.error = String(error?.stack ?? error).slice(0, 400);
  }
  fs.writeSync(answers, JSON.stringify(answer) + "\n");
}
say(`openclaw ${version} answered\n`);
process.exit(0);
