# The kinds of bench/run kill. Each starts, strikes and ends processes by the functions of kill.sh, which counts them. Sourced by bench/run.

kill_most=20        # kills of one job in a round
few_rows=40000      # of the kinds that are short
stream_rows=60000
stream_keys=100

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

# Into a cluster. Every second time slots move meanwhile: those of some lists, and the one that the job's own record is in.
kill_cluster() { # round
  SERVER="\"redisMode\": \"ClusterMode\", \"hostAndPorts\": \"127.0.0.1:${cluster_ports[0]}\"" list_job "$work/kill.json" exactly-once "$(slow 1)"
  [ $(($1 % 2)) = 1 ] || move_slots sluice:job:kill $lists
  kill_until_done "$work/kill.json" 200 3000
  stop_moving
  expect_elements "$list_rows" 0
  check_lists $lists
}

move_slots() { # key of the record, lists: to and fro until stop_moving
  echo 0 > "$work/kill/moving"
  {
    moves=0
    while [ -e "$work/kill/moving" ]; do
      if chance 1 4; then key=$1; else key=k$((RANDOM % $2)); fi
      move_slot "$(redis-cli -p "${cluster_ports[0]}" CLUSTER KEYSLOT "$key")"
      moves=$((moves + 1))
      echo $moves > "$work/kill/moves"
    done
  } 8>&- 9>&- &
  mover=$!
}

stop_moving() {
  rm -f "$work/kill/moving"
  note=
  [ -n "${mover:-}" ] || return 0
  wait "$mover" || failed "a slot could not be moved"
  mover=
  note="slots moved $(cat "$work/kill/moves")"
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
  local server="'host' = '127.0.0.1', 'port' = '$redis_port'"
  ! in_cluster || server="'clusterMode' = 'true', 'hostAndPorts' = '127.0.0.1:${cluster_ports[0]}'"
  cat > "$1" <<SQL
SET 'pipeline.name' = '$2'; SET 'parallelism.default' = '$3';
CREATE TABLE t (v STRING) WITH ('connector' = 'kafka', 'topic' = '$2', 'properties.bootstrap.servers' = '$broker',
  'properties.group.id' = '$2', 'properties.auto.offset.reset' = 'earliest', 'properties.session.timeout.ms' = '3000',
  'properties.heartbeat.interval.ms' = '300', 'format' = 'raw');
CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k, v) NOT ENFORCED) WITH ('connector' = 'redis', $server,
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
  for ((key = 0; key < stream_keys; key++)); do echo "LLEN k$key"; done | store | awk '{n += $1} END {print n + 0}'
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
  stop_moving
  note="${note:+$note, }ended by SIGTERM $terms, stood still $stands, left by themselves $left, tasks $((1 + $1 % 2))"
  awk -v n=$stream_rows -v m=$stream_keys 'BEGIN {for (k = 0; k < m; k++) for (i = n - m + k; i >= 0; i -= m) print "k" k "-" i}' > "$work/kill/expected"
  check_lists $stream_keys
  stop_broker
}

# Into a cluster, and many more lists. Every second time slots move meanwhile.
kill_cluster_stream() { # round
  local stream_keys=1000
  [ $(($1 / 2 % 2)) = 1 ] || move_slots sluice:job:lists/r $stream_keys
  kill_stream "$1"
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
