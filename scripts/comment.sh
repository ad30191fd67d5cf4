#!/usr/bin/env bash
# Puts a report on the pull request that the job runs for: in place of the one that is there, else as a new comment.
#   clawbeat report … --format markdown --output comment.md
#   scripts/comment.sh comment.md
# GitHub, Forgejo and Gitea: GH_TOKEN and PULL, the number; the rest is in the environment of the job.
# GitLab: GITLAB_TOKEN, with the scope api; the rest is in the environment of a merge request's job.
set -euo pipefail
report=$1
marker='<!-- clawbeat report -->'
[ "$(head -n 1 "$report")" = "$marker" ] || { echo "$report is no output of clawbeat report --format markdown" >&2; exit 2; }

if [ -n "${CI_MERGE_REQUEST_IID:-}" ]; then
    comments=$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes
    comment=$comments
    replace=PUT
    header="PRIVATE-TOKEN: $GITLAB_TOKEN"
    user=$CI_API_V4_URL/user
else
    comments=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/$PULL/comments
    comment=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/comments
    replace=PATCH
    header="Authorization: token $GH_TOKEN"
    user=
fi

# The token goes in by standard input: whoever lists processes does not see it.
ask() {
    curl --silent --show-error --fail --header @- --header 'Content-Type: application/json' "$@" <<<"$header"
}

# What a person wrote is left alone: GitHub says what kind of account a comment is from, GitLab whose token this is.
me=
[ -z "$user" ] || me=$(ask "$user" | jq .id)
mine='[.[] | select((.user.type // "Bot") == "Bot" and ($me == null or .author.id == $me) and (.body | startswith($marker))) | .id][0] // ""'
page=1
id=
while [ -z "$id" ]; do
    found=$(ask "$comments?per_page=100&limit=100&page=$page")
    [ "$(jq length <<<"$found")" -gt 0 ] || break
    id=$(jq --raw-output --arg marker "$marker" --argjson me "${me:-null}" "$mine" <<<"$found")
    page=$((page + 1))
done
body=$(mktemp)
trap 'rm -f "$body"' EXIT
jq --null-input --rawfile body "$report" '{ body: $body }' >"$body"
if [ -n "$id" ]; then
    ask --request "$replace" --data @"$body" --output /dev/null "$comment/$id"
else
    ask --request POST --data @"$body" --output /dev/null "$comments"
fi
