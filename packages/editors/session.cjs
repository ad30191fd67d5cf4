// Starts the unpacked extension with as much of VS Code as it asks for, and sees that it starts the right server for the right
// files; what that server answers is tested beside the command.
"use strict";
const assert = require("node:assert/strict");
const { spawnSync } = require("node:child_process");
const Module = require("node:module");
const path = require("node:path");

const [extension, program] = process.argv.slice(2);
const manifest = require(path.join(extension, "package.json"));
const started = [];
const settings = { path: program, arguments: ["--month", "2026-11"] };
const stands = {
  vscode: { workspace: { getConfiguration: () => ({ get: (name) => settings[name] }) } },
  "vscode-languageclient/node": {
    TransportKind: { stdio: 0 },
    LanguageClient: class {
      constructor(...given) { started.push(given); }
      async start() {}
      async stop() { started.pop(); }
    },
  },
};
const load = Module._load;
Module._load = (name, ...rest) => stands[name] ?? load(name, ...rest);

(async () => {
  const { activate, deactivate } = require(path.join(extension, manifest.main));
  await activate();
  const [[id, , server, { documentSelector }]] = started;
  assert.equal(id, "clawbeat");
  for (const setting of Object.keys(settings)) assert.ok(manifest.contributes.configuration.properties[`clawbeat.${setting}`]);
  assert.match(documentSelector[0].pattern, /openclaw/);
  // As the client library starts it, with the session of the shortest kind.
  const message = (body) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const session = [
    { id: 1, method: "initialize", params: { capabilities: {} } },
    { method: "initialized", params: {} },
    { id: 2, method: "shutdown" },
    { method: "exit" },
  ].map((body) => message(JSON.stringify({ jsonrpc: "2.0", ...body }))).join("");
  const answer = spawnSync(server.command, [...server.args, "--stdio"], { input: session, encoding: "utf8" });
  assert.equal(answer.status, 0, answer.stderr);
  assert.match(answer.stdout, /codeLensProvider/);
  assert.ok(require.resolve("vscode-languageclient/package.json", { paths: [extension] }), "the library is in the package");
  await deactivate();
  assert.equal(started.length, 0);
  console.log("editors: the extension packages, unpacks and starts its server");
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
