# The scenarios of SQL scripts: a topic into Redis, and the parts of that way alone. Sourced by bench/run.

build_broker() {
  dotnet build tests/Sluice.TestBroker -c Release -nologo -v quiet > "$work/broker-build.log" || { cat "$work/broker-build.log" >&2; exit 1; }
}

start_broker() { # a Kafka broker on a free port; sets broker, its address
  mkfifo "$work/broker.in.$$" "$work/broker.out.$$"
  dotnet tests/Sluice.TestBroker/bin/Release/net10.0/Sluice.TestBroker.dll < "$work/broker.in.$$" > "$work/broker.out.$$" 2> "$work/broker.log" &
  broker_pid=$!
  exec 8> "$work/broker.in.$$" 9< "$work/broker.out.$$"
  rm "$work/broker.in.$$" "$work/broker.out.$$"
  read -r broker <&9
}

create_topic() { # name, partitions
  local answer
  echo "create $1 $2" >&8
  read -r answer <&9
  [ "$answer" = ok ] || { echo "the broker says: $answer" >&2; exit 1; }
}

fill_logins() { # $messages messages in ten partitions
  create_topic logins 10
  # Compressed, since the broker keeps about 5 MB of each partition. Ten keys in a row differ in one digit, as ids do.
  awk -v n="$messages" 'BEGIN {for (i = 0; i < n; i++)
      printf "%07d\t{\"user_id\":\"%07d\",\"login_time\":\"2024-05-01 %02d:%02d:%02d\",\"device\":\"device-%d\",\"ip\":\"10.0.%d.%d\"}\n", i, i, i / 3600 % 24, i / 60 % 60, i % 60, i % 7, i % 16, i % 251}' |
    kcat -P -b "$broker" -t logins -K '\t' -z zstd -X linger.ms=200 -X batch.num.messages=50000 -X queue.buffering.max.messages=1000000
}

# With kcat's own settings it pauses for a second whenever its queue is full, which it is while Redis is slower than the broker.
# kcat_queue makes that queue larger than the topic.
kafka_recipe() {
  # shellcheck disable=SC2086 # several words
  kcat -C -q -e ${kcat_queue:-} -b "$broker" -t logins -o beginning -f '*3\r\n$3\r\nSET\r\n$%K\r\n%k\r\n$%S\r\n%s\r\n' | redis-cli -p "$redis_port" --pipe
}

kafka_string() {
  cat > "$work/kafka-string.sql" <<SQL
CREATE TEMPORARY TABLE logins (user_id STRING, login_time STRING, device STRING, ip STRING)
WITH ('connector' = 'kafka', 'topic' = 'logins', 'properties.bootstrap.servers' = '$broker', 'format' = 'json',
      'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset');
CREATE TEMPORARY TABLE last_login (user_id STRING, login_time STRING, PRIMARY KEY (user_id) NOT ENFORCED)
WITH ('connector' = 'redis', 'mode' = 'STRING', 'host' = '127.0.0.1', 'port' = '$redis_port');
INSERT INTO last_login SELECT user_id, login_time FROM logins;
SQL
  against "kafka-string: $messages messages" "$messages" kafka_recipe ./sluice sql "$work/kafka-string.sql" --quiet
  local walls=()
  kcat_queue="-X queued.min.messages=10000000 -X queued.max.messages.kbytes=1000000"
  for run in $(seq "$runs"); do
    timed kafka_recipe; expect "$messages"
    walls+=("$wall")
  done
  kcat_queue=
  printf '  the recipe with a queue larger than the topic: wall %s s median (%s)\n' "$(median "${walls[@]}")" "${walls[*]}"
  allocated "$work/kafka-string.sql"
  printf '  peak resident size %d MB\n' "$(peak ./sluice sql "$work/kafka-string.sql" --quiet)"
}

allocated() { dotnet run --project bench/Sluice.Bench -c Release -v quiet -- script "$1"; }

# Rows per second and bytes allocated of JSON into columns, without a broker.
decode() {
  echo "decode: JSON messages into columns, one core ($(date -u +%Y-%m-%d))"
  dotnet run --project bench/Sluice.Bench -c Release -v quiet -- decode
}

# datagen -> filter and five expressions -> blackhole, one task.
sql() {
  cat > "$work/expressions.sql" <<SQL
CREATE TABLE numbers (id BIGINT, amount DOUBLE, quantity INT, name STRING) WITH ('connector' = 'datagen', 'rows-per-second' = '1000000000',
  'number-of-rows' = '$rows', 'fields.quantity.min' = '0', 'fields.quantity.max' = '100', 'fields.name.length' = '12');
CREATE TABLE nothing (a BIGINT, b DOUBLE, c STRING, d STRING, e INT) WITH ('connector' = 'blackhole');
INSERT INTO nothing
SELECT id + quantity, ROUND(amount * quantity, 2), UPPER(name), CONCAT(SUBSTRING(name, 1, 4), '-', CAST(quantity AS STRING)),
       CASE WHEN quantity > 50 THEN 1 ELSE 0 END
FROM numbers WHERE quantity >= 10;
SQL
  echo "sql: $rows rows, filter and five expressions, one task ($(date -u +%Y-%m-%d))"
  for run in $(seq "$runs"); do
    TIMEFORMAT='  wall %R s  user %U s  sys %S s'
    time ./sluice sql "$work/expressions.sql" --json --quiet | tee "$work/expressions.out" | grep -o '"rowsPerSecond":[0-9.]*\|"rowsRead":[0-9]*' | tr '\n' ' '
  done 2>&1
  allocated "$work/expressions.sql"
}
