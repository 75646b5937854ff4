#!/bin/bash
# Runs every fuzz target for so many seconds each; ends with an error when one found something.
#   Tests/Fuzz/run.sh SECONDS [PARSER…]
# The inputs that were found are kept in .build-fuzz/corpus, those that crash in .build-fuzz/found.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
seconds=${1:?seconds for each parser}
shift
FUZZ=1 swift build -c release --sanitize=fuzzer --scratch-path .build-fuzz --product fuzz
program=.build-fuzz/release/fuzz
parsers=("$@")
if (( ${#parsers[@]} == 0 )); then
  read -ra parsers <<<"$(FUZZ_PARSER='' "$program" 2>&1 | sed -n 's/^FUZZ_PARSER must be one of: //p')"
fi
(( ${#parsers[@]} )) || { echo "no parser to fuzz"; exit 1; }
found=.build-fuzz/found
mkdir -p "$found"
failed=()
for parser in "${parsers[@]}"; do
  corpus=.build-fuzz/corpus/$parser
  mkdir -p "$corpus"
  if FUZZ_PARSER=$parser FUZZ_SEEDS=$corpus "$program" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=1024 -max_len=8192 -print_final_stats=1 -artifact_prefix="$found/$parser-" \
    "$corpus" >"$found/$parser.log" 2>&1
  then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$found/$parser.log")
    printf '%-24s %12s runs, nothing found\n' "$parser" "$runs"
  else
    failed+=("$parser")
    printf '%-24s FOUND SOMETHING, see %s\n' "$parser" "$found/$parser.log"
    tail -n 25 "$found/$parser.log"
  fi
done
if (( ${#failed[@]} )); then echo "failed: ${failed[*]}"; exit 1; fi
