#!/usr/bin/env bash
# Whole processes on the same files: `clawbeat lint`, and `openclaw config validate` where an OpenClaw is on the PATH.
# Prints the fastest of several runs, its processor time (which a busy machine changes less), and the largest memory.
# Usage: benches/validate.sh [RUNS]
set -euo pipefail
runs=${1:-7}
cd "$(dirname "$0")/.."
cargo build --release --locked
clawbeat=$PWD/target/release/clawbeat
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A roster of that many agents, of which every twentieth and never more than ten run heartbeats.
config() {
  awk -v agents="$1" 'BEGIN {
    print "{\n  \"agents\": {\n    \"ownership\": \"explicit\","
    print "    \"defaults\": { \"model\": \"anthropic/claude-sonnet-4-6\", \"userTimezone\": \"Europe/Berlin\" },\n    \"entries\": {"
    for (at = 0; at < agents; at++) {
      printf "      \"agent-%d\": {\n        \"name\": \"Agent %d of a roster that is as long as the file needs\",\n", at, at
      printf "        \"workspace\": \"/srv/openclaw/agents/workspace-%d\",\n", at
      if (at < 20 && at % 2 == 0) print "        \"heartbeat\": { \"every\": \"1h\", \"target\": \"none\", \"isolatedSession\": true },"
      printf "        \"identity\": { \"name\": \"Agent %d\", \"theme\": \"a helper that keeps house, mail and calendar in order\" }\n", at
      printf "      }%s\n", at < agents - 1 ? "," : ""
    }
    print "    }\n  }\n}"
  }'
}

# The fastest time and the largest memory of a command.
measure() {
  for _ in $(seq "$runs"); do
    /usr/bin/time -f '%e %U %S %M' -a -o "$work/times" "$@" >/dev/null 2>&1 || true
  done
  grep -E '^[0-9.]+ [0-9.]+ [0-9.]+ [0-9]+$' "$work/times" | sort -n | awk '
    NR == 1 { fastest = $1; processor = $2 + $3 }
    $2 + $3 < processor { processor = $2 + $3 }
    $4 > memory { memory = $4 }
    END { printf "%.2f s  %.2f s  %d MB\n", fastest, processor, memory / 1024 }'
  rm "$work/times"
}

for agents in 16 3600; do
  config "$agents" >"$work/openclaw.json"
  echo "$(($(wc -c <"$work/openclaw.json") / 1000)) KB, $agents agents"
  printf '  clawbeat lint             '
  measure "$clawbeat" lint "$work/openclaw.json"
  if command -v openclaw >/dev/null; then
    printf '  openclaw config validate  '
    OPENCLAW_CONFIG_PATH=$work/openclaw.json OPENCLAW_STATE_DIR=$work/state HOME=$work measure openclaw config validate
  else
    echo '  openclaw is not on the PATH'
  fi
done
