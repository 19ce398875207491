#!/bin/sh
# Deletes the models a local Whisper left in this account's caches. All of it is `python -m bot cleanup-whisper-cache`,
# which lists first and asks before it deletes; --dry-run only lists, --yes does not ask.
set -eu
cd "$(dirname "$0")/../.."
exec "${PYTHON:-.venv/bin/python}" -m bot cleanup-whisper-cache "$@"
