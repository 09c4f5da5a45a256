#!/bin/sh
# Ctrl-C and a terminal that closes signal every process at once. The server has to tell the runtime when to end, because
# the runtime would drop the requests that it is answering.
trap '' INT HUP
exec "$BAKEOFF_WORKERD" "$@"
