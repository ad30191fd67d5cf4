#!/usr/bin/env bash
# Builds what a release carries into the folder $1: the binary, which has the list of its crates inside (`cargo audit bin`
# and others read it), the same list as a CycloneDX document, and the sums of both.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?name the folder that the release goes to}
cargo install --quiet --locked --root target/tools cargo-auditable@0.7.7
PATH="$PWD/target/tools/bin:$PATH" cargo auditable build --release --locked
mkdir -p "$out"
cp target/release/clawbeat "$out/"
scripts/sbom.py "$(rustc --print host-tuple)" >"$out/clawbeat.cdx.json"
(cd "$out" && sha256sum clawbeat clawbeat.cdx.json >SHA256SUMS)
