#!/usr/bin/env bash
# Lints $CONFIGS for the GitHub Action: annotations on standard output, SARIF in a file, the exit code of the linter. The
# configs stand on lines of their own or beside one another.
set -uo pipefail
clawbeat=$1 sarif=$2
configs=()
while read -r -a line || [ "${#line[@]}" -gt 0 ]; do
    configs+=("${line[@]}")
done <<<"${CONFIGS:-}"
[ "${#configs[@]}" -gt 0 ] || configs=(openclaw.json)
"$clawbeat" lint --format sarif -- "${configs[@]}" >"$sarif"
code=$?
[ "$code" -le 1 ] || exit "$code"
"$clawbeat" lint --format github --fail-on "${FAIL_ON:-error}" -- "${configs[@]}"
