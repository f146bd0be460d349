#!/usr/bin/env bash
# ./dev reset: stops everything and forgets the data, the demo school, its keys and the logs.
# The ports and what was installed stay.

# shellcheck source=scripts/lib/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/stack.sh"

hold_lock
trap release_lock EXIT
stop_stack
pg_forget
mq_forget
rm -rf "$LOG_DIR" "$RUN_DIR" "$DEV_DIR/receiver"
rm -f "$ENV_FILE" "$DEMO_FILE" "$WEBHOOK_SECRET_FILE" "$PROFILE_FILE" \
  "$DEV_DIR/key-ring" "$DEV_DIR/cursor-key"
say "The data of $DEV_DIR is forgotten. ./dev up begins anew."
