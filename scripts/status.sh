#!/usr/bin/env bash
# ./dev status: what runs, and where.

# shellcheck source=scripts/lib/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/stack.sh"

if [ -f "$PORTS_FILE" ]; then
  print_status
else
  say "Nothing has been started here yet. Start it with: ./dev up"
fi
