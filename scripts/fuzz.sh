#!/usr/bin/env bash
# ./dev fuzz [TARGET] [--seconds N] [--keep]: tries the address guard with inputs nobody thought of.
#
# Targets are those of crates/egress/fuzz; without one, each has its turn. An input that breaks the
# guard ends the run and is kept. With --keep, those that reach something new go into the corpus, which
# the tests replay.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/install.sh
. "$SCRIPTS/lib/install.sh"

FUZZ=$ROOT/crates/egress/fuzz
USAGE='usage: ./dev fuzz [url|address] [--seconds N] [--keep]     60 seconds a target, unless it is said'

targets=''
seconds=60
keep=no
while [ $# -gt 0 ]; do
  case $1 in
    --seconds)
      seconds=${2:-}
      case $seconds in '' | *[!0-9]*) die "$USAGE" ;; esac
      shift
      ;;
    --keep) keep=yes ;;
    -*) die "$USAGE" ;;
    *)
      grep -q "^path = \"fuzz_targets/$1.rs\"\$" "$FUZZ/Cargo.toml" || die "$USAGE"
      targets="$targets $1"
      ;;
  esac
  shift
done
: "${targets:=url address}"

# usage: options_of TARGET   what libFuzzer is told of its inputs
options_of() {
  case $1 in
    url) echo "-max_len=2200 -dict=$FUZZ/url.dict" ;;
    address) echo "-max_len=16" ;;
  esac
}

# What cargo-fuzz would do, without a minute to install it: the compiler counts which ways are taken.
# No sanitizer, which wants another compiler and finds nothing in code without `unsafe`.
build() {
  local started
  started=$(now_tenths)
  step_note fuzz "building; the first time takes a minute or two"
  (cd "$FUZZ" && RUSTFLAGS="$COVERAGE" cargo build --quiet --release --target "$HOST" --locked)
  step_ended fuzz built "$started"
}

COVERAGE='--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1'

ensure_toolchain
ensure_cxx
HOST=$(rustc -vV | sed -n 's/^host: //p')
build
for target in $targets; do
  heading "$target, $seconds s"
  program=$FUZZ/target/$HOST/release/$target found=$FUZZ/found/$target corpus=$FUZZ/corpus/$target
  mkdir -p "$FUZZ/artifacts/$target" "$found"
  # shellcheck disable=SC2046  # they are words
  "$program" -artifact_prefix="$FUZZ/artifacts/$target/" -print_final_stats=1 -max_total_time="$seconds" \
    $(options_of "$target") "$found" "$corpus" ||
    die "$target: an input broke the guard; it lies in crates/egress/fuzz/artifacts/$target."
  if [ "$keep" = yes ]; then "$program" -merge=1 "$corpus" "$found"; fi
done
