#!/usr/bin/env bash
# Puts the program of the release $VERSION into the folder $1 for the GitHub Action: from $SOURCE, the address of the repository,
# held against the hash in the release's SHA256SUMS; $SUMS, a file, may name the hashes instead. Where the action is used by
# something else than the tag of a release, it is built from the action's own source.
set -euo pipefail
folder=$1
mkdir -p "$folder"
if [[ ! "${VERSION:-}" =~ ^v[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
    echo "clawbeat is used by '${VERSION:-}', which is the tag of no release: it is built from source, which takes minutes"
    cargo install --locked --path "$(dirname "$0")/.." --root "$folder/built"
    cp "$folder"/built/bin/clawbeat* "$folder/"
    exit
fi
case "$(uname -s)-$(uname -m)" in
Linux-x86_64) target=x86_64-unknown-linux-musl ;;
Linux-aarch64) target=aarch64-unknown-linux-musl ;;
Darwin-x86_64) target=x86_64-apple-darwin ;;
Darwin-arm64) target=aarch64-apple-darwin ;;
MINGW*-x86_64 | MSYS*-x86_64) target=x86_64-pc-windows-msvc ;;
*) echo "there is no program for $(uname -s) on $(uname -m)" >&2; exit 2 ;;
esac
archive=clawbeat-$target.tar.gz
get() { curl --silent --show-error --fail --location --retry 3 --output "$folder/$1" "$SOURCE/releases/download/$VERSION/$1"; }
get "$archive"
if [ -n "${SUMS:-}" ]; then cp "$SUMS" "$folder/SHA256SUMS"; else get SHA256SUMS; fi
# macOS has no sha256sum.
sum() { if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1; }
wanted=$(awk -v file="$archive" '$2 == file || $2 == "*" file { print $1 }' "$folder/SHA256SUMS")
found=$(sum "$folder/$archive")
if [ -z "$wanted" ] || [ "$found" != "$wanted" ]; then
    rm -f "$folder/$archive"
    echo "$archive of $VERSION has the hash $found, not ${wanted:-one that SHA256SUMS names}; it is not run" >&2
    exit 2
fi
tar -xzf "$folder/$archive" -C "$folder" --strip-components=1
"$folder/clawbeat" --version
