#!/bin/bash
# Prints which lines and branches of core/ the tests of the coverage build have reached; fails below
# 95 % of the lines. The pages that show each line are in build/coverage/report.
set -euo pipefail
cd "$(dirname "$0")/../.."

mkdir -p build/coverage/report
gcovr --root . --filter 'core/(src|include)/' --exclude-throw-branches --exclude-unreachable-branches \
    --gcov-ignore-parse-errors --print-summary --sort-percentage --fail-under-line 95 \
    --txt - --html-details build/coverage/report/index.html build/coverage
