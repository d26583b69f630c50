# What is left of jobs that are killed again and again: every list, element by element. Sourced by bench/run.
# A kind is a function kill_KIND in kill-kinds.sh, named in kill_kinds; it is given its seed, fills an empty server and ends with check_lists.

kill_kinds="job server stream twice groups cluster cluster-stream"

plan_kills() { # rounds or a time, and a kind, both optional: sets rounds, deadline and kinds; fails where a word is none of them
  rounds=3 deadline='' kinds=$kill_kinds
  local word
  for word in "$@"; do
    if [[ $word =~ ^[1-9][0-9]*$ ]]; then
      rounds=$word
    elif [[ $word =~ ^[1-9][0-9]*[smh]$ ]]; then
      rounds=1000000 deadline=${word%[smh]}
      case $word in *m) deadline=$((deadline * 60)) ;; *h) deadline=$((deadline * 3600)) ;; esac
    elif [[ " $kill_kinds " == *" $word "* ]]; then
      kinds=$word
    else
      return 1
    fi
  done
}

kill_soak() {
  local kind round soak_began first=${SEED:-$((10#$(date +%N) % 30000 + 1))}
  declare -gA process=() codes=() all_rounds=() all_kills=() all_servers=() all_restarts=() all_rows=()
  trap 'end_processes; stop_servers' EXIT
  export LC_ALL=C
  mkdir -p "$work/kill"
  fill_lists
  fill_groups
  case $kinds in *stream*) build_broker ;; esac
  case $kinds in *cluster*) start_cluster ;; esac
  rm -rf "$work/lasting" && mkdir "$work/lasting"
  kill_redis
  start_lasting_redis
  soak_began=$SECONDS
  echo "kill: lists exactly once, $([ -n "$deadline" ] && echo "$deadline s" || echo "$rounds rounds") ($(date -u +%Y-%m-%d), $(nproc) cores)"
  for ((round = 1; round <= rounds; round++)); do
    for kind in $kinds; do
      [ -z "$deadline" ] || [ $((SECONDS - soak_began)) -lt "$deadline" ] || break 2
      kill_round "$kind" $((first + round - 1))
    done
  done
  kill_totals
}

# The seed is also the number of the round for what alternates: so it repeats that as well.
kill_round() { # kind, seed
  kind=$1 seed=$2 kills=0 servers=0 starts=0 rows=0 lost=0 repeated=0 order=right note=
  # The first numbers of seeds that follow one another are alike.
  RANDOM=$seed
  for _ in 1 2 3 4 5 6 7 8; do : $RANDOM; done
  began=${EPOCHREALTIME/[.,]/}
  rm -f "$work"/kill/*.err "$work"/kill/*.out
  : > "$work/kill/log"
  if in_cluster; then flush_cluster; else redis FLUSHALL > /dev/null; fi
  "kill_${kind//-/_}" "$seed"
  all_rounds[$kind]=$((${all_rounds[$kind]:-0} + 1))
  all_kills[$kind]=$((${all_kills[$kind]:-0} + kills))
  all_servers[$kind]=$((${all_servers[$kind]:-0} + servers))
  all_restarts[$kind]=$((${all_restarts[$kind]:-0} + starts - 1))
  all_rows[$kind]=$((${all_rows[$kind]:-0} + rows))
  printf '  round %3d  %-14s  kills %2d  of redis-server %2d  starts %2d  rows %6d  lost %d  repeated %d  order %s  %3d s  seed %d%s\n' \
    "$round" "$kind" "$kills" "$servers" "$starts" "$rows" "$lost" "$repeated" "$order" \
    $(((${EPOCHREALTIME/[.,]/} - began) / 1000000)) "$seed" "${note:+  $note}"
  case $lost.$repeated.$order in 0.0.right | 0.0.any) ;; *) failed "rows are lost, repeated or out of order" ;; esac
}

kill_totals() {
  local kind
  for kind in $kinds; do
    printf '  in all  %-14s  rounds %3d  kills %4d  of redis-server %3d  restarts %4d  rows %8d%s\n' "$kind" "${all_rounds[$kind]:-0}" \
      "${all_kills[$kind]:-0}" "${all_servers[$kind]:-0}" "${all_restarts[$kind]:-0}" "${all_rows[$kind]:-0}" "${1-  lost 0  repeated 0  order right}"
  done
}

# Prints all that is known of the round.
failed() { # what
  local name key
  echo "FAILED: $1 ($kind; again: SEED=$seed bench/run kill 1 $kind)"
  cat "$work/kill/log"
  for name in "$work"/kill/*.err; do
    [ ! -s "$name" ] || { echo "-- ${name##*/}"; tail -n 12 "$name"; }
  done
  if in_cluster; then
    cluster_records | while read -r key; do echo "-- $key: $(store HGETALL "$key" | tr '\n' ' ')"; done
  else
    redis --scan --pattern 'sluice:*' | sort | while read -r key; do echo "-- $key: $(redis HGETALL "$key" | tr '\n' ' ')"; done
  fi
  if [ -s "$work/kill/lost" ]; then echo "-- lost, the first of them:"; head -n 20 "$work/kill/lost"; fi
  if [ -s "$work/kill/repeated" ]; then echo "-- repeated, the first of them:"; head -n 20 "$work/kill/repeated"; fi
  echo "Everything is in $work/kill until the next round."
  kill_totals "  before it"
  exit 1
}

