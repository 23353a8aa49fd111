# Sourced by the scripts of the walk-throughs: shows each command as it would be typed, then what it prints.
set -u

# Says what comes next.
step() {
  printf '\n# %s\n' "$*"
}

# Runs one line of shell. A command that fails is shown too: several are here to be refused.
show() {
  printf '$ %s\n' "$1"
  eval "$1" 2>&1 || true
}

# Repeats a command without showing it until it succeeds; gives up after 60 s.
until_true() {
  _tries=0
  until eval "$1" >/dev/null 2>&1; do
    _tries=$((_tries + 1))
    if [ "$_tries" -gt 600 ]; then
      printf 'gave up waiting for: %s\n' "$1"
      return 1
    fi
    sleep 0.1
  done
}
