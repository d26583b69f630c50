# The scenarios of dimension tables. Sourced by bench/run.

lookup_hit() {
  echo "lookup-hit: rows whose keys are kept, one core ($(date -u +%Y-%m-%d))"
  lookup_bench lookup-hit
}

lookup_miss() {
  fill "SET key:%012d value-%014d\\n"
  echo "lookup-miss: distinct keys of 16 bytes, values of 20 bytes, no cache ($(date -u +%Y-%m-%d), $(nproc) cores)"
  lookup_bench lookup-miss "$redis_port"
}

lookup_hash() {
  fill "HSET user:%012d f1 value-%06d f2 value-%06d f3 value-%06d\\n"
  echo "lookup-hash: distinct keys of 17 bytes, three fields of 12 bytes, no cache ($(date -u +%Y-%m-%d), $(nproc) cores)"
  lookup_bench lookup-hash "$redis_port"
}

lookup_all() {
  fill "SET key:%012d value-%014d\\n"
  echo "lookup-all: keys of 16 bytes, values of 20 bytes, all kept ($(date -u +%Y-%m-%d), $(nproc) cores)"
  lookup_bench lookup-all "$redis_port"
}

fill() { # a million keys; what awk is to print with the number of each
  redis FLUSHALL > /dev/null
  awk "BEGIN {for (i = 0; i < 1000000; i++) printf \"$1\", i, i, i, i}" | redis-cli -p "$redis_port" --pipe > "$work/fill.log"
  expect 1000000
}

lookup_bench() { dotnet run --project bench/Sluice.Bench -c Release -v quiet -- "$@"; }
