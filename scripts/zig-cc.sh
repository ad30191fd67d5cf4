#!/usr/bin/env bash
# Zig as the C compiler for aarch64 musl. Cargo's build scripts name the target as Rust does, which Zig does not know.
set -euo pipefail
arguments=()
for argument in "$@"; do
    case $argument in --target=*) ;; *) arguments+=("$argument") ;; esac
done
exec "$ZIG" -m ziglang cc -target aarch64-linux-musl -fno-sanitize=undefined "${arguments[@]}"
