#!/usr/bin/env python3
"""Prints what the release binary is made of as a CycloneDX 1.6 document: the crates that Cargo.lock names, as far as
the target $1 builds with them under cargo's flags for features in $2 and after, each with its licence and the hash of its
archive. The same tree gives the same bytes."""

import json
import subprocess
import sys
import tomllib

target, *features = sys.argv[1:]
command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target, *features]
metadata = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
with open("Cargo.lock", "rb") as lock:
    locked = {(crate["name"], crate["version"]): crate for crate in tomllib.load(lock)["package"]}
crates = {crate["id"]: crate for crate in metadata["packages"]}
nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
root = metadata["resolve"]["root"]


def needed(node):
    """What a crate is built with; not what only its tests use."""
    kinds = lambda dep: {kind["kind"] for kind in dep["dep_kinds"]}
    return sorted(dep["pkg"] for dep in node["deps"] if kinds(dep) - {"dev"})


def purl(id):
    return f"pkg:cargo/{crates[id]['name']}@{crates[id]['version']}"


def component(id, kind):
    crate = crates[id]
    # Older crates write a slash for OR.
    licence = (crate["license"] or "").replace("/", " OR ")
    found = {"type": kind, "bom-ref": purl(id), "name": crate["name"], "version": crate["version"], "purl": purl(id)}
    if licence:
        found["licenses"] = [{"expression": licence}]
    checksum = locked[(crate["name"], crate["version"])].get("checksum")
    if checksum:
        found["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return found


reached, waiting = set(), [root]
while waiting:
    id = waiting.pop()
    if id not in reached:
        reached.add(id)
        waiting.extend(needed(nodes[id]))
print(json.dumps({
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "metadata": {"component": component(root, "application")},
    "components": [component(id, "library") for id in sorted(reached - {root}, key=purl)],
    "dependencies": [
        {"ref": purl(id), "dependsOn": [purl(dep) for dep in needed(nodes[id])]} for id in sorted(reached, key=purl)
    ],
}, indent=1))