happens() { # what: for the log of the round, with the time since its beginning
  printf '    %7d ms  %s\n' $(((${EPOCHREALTIME/[.,]/} - began) / 1000)) "$*" >> "$work/kill/log"
}

pause() { # milliseconds: at least, at most
  local time=$(($1 + RANDOM % ($2 - $1 + 1)))
  printf -v time '%d.%03d' $((time / 1000)) $((time % 1000))
  sleep "$time"
}

chance() { [ $((RANDOM % $2)) -lt "$1" ]; } # so many of so many

start() { # name, then the command of sluice
  local name=$1
  shift
  starts=$((starts + 1))
  ./sluice "$@" > "$work/kill/$name.out" 2> "$work/kill/$name.err" 8>&- 9>&- &
  process[$name]=$!
  happens "$name starts"
}

runs() { kill -0 "${process[$1]}" 2> /dev/null; } # name

strike() { # name: kills it where it still runs
  kill -9 "${process[$1]}" 2> /dev/null || return 0
  codes[$1]=0
  # Waited for at once, or the shell would tell of it.
  wait "${process[$1]}" 2> /dev/null || codes[$1]=$?
  [ "${codes[$1]}" = 137 ] || return 0
  kills=$((kills + 1))
  happens "$1 is killed"
}

stand_still() { # name, milliseconds: at least, at most
  kill -STOP "${process[$1]}" 2> /dev/null || return 0
  stands=$((stands + 1))
  happens "$1 stands still"
  pause "$2" "$3"
  kill -CONT "${process[$1]}"
  happens "$1 goes on"
}

ended() { # name: waits for its end; sets code
  local patience=$((SECONDS + 180))
  while runs "$1"; do
    [ $SECONDS -lt $patience ] || failed "$1 has not ended after 180 s"
    sleep 0.05
  done
  code=${codes[$1]:-0}
  [ -n "${codes[$1]:-}" ] || wait "${process[$1]}" 2> /dev/null || code=$?
  unset "process[$1]" "codes[$1]"
  happens "$1 ended with $code"
}

end_processes() {
  local name
  [ -z "${mover:-}" ] || kill "$mover" 2> /dev/null || true
  for name in "${!process[@]}"; do
    kill -9 "${process[$name]}" 2> /dev/null || true
    wait "${process[$name]}" 2> /dev/null || true
  done
  [ -z "${producer:-}" ] || kill "$producer" 2> /dev/null || true
}

in_cluster() { [[ $kind == cluster* ]]; }

store() { # what the kind writes to; more commands than one come from standard input
  if in_cluster; then
    redis-cli -c -p "${cluster_ports[0]}" "$@" | sed '/^-> Redirected to slot/d'
  else
    redis "$@"
  fi
}

# A redis-server whose acknowledged writes outlast it.
start_lasting_redis() {
  redis-server --port "$redis_port" --bind 127.0.0.1 --save "" --appendonly yes --appendfsync always --dir "$work/lasting" > "$work/redis.log" 2>&1 &
  redis_pid=$!
  local patience=$((SECONDS + 60))
  until [ "$(redis PING 2> /dev/null)" = PONG ]; do
    [ $SECONDS -lt $patience ] || { cat "$work/redis.log" >&2; exit 1; }
    sleep 0.05
  done
}

kill_redis() {
  kill -9 "$redis_pid"
  wait "$redis_pid" 2> /dev/null || true
}

# Lists k0 to k(m - 1), against $work/kill/expected, which has them one after the other.
check_lists() { # m; "any" where the order of the elements is not defined
  local list
  for ((list = 0; list < $1; list++)); do echo "LRANGE k$list 0 -1"; done | store > "$work/kill/found"
  rows=$(wc -l < "$work/kill/expected")
  sort "$work/kill/expected" > "$work/kill/expected.sorted"
  sort "$work/kill/found" > "$work/kill/found.sorted"
  comm -23 "$work/kill/expected.sorted" "$work/kill/found.sorted" > "$work/kill/lost"
  comm -13 "$work/kill/expected.sorted" "$work/kill/found.sorted" > "$work/kill/repeated"
  lost=$(wc -l < "$work/kill/lost") repeated=$(wc -l < "$work/kill/repeated")
  if [ "${2:-}" = any ]; then order=any; else cmp -s "$work/kill/expected" "$work/kill/found" || order=wrong; fi
}
