# Lists written exactly once: what it costs, and what is left of a job that is killed again and again.

list_rows=${LIST_ROWS:-300000}
lists=1000

fill_lists() {
  [ "$(mariadb_client -N -e "SELECT COUNT(*) FROM elements" 2> /dev/null)" = "$list_rows" ] && return
  mariadb_client -e "DROP TABLE IF EXISTS elements;
    CREATE TABLE elements (id BIGINT PRIMARY KEY, k VARCHAR(8) NOT NULL, v VARCHAR(40) NOT NULL);
    INSERT INTO elements SELECT seq, CONCAT('k', seq % $lists), CONCAT('element ', seq, ' of the list') FROM seq_1_to_$list_rows"
}

list_job() { # file, delivery guarantee, more of the setting
  cat > "$1" <<JSON
{"type": "job", "version": "2.0",
 "steps": [
  {"stepType": "mysql", "name": "in", "category": "reader", "parameter": {"host": "127.0.0.1", "port": $mysql_port,
    "database": "bench", "username": "bench", "password": "bench", "table": "elements", "column": ["k", "v"], "splitPk": "id"}},
  {"stepType": "redis", "name": "out", "category": "writer", "parameter": {"host": "127.0.0.1", "port": $redis_port,
    "keyIndexes": 0, "writeMode": {"type": "list", "mode": "rpush"}, "deliveryGuarantee": "$2"}}],
 "setting": {"errorLimit": {"record": 0}, "speed": {"concurrent": 1$3}},
 "order": {"hops": [{"from": "in", "to": "out"}]}}
JSON
}

exactly_once() {
  local least_wall=() least_cpu=() once_wall=() once_cpu=() lw lc ow oc
  list_job "$work/least.json" at-least-once ""
  list_job "$work/once.json" exactly-once ""
  echo "exactly-once: $list_rows rows into $lists lists, against at-least-once, $runs runs of each, alternately ($(date -u +%Y-%m-%d), $(nproc) cores)"
  for run in $(seq "$runs"); do
    timed ./sluice run "$work/least.json" --quiet; expect "$lists"
    least_wall+=("$wall") least_cpu+=("$cpu")
    printf '  run %d  at-least-once  wall %6.2f s  cpu %6.2f s  redis-server %3d %%\n' "$run" "$wall" "$cpu" "$busy"
    timed ./sluice run "$work/once.json" --quiet; expect $((lists + 2))
    once_wall+=("$wall") once_cpu+=("$cpu")
    printf '  run %d  exactly-once   wall %6.2f s  cpu %6.2f s  redis-server %3d %%\n' "$run" "$wall" "$cpu" "$busy"
  done
  lw=$(median "${least_wall[@]}") lc=$(median "${least_cpu[@]}") ow=$(median "${once_wall[@]}") oc=$(median "${once_cpu[@]}")
  printf '  median  at-least-once  wall %6.2f s  cpu %6.2f s\n' "$lw" "$lc"
  printf '  median  exactly-once   wall %6.2f s  cpu %6.2f s\n' "$ow" "$oc"
  printf '  ratio  wall %s  cpu %s\n' "$(ratio "$ow" "$lw")" "$(ratio "$oc" "$lc")"
}

# A redis-server whose acknowledged writes outlast it.
start_lasting_redis() {
  redis-server --port "$redis_port" --bind 127.0.0.1 --save "" --appendonly yes --appendfsync always --dir "$work/lasting" > "$work/redis.log" 2>&1 &
  redis_pid=$!
  until [ "$(redis PING 2> /dev/null)" = PONG ]; do sleep 0.05; done
}

kill_redis() {
  kill -9 "$redis_pid"
  wait "$redis_pid" 2> /dev/null || true
}

# Every list, element by element.
check_lists() {
  awk -v n="$list_rows" -v m=$lists 'BEGIN {for (k = 0; k < m; k++) for (i = k == 0 ? m : k; i <= n; i += m) printf "element %d of the list\n", i}' > "$work/expected"
  for k in $(seq 0 $((lists - 1))); do echo "LRANGE k$k 0 -1"; done | redis > "$work/found"
  lost=$(comm -23 <(sort "$work/expected") <(sort "$work/found") | wc -l)
  repeated=$(comm -13 <(sort "$work/expected") <(sort "$work/found") | wc -l)
  cmp -s "$work/expected" "$work/found" || order=wrong
}

# The job is killed at random moments, in every second round redis-server too, until it is done.
kill_round() { # round
  local pid starts=0 jobs=0 servers=0 code=1
  redis FLUSHALL > /dev/null
  while [ "$code" != 0 ]; do
    starts=$((starts + 1))
    ./sluice run "$work/kill.json" --quiet > "$work/out.log" 2> "$work/err.log" &
    pid=$!
    if [ "$starts" -le 20 ]; then
      sleep "$(awk -v r=$RANDOM 'BEGIN {printf "%.3f", 0.2 + 2 * r / 32768}')"
      if [ $(($1 % 2)) = 0 ] && [ $((RANDOM % 2)) = 0 ]; then
        kill_redis
        servers=$((servers + 1))
        start_lasting_redis
      elif kill -9 "$pid" 2> /dev/null; then
        jobs=$((jobs + 1))
      fi
    fi
    code=0
    wait "$pid" 2> /dev/null || code=$?
    case $code in 0 | 1 | 137) ;; *) cat "$work/err.log" >&2; exit 1 ;; esac
    [ "$starts" -lt 60 ] || { cat "$work/err.log" >&2; exit 1; }
  done
  order=right
  check_lists
  printf '  round %3d  kills of the job %2d, of redis-server %2d  starts %2d  rows %d  lost %d  repeated %d  order %s\n' \
    "$1" "$jobs" "$servers" "$starts" "$list_rows" "$lost" "$repeated" "$order"
  [ "$lost$repeated$order" = 00right ] || exit 1
  kills=$((kills + jobs + servers)) restarts=$((restarts + starts - 1))
}

kill_soak() {
  local rounds=${1:-3} kills=0 restarts=0
  rm -rf "$work/lasting" && mkdir "$work/lasting"
  kill_redis
  start_lasting_redis
  list_job "$work/kill.json" exactly-once ', "throttle": true, "mbps": "1"'
  echo "kill: $list_rows rows into $lists lists exactly once, $rounds rounds ($(date -u +%Y-%m-%d), $(nproc) cores)"
  for round in $(seq "$rounds"); do
    kill_round "$round"
  done
  printf '  in all: kills %d  restarts %d  rows %d  lost 0  repeated 0\n' "$kills" "$restarts" $((list_rows * rounds))
}
