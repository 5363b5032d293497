#!/bin/bash
# Starts or resumes a run in the background, at the lowest priority and in a process group of its own.
#   background.sh RUN [options of distil.py, for a new run]
# RUN/pgid then holds the group's number:  kill -STOP -- -$(cat RUN/pgid)  pauses it,  kill -CONT -- -$(cat RUN/pgid)  goes on,
# kill -TERM -- -$(cat RUN/pgid)  or  touch RUN/stop  saves and ends. PYTHON names the interpreter.
set -eu
run=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$run"
if ! flock -n "$run/lock" true; then
  echo "$run is being trained already, by process group $(cat "$run/pgid")" >&2
  exit 1
fi
# glibc would give large blocks back and take them again at every layer; threads that wait shall not spin.
export MALLOC_MMAP_THRESHOLD_=2000000000 MALLOC_TRIM_THRESHOLD_=8000000000 OMP_WAIT_POLICY=PASSIVE
setsid nice -n 19 ionice -c3 "${PYTHON:-python}" -W ignore "$here/distil.py" --run "$run" "$@" >> "$run/out.log" 2>&1 < /dev/null &
echo "$!" > "$run/pgid"
echo "process group $! works in $run; log: $run/log.jsonl, $run/out.log"
