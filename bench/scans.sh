# Whole tables of Redis.

fill_keys() { # command of the key k:i, i being ARGV[1]
  redis FLUSHALL > /dev/null
  redis EVAL "for i = 1, tonumber(ARGV[1]) do redis.call($1) end" 0 "$rows" > /dev/null
}

load_all() { # title, columns beside the key, options
  local script load before after speeds=() busy=()
  script="CREATE TABLE d (id STRING, $2, PRIMARY KEY (id) NOT ENFORCED)
      WITH ('connector' = 'redis', 'host' = '127.0.0.1', 'port' = '$redis_port', 'cache' = 'ALL', $3);
    CREATE TABLE b (id STRING) WITH ('connector' = 'blackhole');
    INSERT INTO b SELECT d.id FROM (VALUES ('1')) AS s(id) JOIN d FOR SYSTEM_TIME AS OF PROCTIME() AS d ON s.id = d.id"
  for _ in $(seq "$runs"); do
    before=$(awk '{print $14 + $15}' "/proc/$redis_pid/stat")
    load=$(./sluice sql -e "$script" --json | grep -o '"lookup.d.latestLoadTime":[0-9.]*' | cut -d: -f2)
    after=$(awk '{print $14 + $15}' "/proc/$redis_pid/stat")
    speeds+=("$(awk -v n="$rows" -v ms="$load" 'BEGIN {printf "%.0f", 1000 * n / ms}')")
    busy+=("$(awk -v t=$((after - before)) -v hz="$(getconf CLK_TCK)" -v ms="$load" 'BEGIN {printf "%.0f", 100000 * t / hz / ms}')")
  done
  printf '  %-28s %9d keys/s median (%s)  redis-server %3d %%\n' "$1" "$(median "${speeds[@]}")" "${speeds[*]}" "$(median "${busy[@]}")"
}

lookup_all() {
  echo "lookup-all: $rows keys loaded whole, $runs runs ($(date -u +%Y-%m-%d), $(nproc) cores)"
  fill_keys "'SET', 'k:' .. i, 'value ' .. i"
  load_all "strings" "v STRING" "'key-prefix' = 'k:'"
  fill_keys "'HSET', 'k:' .. i, 'a', i, 'b', 'value ' .. i, 'c', i"
  load_all "hashes of three fields" "a STRING, b STRING, c STRING" "'mode' = 'HASHMAP', 'key-prefix' = 'k:'"
  fill_keys "'HSET', 'one', i, 'value ' .. i"
  load_all "one hash" "v STRING" "'hashName' = 'one'"
}
