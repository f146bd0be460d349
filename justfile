# The commands behind ./dev, each a script's. Arguments reach the scripts as they were typed, and
# the scripts run where the caller stands, so that relative file names mean what they say.

set positional-arguments
set quiet

scripts := justfile_directory() / "scripts"

# show this list
[no-cd]
help:
    echo "usage: ./dev COMMAND [ARGUMENT...]"
    "{{just_executable()}}" --justfile "{{justfile()}}" --list --unsorted --list-heading '' --list-prefix '  '

# start everything and the demo school; --detach returns when ready, --release builds so, --no-build runs what is built
[no-cd, no-exit-message]
up *args:
    "{{scripts}}/up.sh" "$@"

# stop everything; the data stays
[no-cd, no-exit-message]
down:
    "{{scripts}}/down.sh"

# stop everything and forget the data
[no-cd, no-exit-message]
reset:
    "{{scripts}}/reset.sh"

# show what runs, and where
[no-cd, no-exit-message]
status:
    "{{scripts}}/status.sh"

# follow the logs of all services, or of the one named
[no-cd, no-exit-message]
logs *name:
    "{{scripts}}/logs.sh" "$@"

# import a ForeFlight logbook into the demo school
[no-cd, no-exit-message]
import *args:
    "{{scripts}}/import.sh" "$@"

# let the demo school live on, at so many flights a minute (--rate N), until Ctrl-C
[no-cd, no-exit-message]
simulate *args:
    "{{scripts}}/simulate.sh" "$@"

# run the operators' command line against the running stack
[no-cd, no-exit-message]
gaf *args:
    "{{scripts}}/gaf.sh" "$@"

# run the whole check; arguments go to `cargo test`
[no-cd, no-exit-message]
test *args:
    "{{scripts}}/test.sh" "$@"

# start PostgreSQL and RabbitMQ for tests and print where they are (up), or stop them (down)
[no-cd, no-exit-message]
test-servers *args:
    "{{scripts}}/test_servers.sh" "$@"

# run the measurements
[no-cd, no-exit-message]
bench *args:
    "{{scripts}}/bench.sh" "$@"

# try the address guard with inputs nobody thought of: [url|address] [--seconds N] [--keep]
[no-cd, no-exit-message]
fuzz *args:
    "{{scripts}}/fuzz.sh" "$@"

# let replicas, servers and networks fail under load; arguments go to the tests
[no-cd, no-exit-message]
chaos *args:
    "{{scripts}}/chaos.sh" "$@"
