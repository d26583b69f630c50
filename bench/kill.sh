# What is left of jobs that are killed again and again: every list, element by element. Sourced by bench/run.
# A kind is a function kill_KIND; it is given the number of the round, fills an empty server and ends with check_lists.

kill_kinds="job server stream twice groups"
kill_most=20        # kills of one job in a round
few_rows=40000      # of the kinds that are short
stream_rows=60000
stream_keys=100

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
  redis FLUSHALL > /dev/null
  "kill_$kind" "$seed"
  all_rounds[$kind]=$((${all_rounds[$kind]:-0} + 1))
  all_kills[$kind]=$((${all_kills[$kind]:-0} + kills))
  all_servers[$kind]=$((${all_servers[$kind]:-0} + servers))
  all_restarts[$kind]=$((${all_restarts[$kind]:-0} + starts - 1))
  all_rows[$kind]=$((${all_rows[$kind]:-0} + rows))
  printf '  round %3d  %-6s  kills %2d  of redis-server %2d  starts %2d  rows %6d  lost %d  repeated %d  order %s  %3d s  seed %d%s\n' \
    "$round" "$kind" "$kills" "$servers" "$starts" "$rows" "$lost" "$repeated" "$order" \
    $(((${EPOCHREALTIME/[.,]/} - began) / 1000000)) "$seed" "${note:+  $note}"
  case $lost.$repeated.$order in 0.0.right | 0.0.any) ;; *) failed "rows are lost, repeated or out of order" ;; esac
}

kill_totals() {
  local kind
  for kind in $kinds; do
    printf '  in all  %-6s  rounds %3d  kills %4d  of redis-server %3d  restarts %4d  rows %8d%s\n' "$kind" "${all_rounds[$kind]:-0}" \
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
  redis --scan --pattern 'sluice:*' | sort | while read -r key; do echo "-- $key: $(redis HGETALL "$key" | tr '\n' ' ')"; done
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
  for name in "${!process[@]}"; do
    kill -9 "${process[$name]}" 2> /dev/null || true
    wait "${process[$name]}" 2> /dev/null || true
  done
  [ -z "${producer:-}" ] || kill "$producer" 2> /dev/null || true
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
  for ((list = 0; list < $1; list++)); do echo "LRANGE k$list 0 -1"; done | redis > "$work/kill/found"
  rows=$(wc -l < "$work/kill/expected")
  sort "$work/kill/expected" > "$work/kill/expected.sorted"
  sort "$work/kill/found" > "$work/kill/found.sorted"
  comm -23 "$work/kill/expected.sorted" "$work/kill/found.sorted" > "$work/kill/lost"
  comm -13 "$work/kill/expected.sorted" "$work/kill/found.sorted" > "$work/kill/repeated"
  lost=$(wc -l < "$work/kill/lost") repeated=$(wc -l < "$work/kill/repeated")
  if [ "${2:-}" = any ]; then order=any; else cmp -s "$work/kill/expected" "$work/kill/found" || order=wrong; fi
}

expect_elements() { # rows, length of an element, filled with dots
  awk -v n="$1" -v m=$lists -v length_="$2" 'BEGIN {
    for (dots = "."; length(dots) < length_; ) dots = dots dots
    for (k = 0; k < m; k++) for (i = k == 0 ? m : k; i <= n; i += m) {
      v = "element " i " of the list"
      print v substr(dots, 1, length_ - length(v))
    }}' > "$work/kill/expected"
}

# g: seven rows of each value; h: more than a batch.
fill_groups() {
  [ "$(mariadb_client -N -e "SELECT COUNT(*) FROM grouped" 2> /dev/null)" = "$few_rows" ] && return
  mariadb_client -e "DROP TABLE IF EXISTS grouped;
    CREATE TABLE grouped (id BIGINT PRIMARY KEY, g INT NOT NULL, h INT NOT NULL, k VARCHAR(8) NOT NULL, v VARCHAR(100) NOT NULL, KEY (g), KEY (h));
    INSERT INTO grouped SELECT seq, seq DIV 7, seq DIV 2500, CONCAT('k', seq % $lists), RPAD(CONCAT('element ', seq, ' of the list'), 100, '.') FROM seq_1_to_$few_rows"
}

