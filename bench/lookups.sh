# The scenarios of dimension tables, of a million keys. Sourced by bench/run.

lookup_hit() {
  echo "lookup-hit: rows whose keys are kept, one core ($(date -u +%Y-%m-%d))"
  lookup_bench lookup-hit
}

# Both sides take turns in short rounds. Where the machine has other work to do, the processor time of redis-server tells what their
# speeds hide: it is the bottleneck.
lookup_miss() {
  fill_strings
  echo "lookup-miss: distinct keys of 16 bytes, values of 20 bytes, no cache ($(date -u +%Y-%m-%d), $(nproc) cores)"
  lookup_bench lookup-miss "$redis_port"
}

lookup_hash() {
  fill_hashes
  echo "lookup-hash: distinct keys of 17 bytes, three fields of 12 bytes, no cache ($(date -u +%Y-%m-%d), $(nproc) cores)"
  lookup_bench lookup-hash "$redis_port"
}

lookup_all() {
  echo "lookup-all: whole tables loaded and kept, the keys and values of lookup-miss and lookup-hash ($(date -u +%Y-%m-%d), $(nproc) cores)"
  fill_strings
  lookup_bench lookup-all "$redis_port" strings
  fill_hashes
  lookup_bench lookup-all "$redis_port" hashes
  fill "'HSET', 'one', string.format('%012d', i), string.format('value-%014d', i)"
  lookup_bench lookup-all "$redis_port" one
}

fill_strings() { fill "'SET', string.format('key:%012d', i), string.format('value-%014d', i)"; }

fill_hashes() {
  local value="string.format('value-%06d', i)"
  fill "'HSET', string.format('user:%012d', i), 'f1', $value, 'f2', $value, 'f3', $value"
}

fill() { # the command of the key with the number i
  redis FLUSHALL > /dev/null
  redis EVAL "for i = 0, 999999 do redis.call($1) end" 0 > /dev/null
}

lookup_bench() { dotnet run --project bench/Sluice.Bench -c Release -v quiet -- "$@"; }
