// The page's own part: it hands a config to the program and shows what that says. The program is the command itself, run in a
// file system that lives in memory; each question starts it anew, so no answer depends on an earlier one.
import { Directory, File, OpenFile, PreopenDirectory, WASI } from "@bjorn3/browser_wasi_shim";
import { XzReadableStream } from "xz-decompress";

const at = (id) => document.getElementById(id);
const text = (bytes) => new TextDecoder().decode(bytes);

/** The program, compiled once. */
const program = (async () => {
  const packed = Uint8Array.from(atob(at("engine").textContent), (c) => c.charCodeAt(0));
  const unpacked = new XzReadableStream(new Blob([packed]).stream());
  return WebAssembly.compile(await new Response(unpacked).arrayBuffer());
})();

/** Files by their paths as the program's root folder. */
function root(files) {
  const tree = new Map();
  for (const [path, bytes] of files) {
    const names = path.split("/");
    const name = names.pop();
    let here = tree;
    for (const folder of names) {
      if (!here.has(folder)) here.set(folder, new Directory(new Map()));
      here = here.get(folder).contents;
    }
    here.set(name, new File(bytes));
  }
  return new PreopenDirectory("/", tree);
}

/** Runs one command on the given files: its exit code and what it prints. */
async function run(files, words) {
  const [output, complaint] = [new File([]), new File([])];
  const streams = [new OpenFile(new File([])), new OpenFile(output), new OpenFile(complaint), root(files)];
  const wasi = new WASI(["clawbeat", ...words], ["PWD=/", "HOME=/"], streams, { debug: false });
  // There are no links here, which the shim does not say as a system would: "invalid", because it is none.
  const imports = { ...wasi.wasiImport, path_readlink: () => 28 };
  const instance = await WebAssembly.instantiate(await program, { wasi_snapshot_preview1: imports });
  const code = wasi.start(instance);
  return { code, out: text(output.data), err: text(complaint.data).trim() };
}

/** The config that was given, and the name it has. */
let opened = { name: "openclaw.json", workspace: [] };
let patched = "";

