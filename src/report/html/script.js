// Looks months up in a table that was worked out beforehand; nothing is calculated here.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
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
  };

  fill(agent, agents.map((one) => one.name), 0);
  agent.closest(".field").hidden = agents.length < 2;
  present();
  answer();
  agent.addEventListener("change", () => { present(); answer(); });
  model.addEventListener("change", () => { offerRetentions(); answer(); });
  for (const control of [interval, retention, isolated, light]) control.addEventListener("change", answer);
  byId("wi-reset").addEventListener("click", () => { present(); answer(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
})();
