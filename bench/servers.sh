# Servers of a benchmark: a MariaDB whose tables stay in build/bench for the next time, and a Redis; on free ports of 127.0.0.1,
# ended with the script.

free_port() { # a port that nothing listens on, below those of connections that go out; bash cannot ask the kernel for one
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null || { echo "$port"; return; }
  done
}

redis() { redis-cli -p "$redis_port" "$@"; }

mariadb_client() { mariadb --no-defaults -h 127.0.0.1 -P "$mysql_port" -u bench -pbench bench "$@"; }

start_redis() {
  redis_port=$(free_port)
  tls_port=$(free_port)
  trap 'stop_servers' EXIT
  [ -f "$work/tls.pem" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=localhost \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$work/tls.key" -out "$work/tls.pem" 2> /dev/null
  redis-server --port "$redis_port" --bind 127.0.0.1 --save "" --appendonly no --dir "$work" --tls-port "$tls_port" --tls-auth-clients no \
    --tls-cert-file "$PWD/$work/tls.pem" --tls-key-file "$PWD/$work/tls.key" --tls-ca-cert-file "$PWD/$work/tls.pem" > "$work/redis.log" 2>&1 &
  redis_pid=$!
  for _ in $(seq 100); do
    [ "$(redis PING 2> /dev/null)" = PONG ] && return
    sleep 0.1
  done
  echo "redis-server did not start; see $work/redis.log" >&2
  exit 1
}

start_cluster() { # three primaries without replicas; sets cluster_ports and cluster_pids
  local i port
  cluster_ports=() cluster_pids=()
  for i in 0 1 2; do
    port=$(free_port)
    cluster_ports+=("$port")
    rm -rf "$work/node$i" && mkdir "$work/node$i"
    redis-server --port "$port" --bind 127.0.0.1 --save "" --appendonly no --dir "$work/node$i" --cluster-enabled yes \
      --cluster-port "$(free_port)" > "$work/node$i/redis.log" 2>&1 &
    cluster_pids+=($!)
  done
  for i in 0 1 2; do
    port=${cluster_ports[$i]}
    until [ "$(redis-cli -p "$port" PING 2> /dev/null)" = PONG ]; do
      kill -0 "${cluster_pids[$i]}" 2> /dev/null || { cat "$work/node$i/redis.log" >&2; exit 1; }
      sleep 0.1
    done
    redis-cli -p "$port" CLUSTER ADDSLOTSRANGE $((16384 * i / 3)) $((16384 * (i + 1) / 3 - 1)) > /dev/null
    redis-cli -p "$port" CLUSTER SET-CONFIG-EPOCH $((i + 1)) > /dev/null
    redis-cli -p "${cluster_ports[0]}" CLUSTER MEET 127.0.0.1 "$port" "$(redis-cli -p "$port" CONFIG GET cluster-port | tail -n 1)" > /dev/null
  done
  for port in "${cluster_ports[@]}"; do
    until redis-cli -p "$port" CLUSTER INFO | grep -q cluster_state:ok; do sleep 0.1; done
  done
}

cluster_keys() { # of all nodes
  local port keys=0
  for port in "${cluster_ports[@]}"; do keys=$((keys + $(redis-cli -p "$port" DBSIZE))); done
  echo "$keys"
}

flush_cluster() {
  local port
  for port in "${cluster_ports[@]}"; do redis-cli -p "$port" FLUSHALL > /dev/null; done
}

cluster_records() { # the keys of jobs and of positions, without those of slots
  local port
  for port in "${cluster_ports[@]}"; do
    redis-cli -p "$port" --scan --pattern 'sluice:job:*'
    redis-cli -p "$port" --scan --pattern 'sluice:position:*'
  done | sort
}

move_slot() { # slot: from its owner to another one, with its keys
  local port owner='' to ids=() i keys=()
  for i in 0 1 2; do
    port=${cluster_ports[$i]}
    ids+=("$(redis-cli -p "$port" CLUSTER MYID)")
    redis-cli -p "$port" CLUSTER NODES | awk -v slot="$1" '
      /myself/ {for (i = 9; i <= NF; i++) {split($i "-" $i, range, "-"); found = found || (range[1] + 0 <= slot && slot <= range[2] + 0)}}
      END {exit !found}' && owner=$i
  done
  [ -n "$owner" ] || return 0
  to=$(((owner + 1 + RANDOM % 2) % 3))
  redis-cli -p "${cluster_ports[$to]}" CLUSTER SETSLOT "$1" IMPORTING "${ids[$owner]}" > /dev/null
  redis-cli -p "${cluster_ports[$owner]}" CLUSTER SETSLOT "$1" MIGRATING "${ids[$to]}" > /dev/null
  while mapfile -t keys < <(redis-cli -p "${cluster_ports[$owner]}" CLUSTER GETKEYSINSLOT "$1" 2) && [ -n "${keys[*]}" ]; do
    redis-cli -p "${cluster_ports[$owner]}" MIGRATE 127.0.0.1 "${cluster_ports[$to]}" "" 0 30000 KEYS "${keys[@]}" > /dev/null
  done
  # The new owner first: else each of the two would send a client to the other.
  for i in $to 0 1 2; do redis-cli -p "${cluster_ports[$i]}" CLUSTER SETSLOT "$1" NODE "${ids[$to]}" > /dev/null; done
  # Moved on before all know the owner's new epoch, two nodes could choose the same one, and each give the slot up.
  until [ "$(for port in "${cluster_ports[@]}"; do redis-cli -p "$port" CLUSTER NODES; done | awk -v id="${ids[$to]}" '$1 == id {print $7}' | sort -u | wc -l)" = 1 ]; do
    sleep 0.02
  done
}

start_servers() {
  local data=$PWD/$work/mysql
  start_redis
  mysql_port=$(free_port)
  if [ ! -d "$data/mysql" ]; then
    mariadb-install-db --no-defaults --auth-root-authentication-method=normal --skip-test-db --datadir="$data" --user="$(id -un)" > "$work/install.log" 2>&1
  fi
  mariadbd --no-defaults --user="$(id -un)" --datadir="$data" --socket="$data/socket" --port="$mysql_port" --bind-address=127.0.0.1 \
    --innodb-buffer-pool-size=2G --innodb-flush-log-at-trx-commit=0 --innodb-log-file-size=512M > "$work/mysql.log" 2>&1 &
  mysql_pid=$!
  for _ in $(seq 100); do
    mariadb --no-defaults -S "$data/socket" -u root -e "CREATE DATABASE IF NOT EXISTS bench;
      CREATE USER IF NOT EXISTS bench@'127.0.0.1' IDENTIFIED BY 'bench'; GRANT ALL ON bench.* TO bench@'127.0.0.1'" 2> /dev/null && return
    sleep 0.2
  done
  echo "mariadbd did not start; see $work/mysql.log" >&2
  exit 1
}

stop_servers() {
  for pid in "${redis_pid:-}" "${mysql_pid:-}" "${broker_pid:-}" ${cluster_pids[@]:+"${cluster_pids[@]}"}; do
    [ -z "$pid" ] || { kill "$pid" 2> /dev/null && wait "$pid" 2> /dev/null; } || true
  done
}

fill_users() { # rows, table
  [ "$(mariadb_client -N -e "SELECT COUNT(*) FROM $2" 2> /dev/null)" = "$1" ] && return
  mariadb_client -e "DROP TABLE IF EXISTS $2;
    CREATE TABLE $2 (id BIGINT PRIMARY KEY, name VARCHAR(40), email VARCHAR(60), age INT, balance DECIMAL(12,2), updated DATETIME(3));
    INSERT INTO $2 SELECT seq, CONCAT('name', seq), CONCAT('user', seq, '@example.com'), seq % 90, seq * 0.37,
      '2024-01-01 00:00:00.123' + INTERVAL seq SECOND FROM seq_1_to_$1"
}

fill_fields() { # five rows per key, one field each
  [ "$(mariadb_client -N -e "SELECT COUNT(*) FROM fields" 2> /dev/null)" = "$rows" ] && return
  mariadb_client -e "DROP TABLE IF EXISTS fields;
    CREATE TABLE fields (id BIGINT PRIMARY KEY, user_id BIGINT, field VARCHAR(40), value VARCHAR(60), amount INT, price DECIMAL(12,2), updated DATETIME(3));
    INSERT INTO fields SELECT seq, (seq - 1) DIV 5, CONCAT('field', seq % 5), CONCAT('user', seq, '@example.com'), seq % 90, seq * 0.37,
      '2024-01-01 00:00:00.123' + INTERVAL seq SECOND FROM seq_1_to_$rows"
}
