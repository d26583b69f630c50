# Lists written exactly once: what it costs. Sourced by bench/run.

list_rows=${LIST_ROWS:-300000}
lists=1000

fill_lists() {
  [ "$(mariadb_client -N -e "SELECT COUNT(*) FROM elements" 2> /dev/null)" = "$list_rows" ] && return
  mariadb_client -e "DROP TABLE IF EXISTS elements;
    CREATE TABLE elements (id BIGINT PRIMARY KEY, k VARCHAR(8) NOT NULL, v VARCHAR(40) NOT NULL);
    INSERT INTO elements SELECT seq, CONCAT('k', seq % $lists), CONCAT('element ', seq, ' of the list') FROM seq_1_to_$list_rows"
}

# TABLE, SPLIT and TASKS say otherwise what is read, by which column and by how many; SERVER into which Redis.
list_job() { # file, delivery guarantee, more of "speed"
  local server=${SERVER:-"\"host\": \"127.0.0.1\", \"port\": $redis_port"}
  cat > "$1" <<JSON
{"type": "job", "version": "2.0",
 "steps": [
  {"stepType": "mysql", "name": "in", "category": "reader", "parameter": {"host": "127.0.0.1", "port": $mysql_port,
    "database": "bench", "username": "bench", "password": "bench", "table": "${TABLE:-elements}", "column": ["k", "v"], "splitPk": "${SPLIT:-id}"}},
  {"stepType": "redis", "name": "out", "category": "writer", "parameter": {$server,
    "keyIndexes": 0, "writeMode": {"type": "list", "mode": "rpush"}, "deliveryGuarantee": "$2"}}],
 "setting": {"errorLimit": {"record": 0}, "speed": {"concurrent": ${TASKS:-1}$3}},
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
