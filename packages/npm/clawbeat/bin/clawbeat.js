#!/usr/bin/env node
"use strict";
// Starts the program for this machine, else the one for WebAssembly: arguments, standard streams and the exit code are its own.
const { spawnSync } = require("node:child_process");
const { existsSync, readFileSync } = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const find = (name) => {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
};

// Each is named after this package and the platform.
const { name } = require("../package.json");
const ending = process.platform === "win32" ? ".exe" : "";
// Windows on ARM runs what is for x64.
const machines = process.platform === "win32" ? [process.arch, "x64"] : [process.arch];
const native = machines.map((machine) => find(`${name}-${process.platform}-${machine}/bin/clawbeat${ending}`)).find(Boolean);
const wasm = find(`${name}-wasi-cpu/clawbeat.wasm`) ?? find(`${name}-wasi-os/clawbeat.wasm`);

if (native) {
  const { status, signal, error } = spawnSync(native, process.argv.slice(2), { stdio: "inherit" });
  if (error) fail(error.message);
  // As a shell says it.
  process.exit(status ?? 128 + os.constants.signals[signal]);
} else if (wasm) {
  run().then((code) => process.exit(code), (error) => fail(error.message));
} else {
  fail(`no program for ${process.platform}-${process.arch}; was it installed with --omit=optional?`);
}

function fail(message) {
  console.error(`error: clawbeat: ${message}`);
  process.exit(2);
}

async function run() {
  // Node announces on standard error that its WASI is an experiment.
  process.removeAllListeners("warning");
  const { WASI } = require("node:wasi");
  const here = path.resolve(process.cwd());
  const { root } = path.parse(here);
  // WebAssembly knows one root and slashes; on Windows it is the drive of this folder.
  const inside = "/" + here.slice(root.length).split(path.sep).join("/");
  const env = { ...process.env, PWD: inside };
  const wasi = new WASI({
    version: "preview1",
    args: ["clawbeat", ...process.argv.slice(2)],
    env,
    preopens: { "/": existsSync(root) ? root : here },
    returnOnExit: true,
  });
  const module = await WebAssembly.compile(readFileSync(wasm));
  return wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()));
}
