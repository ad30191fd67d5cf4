#!/usr/bin/env node
// Puts the page together: build BUILT PAGE, where BUILT is a folder of scripts/release.sh.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const here = import.meta.dirname;
const [built, page] = process.argv.slice(2);
const tools = execFileSync(path.join(here, "tools"), { encoding: "utf8" }).trim();
const wasm = path.join(built, "bin/wasm32-wasip1/clawbeat.wasm");
const sample = path.join(here, "../../fixtures/configs/personal.json5");

/** What the program says that goes into the page. */
async function said(...words) {
  // Node announces on standard error that its WASI is an experiment.
  process.removeAllListeners("warning");
  const { WASI } = await import("node:wasi");
  const folder = mkdtempSync(path.join(os.tmpdir(), "page-"));
  const [file, stdout] = [path.join(folder, "said"), openSync(path.join(folder, "said"), "w")];
  const wasi = new WASI({ version: "preview1", args: ["clawbeat", ...words], env: { PWD: "/" }, preopens: { "/": path.dirname(sample) }, stdout, returnOnExit: true });
  const module = await WebAssembly.compile(readFileSync(wasm));
  const code = wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()));
  closeSync(stdout);
  const text = readFileSync(file, "utf8");
  rmSync(folder, { recursive: true });
  if (code !== 0) throw new Error(`clawbeat ${words.join(" ")}: exit code ${code}`);
  return text;
}

const libraries = ["@bjorn3/browser_wasi_shim", "xz-decompress"];
const bundle = ["--bundle", "--minify", "--format=iife", "--target=es2022", "--charset=utf8", `--alias:stream/web=${path.join(here, "streams.js")}`];
bundle.push(...libraries.map((name) => `--alias:${name}=${tools}/node_modules/${name}`));
const script = execFileSync(`${tools}/node_modules/.bin/esbuild`, [path.join(here, "page.js"), ...bundle], { encoding: "utf8" }).trim();
const style = readFileSync(path.join(here, "page.css"), "utf8");
// A quarter smaller than by gzip, which browsers know by themselves. WebAssembly is not aligned, hence lc and pb.
const engine = execFileSync("xz", ["--check=crc32", "--lzma2=preset=9e,lc=4,lp=0,pb=0,nice=273", "--stdout", wasm], { maxBuffer: 64 << 20 });

// The report stands in a frame under the same policy, so its own style and script are in it, too.
const report = await said("report", path.basename(sample), "--format", "html", "--no-env");
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
  VERSION: (await said("--version")).trim(),
  ENGINE: engine.toString("base64"),
  SAMPLE: JSON.stringify(readFileSync(sample, "utf8")).replaceAll("<", "\\u003c"),
  SCRIPT: script,
};
const template = readFileSync(path.join(here, "page.html"), "utf8");
mkdirSync(path.dirname(page), { recursive: true });
writeFileSync(page, template.replace(/@([A-Z]+)@/g, (_, name) => parts[name]));
