// clawbeat in OpenClaw: `openclaw clawbeat`, /heartbeatcost in a chat, a page in the Control UI, and, where it is switched on, a
// gate that answers idle heartbeats without a request. It starts a program on this machine and sends nothing anywhere.
import { execFile, spawn } from "node:child_process";
import { createRequire } from "node:module";

import { definePluginEntry } from "openclaw/plugin-sdk/plugin-entry";

/** What a script says when there is nothing to do: "temporary failure, try again later" of sysexits.h. */
const IDLE = 75;

/** The program and the words that start it. */
function program(settings) {
  if (settings.path) return [settings.path];
  try {
    const require = createRequire(import.meta.url);
    const [name] = Object.keys(require("./package.json").dependencies);
    return [process.execPath, require.resolve(`${name}/bin/clawbeat.js`)];
  } catch {
    return ["clawbeat"];
  }
}

/** What a command prints; an error is what it complains of. */
function say([name, ...first], words) {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 32 << 20, timeout: 60_000 };
    execFile(name, [...first, ...words], options, (error, output, complaint) => {
      if (error && error.code !== 1) reject(new Error(complaint.trim() || error.message));
      else resolve(output);
    });
  });
}

/** Whether the user's script says that nothing is to be done. What goes wrong lets the heartbeat run: a gate may cost money, and
 * must not hold back a message. */
function isIdle({ command: [name, ...words], timeoutSeconds = 10 }, log) {
  return new Promise((resolve) => {
    const gate = spawn(name, words, { stdio: "ignore" });
    const late = setTimeout(() => gate.kill("SIGKILL"), timeoutSeconds * 1000);
    gate.on("error", (error) => log.warn(`the idle gate cannot be started, so the heartbeat runs: ${error.message}`));
    gate.on("close", (code) => {
      clearTimeout(late);
      if (code === null) log.warn(`the idle gate took more than ${timeoutSeconds} seconds, so the heartbeat runs`);
      resolve(code === IDLE);
    });
  });
}

export default definePluginEntry({
  id: "clawbeat",
  name: "clawbeat",
  description: "What this gateway's heartbeats cost a month, why, and what to change.",
  register(api) {
    const settings = api.pluginConfig ?? {};
    const command = program(settings);

    api.registerCli(
      ({ program: openclaw }) => {
        openclaw
          .command("clawbeat")
          .description("What heartbeats cost, and what to change")
          .helpOption(false)
          .allowUnknownOption()
          .argument("[words...]", "as for the command clawbeat")
          .action((words) => new Promise((resolve) => {
            const [name, ...first] = command;
            const run = spawn(name, [...first, ...words], { stdio: "inherit" });
            run.on("error", (error) => { console.error(`error: ${error.message}`); process.exitCode = 2; resolve(); });
            run.on("close", (code) => { process.exitCode = code ?? 2; resolve(); });
          }));
      },
      { commands: ["clawbeat"], descriptors: [{ name: "clawbeat", description: "What heartbeats cost, and what to change", hasSubcommands: true }] },
    );

    api.registerCommand({
      name: "heartbeatcost",
      description: "What heartbeats cost a month, and what to change",
      requireAuth: true,
      handler: async () => ({ text: await say(command, ["report", "--color", "never"]).catch((error) => error.message) }),
    });

    const path = "/clawbeat/report";
    api.registerHttpRoute({
      path,
      auth: "gateway",
      match: "exact",
      handler: async (request, response) => {
        try {
          const page = await say(command, ["report", "--format", "html"]);
          response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
          response.end(page);
        } catch (error) {
          response.writeHead(500, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
          response.end(error.message);
        }
        return true;
      },
    });
    api.session?.controls?.registerControlUiDescriptor({
      surface: "tab",
      id: "clawbeat",
      label: "Heartbeat cost",
      description: "What heartbeats cost a month, and what to change.",
      icon: "heart",
      group: "control",
      path,
      slug: "clawbeat",
    });

    if (settings.idleGate) {
      const log = api.logger ?? console;
      const answer = async () => ((await isIdle(settings.idleGate, log)) ? { handled: true } : undefined);
      api.on("before_agent_reply", answer, { eligibleTriggers: ["heartbeat"] });
    }
  },
});
