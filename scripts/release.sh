#!/usr/bin/env bash
# Builds what a release carries into the folder $1, for the targets that are named after it, else for those that any Linux
# machine can build. Each target has
#   bin/TARGET/clawbeat            the program, with the list of its crates inside (`cargo audit bin` and others read it)
#   clawbeat-TARGET.tar.gz         the same with the licences
#   clawbeat-TARGET.cdx.json       the list of its crates as a CycloneDX document
# and SHA256SUMS has the sums of all archives and lists. The same commit gives the same archives.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?name the folder that the release goes to}
shift
[ "$#" -gt 0 ] || set -- x86_64-unknown-linux-musl aarch64-unknown-linux-musl wasm32-wasip1
mkdir -p "$out"
# CLAWBEAT_PROFILE=release takes a third of the time, for a program that is tried and not published.
profile=${CLAWBEAT_PROFILE:-dist}

version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
commit=$(git rev-parse --short=10 HEAD)
data=$(git log -1 --format=%cs -- src/catalogue src/releases)
export CLAWBEAT_BUILD="$version (commit $commit, prices and releases of $data)"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

tools=$PWD/target/tools
[ -x "$tools/bin/cargo-auditable" ] || cargo install --quiet --locked --root "$tools" cargo-auditable@0.7.7

for target in "$@"; do
    rustup target list --installed | grep -qx "$target" || rustup target add "$target"
    build=(auditable build --profile "$profile" --locked --bin clawbeat --target "$target")
    features=()
    environment=()
    program=clawbeat
    # The allocator of the static programs takes memory as it is used, and not a large piece at the start. Nothing goes back up
    # the stack through C.
    case $target in
    *-linux-musl) export "CFLAGS_${target//-/_}=-DMI_DEFAULT_ARENA_EAGER_COMMIT=0 -fno-asynchronous-unwind-tables" ;;
    esac
    case $target in
    # SQLite is C, and musl-gcc, which cargo finds by itself, knows musl's headers.
    x86_64-unknown-linux-musl)
        command -v musl-gcc >/dev/null || { echo "$target needs musl-gcc: apt-get install musl-tools" >&2; exit 1; }
        # The addresses that it relocates when it starts are packed, a word for up to 63 of them: half a million instructions less.
        export CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS="-C link-arg=-Wl,-T,scripts/no-unwind.ld -C link-arg=-Wl,-z,pack-relative-relocs"
        ;;
    # Zig knows musl's headers for every machine; the linker is Rust's own.
    aarch64-unknown-linux-musl)
        [ -x "$tools/zig/bin/python" ] || python3 -m venv "$tools/zig"
        "$tools/zig/bin/python" -m ziglang version >/dev/null 2>&1 || "$tools/zig/bin/pip" install --quiet ziglang==0.15.2
        export CC_aarch64_unknown_linux_musl="$PWD/scripts/zig-cc.sh" AR_aarch64_unknown_linux_musl=ar ZIG="$tools/zig/bin/python"
        export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER=rust-lld
        export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_RUSTFLAGS="-C link-self-contained=yes"
        ;;
    # For Node where there is no native package, and for the page. No C is compiled for it, so it has no SQLite and reads
    # no records. It is sent over the network, so it is made small, and the standard library with it: the one of the target is
    # made fast, and its sorting alone would be a twelfth of the program. RUSTC_BOOTSTRAP has a stable Rust take the flags for
    # that; nothing but the size depends on them.
    wasm32-wasip1)
        build=(build --profile "$profile" --locked --bin clawbeat --target "$target")
        features=(--no-default-features --features cli)
        build+=(--config "profile.$profile.opt-level='z'" --config "profile.$profile.lto='fat'" --config "profile.$profile.codegen-units=1")
        build+=(-Z build-std=std,panic_abort -Z build-std-features=optimize_for_size)
        build+=(--config 'target.wasm32-wasip1.rustflags=["-Zlocation-detail=none"]')
        environment=(RUSTC_BOOTSTRAP=1)
        [ -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library" ] || rustup component add rust-src
        program=clawbeat.wasm
        ;;
    *-windows-*) program=clawbeat.exe ;;
    esac
    env ${environment[@]+"${environment[@]}"} PATH="$tools/bin:$PATH" cargo "${build[@]}" ${features[@]+"${features[@]}"}
    mkdir -p "$out/bin/$target"
    cp "${CARGO_TARGET_DIR:-target}/$target/$profile/$program" "$out/bin/$target/"
    scripts/sbom.py "$target" ${features[@]+"${features[@]}"} >"$out/clawbeat-$target.cdx.json"
    scripts/archive.py "$out/clawbeat-$target.tar.gz" "clawbeat-$target" "$out/bin/$target/$program" \
        LICENSE-APACHE LICENSE-MIT README.md src/catalogue/usd/NOTICE
done
# macOS may have no sha256sum.
sums() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }
(cd "$out" && sums clawbeat-*.tar.gz clawbeat-*.cdx.json >SHA256SUMS)
