#!/usr/bin/env python3
"""Records what the real OpenClaw makes of our merge patches and commands, in `fixtures/openclaw/handed-over.json`.

    OC_PKG=.../node_modules/openclaw scripts/record-handed-over.py CLAWBEAT RELEASE CONFIG...

For a copy of each config: `openclaw config patch --stdin --dry-run --json` and then without the dry run, and on a second
copy the `openclaw config set` lines in a shell. Recorded are the patch, the lines, the exit codes, and what the written
file then holds at the changed keys. Other releases and configs that were asked before are kept.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

FIXTURE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "openclaw" / "handed-over.json"
NOTE = (
    "What the real OpenClaw made of a config's merge patch (null: refused by clawbeat, the roster is a list) and of its "
    "commands: exit codes, and the values that the file it wrote holds at the changed keys. Made by "
    "scripts/record-handed-over.py."
)
OPENCLAW = 'openclaw() { node "$OC_PKG/openclaw.mjs" "$@"; }\n'


def value_at(tree, path):
    """The value at a key path of ours, written as `a.b[0]["c.d"]`."""
    while path and tree is not None:
        if path[0] == "[":
            inside, path = json.JSONDecoder().raw_decode(path[1:])[0], path[1:]
            end = json.JSONDecoder().raw_decode(path)[1]
            path = path[end + 1:]
            tree = tree[inside] if isinstance(tree, list) else tree.get(inside)
        else:
            path = path.lstrip(".")
            end = min((path.find(c) for c in ".[" if c in path), default=len(path))
            tree, path = tree.get(path[:end]), path[end:]
    return tree


def main(clawbeat, release, configs):
    rows = []
    for config in map(pathlib.Path, configs):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "openclaw.json"
            env = {"PATH": os.environ["PATH"], "OC_PKG": os.environ["OC_PKG"], "HOME": f"{folder}/home",
                   "OPENCLAW_STATE_DIR": f"{folder}/state", "OPENCLAW_CONFIG_PATH": str(file)}
            ours = lambda *form: subprocess.run([clawbeat, "diff", str(file), "--openclaw-version", release, "--month",
                                                 "2026-11", "--format", *form], env=env, capture_output=True, text=True)
            real = lambda *args, **more: subprocess.run(["node", env["OC_PKG"] + "/openclaw.mjs", "config", *args],
                                                        env=env, capture_output=True, text=True, **more)
            fresh = lambda: file.write_text(config.read_text())
            fresh()
            changes = {change["path"]: change.get("to") for change in json.loads(ours("plan").stdout)["changes"]}
            held = lambda: {path: value_at(json.loads(file.read_text()), path) for path in changes}
            patch, lines = ours("merge-patch"), ours("commands").stdout
            row = {"config": config.name, "text": config.read_text(), "release": release, "changes": changes,
                   "patch": None, "commands": lines}
            if patch.returncode == 0:
                dry = real("patch", "--stdin", "--dry-run", "--json", input=patch.stdout)
                done = real("patch", "--stdin", input=patch.stdout)
                row |= {"patch": json.loads(patch.stdout), "dryRun": dry.returncode, "patched": done.returncode,
                        "patchGives": held() if done.returncode == 0 else None}
                fresh()
            run = subprocess.run(["sh", "-ec", OPENCLAW + lines], env=env, capture_output=True, text=True)
            row |= {"ran": run.returncode, "commandsGive": held() if run.returncode == 0 else None}
            for step in (run,) if patch.returncode else (dry, done, run):
                if step.returncode:
                    print(config.name, step.args[2:5], (step.stderr or step.stdout)[-400:], file=sys.stderr)
            rows.append(row)
    kept = json.loads(FIXTURE.read_text())["rows"] if FIXTURE.exists() else []
    asked = {row["config"] for row in rows}
    rows = [row for row in kept if row["release"] != release or row["config"] not in asked] + rows
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    FIXTURE.write_text(f'{{"note":{json.dumps(NOTE)},\n"rows":[\n{lines}\n]}}\n')


main(sys.argv[1], sys.argv[2], sys.argv[3:])
