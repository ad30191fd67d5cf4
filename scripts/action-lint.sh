#!/usr/bin/env bash
# Lints $CONFIGS for the GitHub Action: annotations on standard output, SARIF in a file, the exit code of the linter.
set -uo pipefail
clawbeat=$1 sarif=$2
read -r -a configs <<<"${CONFIGS:-openclaw.json}"
"$clawbeat" lint --format sarif "${configs[@]}" >"$sarif"
code=$?
[ "$code" -le 1 ] || exit "$code"
"$clawbeat" lint --format github --fail-on "${FAIL_ON:-error}" "${configs[@]}"
