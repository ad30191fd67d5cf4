// Looks months up in a table that was worked out beforehand, and copies what stands on the page; nothing is calculated
// here.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);

  // Where the browser keeps its clipboard from a file, an older way may work; else what was to be copied stands selected.
  const copyAsTyped = (text) => {
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  };
  const copy = async (button, text, node, byHand) => {
    const label = button.dataset.label ??= button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      const done = copyAsTyped(text);
      button.focus();
      if (!done && node) getSelection().selectAllChildren(node);
      button.textContent = done ? "Copied" : byHand;
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  };
  for (const button of document.querySelectorAll("[data-copies]")) {
    const node = byId(button.dataset.copies);
    button.hidden = false;
    button.addEventListener("click", () => copy(button, node.textContent, node, "Press Ctrl+C"));
  }

  const form = byId("what-if-panel");
  const source = byId("what-if-data");
  if (!form || !source) return;
  const { agents, sheets } = JSON.parse(source.textContent);
  const agent = byId("wi-agent");
  const interval = byId("wi-interval");
  const model = byId("wi-model");
  const retention = byId("wi-retention");
  const isolated = byId("wi-isolated");
  const light = byId("wi-light");

  const fill = (select, names, chosen) => {
    select.replaceChildren(...names.map((name, at) => new Option(name, at, at === chosen, at === chosen)));
  };
  const sheet = () => sheets[agents[agent.value].sheet];
  const now = (name, isNow) => (isNow ? `${name} (now)` : name);

  const offerRetentions = () => {
    fill(retention, sheet().models[model.value].retentions.map((one) => one.name), 0);
  };
  const present = () => {
    const { intervals, models, present } = sheet();
    fill(interval, intervals.map((one, at) => now(one.name, at === present.interval)), present.interval);
    fill(model, models.map((one, at) => now(one.name, at === 0)), 0);
    offerRetentions();
    isolated.checked = present.context >= 2;
    light.checked = present.context % 2 === 1;
  };
  // The settings that differ from the present ones: what is kept, the command that writes it, its value.
  const differing = () => {
    const { intervals, models, present } = sheet();
    const { writes } = agents[agent.value];
    const chosen = models[model.value];
    const kept = chosen.retentions[retention.value];
    const all = [
      ["every", intervals[interval.value].name, +interval.value !== present.interval, writes.every, intervals[interval.value].argument],
      ["model", chosen.writes, +model.value !== 0, writes.model, chosen.argument],
      ["isolatedSession", isolated.checked, isolated.checked !== (present.context >= 2), writes.isolatedSession, isolated.checked],
      ["lightContext", light.checked, light.checked !== (present.context % 2 === 1), writes.lightContext, light.checked],
      ["cacheRetention", kept.writes, kept.writes !== null, writes.retention[model.value] ?? "", kept.argument],
    ];
    return all.filter(([, , differs]) => differs).map(([key, value, , command, argument]) => ({ key, value, command, argument }));
  };
  const commands = (changes) => {
    const lines = changes.filter((one) => one.command).map((one) => `${one.command}${one.argument}`);
    const inBlock = changes.some((one) => one.command && one.key !== "cacheRetention");
    const byHand = changes.filter((one) => !one.command).map((one) => `# by hand: ${one.key}: ${JSON.stringify(one.value)}`);
    return [...(inBlock ? agents[agent.value].writes.blocks : []), ...lines, ...byHand].join("\n");
  };
  const remember = (changes) => {
    const state = new URLSearchParams(changes.map((one) => [one.key, one.value]));
    if (+agent.value !== 0) state.set("agent", agents[agent.value].name);
    const text = state.toString();
    history.replaceState(null, "", text ? `#what-if:${text}` : "#what-if");
  };
  const answer = () => {
    const { intervals, models, blocks, months } = sheet();
    const chosen = models[model.value];
    const kept = chosen.retentions[retention.value];
    const cell = interval.value * 4 + (isolated.checked ? 2 : 0) + (light.checked ? 1 : 0);
    const [exact, shown, change, all] = months[blocks[kept.block][cell]] ?? ["", "unknown", "", ""];
    byId("wi-month").value = exact;
    byId("wi-month").textContent = shown;
    byId("wi-change").textContent = change;
    byId("wi-all").textContent = all;
    byId("wi-note").textContent = intervals[interval.value].note;
    const keys = { every: intervals[interval.value].name, model: chosen.writes,
      isolatedSession: isolated.checked, lightContext: light.checked };
    if (kept.writes !== null) keys.cacheRetention = kept.writes;
    byId("wi-writes").textContent = Object.entries(keys).map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(", ");
    const made = commands(differing());
    byId("wi-commands").textContent = made;
    byId("wi-made").hidden = !made;
    for (const button of form.querySelectorAll("[data-copies], [data-copies-address]")) button.hidden = !made;
  };
  // What an address asks for, as far as this page has it.
  const recall = () => {
    const [, text] = location.hash.match(/^#what-if:(.*)$/) ?? [];
    if (text === undefined) return;
    const state = new URLSearchParams(text);
    const take = (select, at) => { if (at >= 0) select.value = at; };
    take(agent, agents.findIndex((one) => one.name === state.get("agent")));
    present();
    take(interval, sheet().intervals.findIndex((one) => one.name === state.get("every")));
    take(model, sheet().models.findIndex((one) => one.writes === state.get("model")));
    offerRetentions();
    const { retentions } = sheet().models[model.value];
    if (state.has("cacheRetention")) take(retention, retentions.findIndex((one) => one.writes === state.get("cacheRetention")));
    for (const [key, box] of [["isolatedSession", isolated], ["lightContext", light]]) {
      if (state.has(key)) box.checked = state.get(key) === "true";
    }
    answer();
  };
  const changed = () => { answer(); remember(differing()); };

  fill(agent, agents.map((one) => one.name), 0);
  agent.closest(".field").hidden = agents.length < 2;
  present();
  answer();
  recall();
  agent.addEventListener("change", () => { present(); changed(); });
  model.addEventListener("change", () => { offerRetentions(); changed(); });
  for (const control of [interval, retention, isolated, light]) control.addEventListener("change", changed);
  byId("wi-reset").addEventListener("click", () => { present(); changed(); });
  const link = form.querySelector("[data-copies-address]");
  link.addEventListener("click", () => copy(link, location.href, null, "It is in the address bar"));
  addEventListener("hashchange", recall);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
})();
