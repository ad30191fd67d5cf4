#!/usr/bin/env node
// Puts the page together: build BUILT PAGE, where BUILT is a folder of scripts/release.sh.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const here = import.meta.dirname;
const [built, page] = process.argv.slice(2);
const tools = execFileSync(path.join(here, "tools"), { encoding: "utf8" }).trim();
const native = path.join(built, "bin/x86_64-unknown-linux-musl/clawbeat");
const sample = path.join(here, "../../fixtures/configs/personal.json5");

const libraries = ["@bjorn3/browser_wasi_shim", "xz-decompress"];
const bundle = ["--bundle", "--minify", "--format=iife", "--target=es2022", "--charset=utf8", `--alias:stream/web=${path.join(here, "streams.js")}`];
bundle.push(...libraries.map((name) => `--alias:${name}=${tools}/node_modules/${name}`));
const script = execFileSync(`${tools}/node_modules/.bin/esbuild`, [path.join(here, "page.js"), ...bundle], { encoding: "utf8" }).trim();
const style = readFileSync(path.join(here, "page.css"), "utf8");
// A quarter smaller than by gzip, which browsers know by themselves.
const wasm = path.join(built, "bin/wasm32-wasip1/clawbeat.wasm");
const engine = execFileSync("xz", ["-9", "--check=crc32", "--stdout", wasm], { maxBuffer: 64 << 20 });

// The report stands in a frame under the same policy, so its own style and script are in it, too.
const report = execFileSync(native, ["report", sample, "--format", "html", "--no-env"], { encoding: "utf8" });
const hashes = (kind) => report.match(new RegExp(`${kind}-src ('sha256-[^;]*')`))[1];
const own = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const policy = [
  "default-src 'none'",
  `script-src 'wasm-unsafe-eval' ${own(script)} ${hashes("script")}`,
  `style-src ${own(style)} ${hashes("style")}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const parts = {
  POLICY: policy,
  STYLE: style,
  VERSION: execFileSync(native, ["--version"], { encoding: "utf8" }).trim(),
  ENGINE: engine.toString("base64"),
  SAMPLE: JSON.stringify(readFileSync(sample, "utf8")).replaceAll("<", "\\u003c"),
  SCRIPT: script,
};
const template = readFileSync(path.join(here, "page.html"), "utf8");
mkdirSync(path.dirname(page), { recursive: true });
writeFileSync(page, template.replace(/@([A-Z]+)@/g, (_, name) => parts[name]));