/** The name under which the program reads a text: YAML is told by its name alone. */
function named(config) {
  const ending = opened.name.match(/\.(ya?ml)$/i);
  const looksLikeJson = /^\uFEFF?\s*([{[]|\/[/*])/.test(config);
  return ending || !looksLikeJson ? "openclaw.yaml" : "openclaw.json";
}

/** The flags that the controls mean. */
function flags() {
  const question = ["--no-env", "--no-config", "--workload", at("workload").value];
  const add = (words, flag, value) => value && words.push(flag, value);
  add(question, "--billing", at("billing").value);
  add(question, "--openclaw-version", at("release").value.trim());
  add(question, "--workspace", opened.workspace.length > 0 && "/workspace");
  const plan = [];
  add(plan, "--risk", at("risk").value);
  add(plan, "--budget", at("budget").value.trim());
  add(plan, "--keep", at("model").checked && "model");
  return { question, plan, balance: at("balance").value.trim() };
}

const UNITS = {
  USD: (figure) => `$${figure}`,
  credits: (figure) => `${figure} credits`,
};

function money(amount, unit) {
  const number = Number(amount);
  const digits = number !== 0 && Math.abs(number) < 10 ? 2 : 0;
  return UNITS[unit](number.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits }));
}

/** The first screen: what it costs, and what the change makes of that. */
function headline(report) {
  const unit = Object.keys(UNITS).find((name) => name.toLowerCase() === report.unit.toLowerCase());
  const { current, recommended, usage } = report.totals;
  if (current.cost) {
    const { low, typical, high } = current.cost;
    at("headline").textContent = `Heartbeats cost about ${money(typical, unit)} a month`;
    const range = low === high ? "" : `Between ${money(low, unit)} and ${money(high, unit)}, depending on how long your chats are. `;
    const then = recommended.cost ? `With the change below: about ${money(recommended.cost.typical, unit)}.` : "";
    at("after").textContent = range + then;
  } else {
    at("headline").textContent = `Heartbeats read and write ${usage.tokensPerDay.toLocaleString("en")} tokens a day`;
    at("after").textContent = "What that costs is not known, or a plan pays: the report below says which.";
  }
  at("lasts").hidden = !report.balance;
  if (report.balance) {
    const days = ({ lasts, days }) => (lasts === "days" ? `${Math.round(Number(days))} days` : lasts === "forever" ? "for ever" : "nobody knows how long");
    at("lasts").textContent = `If nothing else draws on it, what you have lasts ${days(report.balance.now)} as it is, ${days(report.balance.after)} with the change.`;
  }
}

/** A text with a patch of it made. The program's own patch of this very text fits line by line. */
function made(config, diff) {
  const lines = config.split("\n");
  const result = [];
  let at = 0;
  for (const line of diff.split("\n").slice(2)) {
    const hunk = line.match(/^@@ -(\d+)(,0)?/);
    const rest = line.slice(1);
    if (hunk) {
      const start = Number(hunk[1]) - (hunk[2] ? 0 : 1);
      result.push(...lines.slice(at, start));
      at = start;
    } else if (line.startsWith("+")) {
      result.push(rest);
    } else if (line.startsWith("-") || line.startsWith(" ")) {
      if (lines[at] !== rest) throw new Error("the patch does not fit");
      if (line.startsWith(" ")) result.push(rest);
      at += 1;
    }
  }
  return [...result, ...lines.slice(at)].join("\n");
}

function showDiff(diff) {
  const lines = diff.split("\n").filter((line) => !/^(---|\+\+\+) /.test(line));
  at("diff").replaceChildren(...lines.map((line) => {
    const kind = line.startsWith("+") ? "ins" : line.startsWith("-") ? "del" : "span";
    const shown = document.createElement(kind);
    shown.textContent = `${line}\n`;
    return shown;
  }));
}

function showFindings(lint, config) {
  const findings = lint.findings;
  at("findings").replaceChildren(...findings.map((finding) => {
    const item = document.createElement("li");
    item.className = finding.severity;
    const place = document.createElement("button");
    place.type = "button";
    place.textContent = `line ${finding.range.start.line}`;
    place.addEventListener("click", () => {
      const encoder = new TextEncoder().encode(config);
      const units = (byte) => text(encoder.slice(0, byte)).length;
      at("config").focus();
      at("config").setSelectionRange(units(finding.range.start.byte), units(finding.range.end.byte));
    });
    const message = document.createElement("div");
    message.textContent = `${finding.severity}: ${finding.message}`;
    const help = document.createElement("small");
    help.textContent = finding.help ?? "";
    message.prepend(place, " ");
    item.append(message, help);
    return item;
  }));
  if (findings.length === 0) at("findings").innerHTML = "<li>Nothing.</li>";
}

function showReport(html) {
  const frame = at("report");
  frame.onload = () => {
    const inside = frame.contentDocument.documentElement;
    const fit = () => { frame.style.height = `${Math.min(inside.scrollHeight + 4, 20000)}px`; };
    new ResizeObserver(fit).observe(inside);
    fit();
  };
  frame.srcdoc = html;
}

function fail(message) {
  at("answer").hidden = true;
  at("status").textContent = "";
  at("problem").hidden = false;
  at("problem").textContent = message.replace(/^error: /, "");
  at("problem").scrollIntoView({ block: "nearest" });
}

async function answer() {
  const shown = at("config").value;
  // The field has line feeds only; a file that was opened and not edited keeps its own line ends.
  const config = opened.text?.replace(/\r\n?/g, "\n") === shown ? opened.text : shown;
  if (!config.trim()) return fail("There is no config yet: paste one, open a file, or look at the example.");
  const started = performance.now();
  const name = named(config);
  const files = () => [[name, new TextEncoder().encode(config)], ...opened.workspace];
  const { question, plan, balance } = flags();
  const asked = [name, ...question, ...plan];
  const report = await run(files(), ["report", ...asked, "--format", "json", ...(balance ? ["--balance", balance] : [])]);
  if (report.code !== 0) return fail(report.err);
  headline(JSON.parse(report.out));
  at("problem").hidden = true;
  at("answer").hidden = false;
  const took = performance.now() - started;
  at("status").textContent = `Answered in ${Math.round(took)} ms, here on your machine.`;
  document.body.dataset.took = String(took);
  at("headline").focus();

  const diff = await run(files(), ["diff", ...asked]);
  patched = diff.out ? made(config, diff.out) : config;
  at("unchanged").hidden = diff.code === 2 || patched !== config;
  at("changed").hidden = patched === config;
  showDiff(diff.out);
  at("refused").textContent = diff.code === 2 ? diff.err.replace(/^error: /, "") : "";
  const lint = await run(files(), ["lint", name, ...question, "--format", "json"]);
  if (lint.code !== 2) showFindings(JSON.parse(lint.out), config);
  const page = await run(files(), ["report", ...asked, "--format", "html", ...(balance ? ["--balance", balance] : [])]);
  showReport(page.out);
  document.body.dataset.done = String(Number(document.body.dataset.done ?? 0) + 1);
}

async function open(file) {
  const bytes = await file.arrayBuffer();
  opened.name = file.name;
  opened.text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  at("config").value = opened.text;
  await answer();
}

const tried = (work) => work().catch((error) => fail(`This page failed: ${error.message}`));

at("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  tried(answer);
});
at("ask").addEventListener("change", (event) => {
  if (event.target.type !== "file" && event.target.id !== "config" && !at("answer").hidden) tried(answer);
});
at("config").addEventListener("paste", () => {
  opened.name = "openclaw.json";
  setTimeout(() => tried(answer));
});
at("file").addEventListener("change", (event) => event.target.files[0] && tried(() => open(event.target.files[0])));
at("workspace").addEventListener("change", (event) => tried(async () => {
  const markdown = [...event.target.files].filter((file) => file.webkitRelativePath.split("/").length === 2);
  opened.workspace = await Promise.all(markdown.map(async (file) => [`workspace/${file.name}`, new Uint8Array(await file.arrayBuffer())]));
  if (at("config").value.trim()) await answer();
}));
at("example").addEventListener("click", () => {
  opened = { name: "openclaw.json", workspace: [] };
  at("config").value = JSON.parse(at("sample").textContent);
  tried(answer);
});
at("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(patched);
  } catch {
    // From a file, a browser may give no clipboard: the old way needs a field.
    const field = document.createElement("textarea");
    field.value = patched;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  at("copied").textContent = "Copied.";
});
at("download").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([patched], { type: "text/plain" }));
  link.download = opened.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    document.body.classList.toggle("over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files[0]) tried(() => open(event.dataTransfer.files[0]));
  });
}
program.then(() => { at("status").textContent = "Ready."; document.body.dataset.ready = ""; }, (error) => fail(`This browser cannot run it: ${error.message}`));
