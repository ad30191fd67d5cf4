#!/usr/bin/env bash
# Builds what a release carries into the folder $1: the binary, which has the list of its crates inside (`cargo audit bin`
# and others read it), and its sum.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$1
cargo install --quiet --locked --root target/tools cargo-auditable@0.7.7
PATH="$PWD/target/tools/bin:$PATH" cargo auditable build --release --locked
mkdir -p "$out"
cp target/release/clawbeat "$out/"
(cd "$out" && sha256sum clawbeat >SHA256SUMS)
