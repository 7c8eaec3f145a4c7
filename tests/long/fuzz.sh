#!/usr/bin/env bash
# The long form of the fuzzing of every reader: by default a million damaged files each, some ten minutes and the build.
#
# Usage: tests/long/fuzz.sh [CASES] [READER]
#   CASES   damaged files for each reader (default 1000000); the same number is the same files everywhere
#   READER  part of the name of a test, such as damaged_sessions; left out, all of them
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export HOLOSCOPE_FUZZ_CASES=${1:-1000000}
# Overflows must be found and not wrapped, which a release build alone would do.
export CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS=true CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS=true
exec cargo test --release --no-default-features --test fuzz -- --nocapture ${2:+"$2"}
