// A real gateway with the plugin, in the home folder $1: the page is behind the token, the Control UI shows it as a tab in a
// browser, and the idle gate keeps a heartbeat from sending a request. The model provider is a stand-in that counts.
"use strict";
const assert = require("node:assert/strict");
const { execFile, spawn } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const net = require("node:net");
const path = require("node:path");
const { promisify } = require("node:util");

const [home] = process.argv.slice(2);
const node = process.env.NODE ?? process.execPath;
const token = "let-me-in";
const idle = path.join(home, "idle");
const log = path.join(home, "log");
// An absent browser is no fault of the plugin; `try` says what is missing.
const browsers = (() => { try { return require("playwright-core").chromium; } catch { return undefined; } })();
const environment = { PATH: `${path.dirname(node)}:${process.env.PATH}`, HOME: home, NO_COLOR: "1", TZ: "UTC" };
const sleep = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
const openclaw = async (...words) => (await promisify(execFile)(node, [process.env.OPENCLAW, ...words], { env: environment, cwd: home, maxBuffer: 64 << 20 })).stdout;

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => { server.on("listening", resolve); });
  const { port } = server.address();
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

/** Answers as Anthropic's interface does, and counts the requests. */
function provider() {
  const stand = { requests: 0 };
  stand.server = http.createServer(async (request, response) => {
    for await (const _ of request);
    if (!request.url.includes("/messages")) return response.writeHead(404).end("{}");
    stand.requests += 1;
    response.writeHead(200, { "content-type": "text/event-stream" });
    const say = (type, data) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
    const usage = { input_tokens: 9, output_tokens: 1 };
    say("message_start", { message: { id: "m", type: "message", role: "assistant", model: "m", content: [], stop_reason: null, stop_sequence: null, usage } });
    say("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
    say("content_block_delta", { index: 0, delta: { type: "text_delta", text: "NO_REPLY" } });
    say("content_block_stop", { index: 0 });
    say("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage });
    say("message_stop", {});
    response.end();
  }).listen(0, "127.0.0.1");
  return stand;
}

async function started(port) {
  const out = fs.openSync(log, "a");
  const gateway = spawn(node, [process.env.OPENCLAW, "gateway", "run", "--port", String(port)], { env: environment, cwd: home, stdio: ["ignore", out, out] });
  for (let count = 0; count < 600; count++) {
    await sleep(500);
    if (/\[gateway\] ready/.test(fs.readFileSync(log, "utf8"))) return gateway;
    assert.equal(gateway.exitCode, null, "the gateway ended");
  }
  throw new Error("the gateway does not get ready");
}

(async () => {
  const model = provider();
  const port = await freePort();
  const config = JSON.parse(fs.readFileSync(path.join(home, ".openclaw/openclaw.json"), "utf8"));
  config.gateway = { mode: "local", port, bind: "loopback", auth: { mode: "token", token } };
  config.models = { providers: { anthropic: {
    baseUrl: `http://127.0.0.1:${model.server.address().port}`, apiKey: "sk-none", api: "anthropic-messages",
    models: [{ id: "claude-opus-4-6", name: "opus", reasoning: false, input: ["text"], contextWindow: 200000, maxTokens: 8192 }],
  } } };
  // The recap of a shared session is OpenClaw's own request; no plugin holds it back.
  config.agents.defaults.utilityModel = "";
  config.plugins.entries.clawbeat = {
    enabled: true,
    config: { idleGate: { command: ["/bin/sh", "-c", `test ! -e '${idle}' || exit 75`] } },
    hooks: { allowConversationAccess: true },
  };
  fs.writeFileSync(path.join(home, ".openclaw/openclaw.json"), JSON.stringify(config));
  const gateway = await started(port);
  try {
    const base = `http://127.0.0.1:${port}`;
    assert.equal((await fetch(`${base}/clawbeat/report`)).status, 401, "without the token there is no page");
    const page = await fetch(`${base}/clawbeat/report`, { headers: { authorization: `Bearer ${token}` } });
    assert.match(await page.text(), /Heartbeat cost of/);
    console.log("openclaw-plugin: the page is behind the gateway's token");

    // Each tick is the scheduled job, started by hand.
    const told = await openclaw("cron", "list", "--all", "--json");
    const job = JSON.parse(told.slice(told.indexOf("{"))).jobs.find(({ payload }) => payload?.kind === "heartbeat");
    const tick = async () => {
      const before = model.requests;
      await openclaw("cron", "run", job.id, "--wait", "--wait-timeout", "90s", "--poll-interval", "400ms");
      await sleep(1000);
      return model.requests - before;
    };
    fs.writeFileSync(idle, "");
    assert.equal(await tick(), 0, "an idle heartbeat sends no request");
    fs.rmSync(idle);
    assert.ok(await tick() > 0, "a heartbeat with something to do sends one");
    console.log("openclaw-plugin: the idle gate holds a heartbeat back, and lets the next one through");

    if (!browsers) return console.log("openclaw-plugin: the tab is not looked at: there is no browser");
    const browser = await browsers.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
    try {
      for (const [width, colorScheme] of [[390, "light"], [390, "dark"], [1280, "light"], [1280, "dark"]]) {
        const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
        const tab = await context.newPage();
        await tab.goto(`${base}/clawbeat#token=${token}`);
        const frame = await tab.waitForSelector("iframe", { timeout: 60000 });
        const inside = await frame.contentFrame();
        await inside.waitForSelector("h1", { timeout: 60000 });
        assert.match(await inside.title(), /Heartbeat cost of/);
        const wide = await inside.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${width}: ${wide} pixels stick out`);
        if (process.env.CLAWBEAT_SCREENSHOTS) {
          await tab.screenshot({ path: path.join(process.env.CLAWBEAT_SCREENSHOTS, `tab-${width}-${colorScheme}.png`) });
        }
        await context.close();
      }
    } finally {
      await browser.close();
    }
    console.log("openclaw-plugin: the Control UI shows the page as a tab");
  } finally {
    gateway.kill("SIGTERM");
    await Promise.race([new Promise((resolve) => { gateway.on("exit", resolve); }), sleep(20000).then(() => gateway.kill("SIGKILL"))]);
    model.server.closeAllConnections();
    model.server.close();
  }
})().catch((error) => {
  console.error(error);
  if (fs.existsSync(log)) console.error(fs.readFileSync(log, "utf8").slice(-2000));
  process.exit(1);
});