# Kills the job at a random moment and starts it again until it has ended by itself.
kill_until_done() { # file, milliseconds between a start and the kill: at least, at most
  code=1
  while [ "$code" != 0 ]; do
    start job run "$1" --quiet
    if [ "$starts" -le $kill_most ]; then
      pause "$2" "$3"
      strike job
    fi
    ended job
    case $code in 0 | 137) ;; *) failed "the job ended with $code" ;; esac
  done
}

slow() { echo ", \"throttle\": true, \"mbps\": \"$1\""; }

kill_job() {
  list_job "$work/kill.json" exactly-once "$(slow 1)"
  kill_until_done "$work/kill.json" 200 2000
  expect_elements "$list_rows" 0
  check_lists $lists
}

kill_groups() { # round: in turn by groups of seven rows in one task, and by large ones in two
  local split=g tasks=1 any=
  [ $(($1 % 2)) = 1 ] || { split=h tasks=2 any=any; }
  TABLE=grouped SPLIT=$split TASKS=$tasks list_job "$work/kill.json" exactly-once "$(slow 0.5)"
  kill_until_done "$work/kill.json" 200 1500
  expect_elements "$few_rows" 100
  check_lists $lists $any
  note="by $split, tasks $tasks"
}

# Of three blows two hit redis-server, which stays away for a moment, and one the job.
kill_server() {
  local blows=0 gaveup=0
  list_job "$work/kill.json" exactly-once "$(slow 1)"
  code=1
  while [ "$code" != 0 ]; do
    start job run "$work/kill.json" --quiet
    while pause 100 1800 && [ $blows -lt $kill_most ] && runs job; do
      blows=$((blows + 1))
      if chance 1 3; then
        strike job
        break
      fi
      kill_redis
      servers=$((servers + 1))
      happens "redis-server is killed"
      pause 0 500
      start_lasting_redis
      happens "redis-server is back"
    done
    ended job
    case $code in
      0 | 137) ;;
      1) gaveup=$((gaveup + 1)) ;;
      *) failed "the job ended with $code" ;;
    esac
    [ "$starts" -lt 60 ] || failed "the job does not come to its end"
  done
  note="gave up $gaveup"
  expect_elements "$list_rows" 0
  check_lists $lists
}

# Twice the same job, and once more where neither of the two has come to its end.
kill_twice() {
  local one two left=0 name=first stands=0
  TABLE=grouped list_job "$work/kill.json" exactly-once "$(slow 0.5)"
  one=1 two=1
  while [ "$one" != 0 ] && [ "$two" != 0 ]; do
    [ "$starts" -lt $kill_most ] || failed "neither of the two comes to its end"
    start "first" run "$work/kill.json" --json
    pause 0 2500
    start "second" run "$work/kill.json" --json
    if chance 1 2; then name=first; else name=second; fi
    case $((RANDOM % 4)) in
      0)
        pause 0 1500
        strike $name
        ;;
      1)
        pause 0 1500
        stand_still $name 500 4000
        ;;
    esac
    ended first
    one=$code
    leaves first "$one"
    ended second
    two=$code
    leaves second "$two"
  done
  note="left to the other $left, stood still $stands"
  expect_elements "$few_rows" 100
  check_lists $lists
}

# One that ends because of the other says so, and knows of each of its rows whether it was written.
leaves() { # name, exit code
  case $2 in
    0 | 137) return ;;
    1) ;;
    *) failed "the $1 one ended with $2" ;;
  esac
  grep -q "another process" "$work/kill/$1.err" || failed "the $1 one ended for another reason"
  grep -q '"rowsUnknown":0' "$work/kill/$1.out" || failed "the $1 one does not know which of its rows were written"
  left=$((left + 1))
}

stream_script() { # file, topic, tasks
  cat > "$1" <<SQL
SET 'pipeline.name' = '$2'; SET 'parallelism.default' = '$3';
CREATE TABLE t (v STRING) WITH ('connector' = 'kafka', 'topic' = '$2', 'properties.bootstrap.servers' = '$broker',
  'properties.group.id' = '$2', 'properties.auto.offset.reset' = 'earliest', 'properties.session.timeout.ms' = '3000',
  'properties.heartbeat.interval.ms' = '300', 'format' = 'raw');
CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k, v) NOT ENFORCED) WITH ('connector' = 'redis', 'host' = '127.0.0.1', 'port' = '$redis_port',
  'mode' = 'LIST', 'sink.delivery-guarantee' = 'exactly-once', 'sink.buffer-flush.interval' = '100ms');
