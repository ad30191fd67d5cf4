#!/usr/bin/env bash
# For the GitHub Action: what the first of $CONFIGS costs, compared with the commit $BASE, as a comment on the pull request and in
# the summary of the run. The program is $1, the comment is written to $2. A pull request from a fork has no token that may
# comment: then the summary has it, and that is said.
set -euo pipefail
clawbeat=$1 comment=$2
read -r -d '' config _ <<<"${CONFIGS:-openclaw.json}" || true
config=${config:-openclaw.json}
old=()
if git fetch --quiet --depth 1 origin "$BASE" 2>/dev/null; then :; fi
if git cat-file -e "$BASE:$config" 2>/dev/null; then
    base=$(mktemp -d)
    git archive "$BASE" | tar -x -C "$base"
    old=(--against "$base/$config")
fi
"$clawbeat" report "$config" "${old[@]}" --no-env --format markdown --output "$comment"
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$comment" >>"$GITHUB_STEP_SUMMARY"
bash "$(dirname "$0")/comment.sh" "$comment" || echo "::warning::the comment could not be written; the summary of the run has it"