INSERT INTO r SELECT SPLIT_INDEX(v, '-', 0), v FROM t;
SQL
}

# A key lives in one partition; each burst is acknowledged before the next one is produced.
produce() { # topic
  local burst size=$((stream_rows / 30))
  for burst in $(seq 0 29); do
    awk -v from=$((burst * size)) -v n=$size -v m=$stream_keys 'BEGIN {for (i = from; i < from + n; i++) print "k" i % m "\tk" i % m "-" i}' |
      kcat -P -b "$broker" -t "$1" -K '\t' -X enable.idempotence=true || return 1
    sleep 0.3
  done
}

stream_length() {
  local key
  for ((key = 0; key < stream_keys; key++)); do echo "LLEN k$key"; done | redis | awk '{n += $1} END {print n + 0}'
}

members() { # sets found to the names of those that run
  local name
  found=()
  for name in $(printf '%s\n' "${!process[@]}" | sort); do
    if runs "$name"; then
      found+=("$name")
    else
      ended "$name"
      member_left "$name"
    fi
  done
}

member_left() { # name: after its end, of which nobody here is the cause
  case $code in 137 | 143) return ;; esac
  [ "$code" = 1 ] && grep -qE "another process" "$work/kill/$1.err" || failed "$1 ended with $code"
  left=$((left + 1))
}

kill_stream() { # round
  local name events=0 left=0 terms=0 stands=0 found=() script="$work/kill/stream.sql"
  start_broker
  create_topic lists 8
  stream_script "$script" lists $((1 + $1 % 2))
  produce lists > "$work/kill/producer.err" 2>&1 &
  producer=$!
  start member1 sql "$script" --quiet
  pause 500 3000
  start member2 sql "$script" --quiet
  while [ $events -lt 10 ] || kill -0 $producer 2> /dev/null; do
    [ $events -lt 40 ] || failed "the producer does not end"
    pause 300 2500
    events=$((events + 1))
    members
    if [ ${#found[@]} -lt 2 ] || { [ ${#found[@]} = 2 ] && chance 1 4; }; then
      start "member$((starts + 1))" sql "$script" --quiet
      continue
    fi
    name=${found[$((RANDOM % ${#found[@]}))]}
    case $((RANDOM % 7)) in
      [0-3]) strike "$name" ;;
      4 | 5) terminate "$name" ;;
      # Longer than the group waits for a member: the others have its partitions by then, and it does not know.
      6) stand_still "$name" 3500 5500 ;;
    esac
  done
  wait $producer || failed "the producer failed"
  producer=
  idle_group "$script"
  note="ended by SIGTERM $terms, stood still $stands, left by themselves $left, tasks $((1 + $1 % 2))"
  awk -v n=$stream_rows -v m=$stream_keys 'BEGIN {for (k = 0; k < m; k++) for (i = n - m + k; i >= 0; i -= m) print "k" k "-" i}' > "$work/kill/expected"
  check_lists $stream_keys
  stop_broker
}

terminate() { # name
  kill "${process[$1]}" 2> /dev/null || return 0
  terms=$((terms + 1))
  happens "$1 is told to end"
  ended "$1"
  [ "$code" = 143 ] || member_left "$1"
}

# Until two members have written everything and nothing comes any more; then they end.
idle_group() { # script
  local length last=-1 patience=$((SECONDS + 90)) name
  members
  while [ ${#found[@]} -lt 2 ]; do
    start "member$((starts + 1))" sql "$1" --quiet
    members
  done
  while length=$(stream_length) && { [ "$length" -lt $stream_rows ] || [ "$length" != "$last" ]; }; do
    [ "$length" = "$last" ] || patience=$((SECONDS + 90))
    [ $SECONDS -lt $patience ] || { hanging "$length"; failed "of $stream_rows rows $length are there, and no more come"; }
    last=$length
    sleep 2
    members
    [ ${#found[@]} -gt 0 ] || start "member$((starts + 1))" sql "$1" --quiet
  done
  members
  for name in "${found[@]}"; do terminate "$name"; done
}

hanging() { # length
  happens "there are $1 rows; the topic has $(kcat -C -b "$broker" -t lists -e -q | wc -l)"
}

stop_broker() {
  exec 8>&- 9<&-
  wait "$broker_pid" 2> /dev/null || true
  broker_pid=
}
