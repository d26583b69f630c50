-- Every message once in a list, whatever is killed in between: LPUSH seen:1001 /lamps
-- The offsets are in Redis, in one transaction with the elements; starting this again goes on behind them. The job is known by the
-- file's name and the values of -p, so give the same ones again. -p broker=host:port -p redis=host -p port=6379
CREATE TEMPORARY TABLE clicks (
  user_id STRING,
  page    STRING
) WITH (
  'connector'                    = 'kafka',
  'topic'                        = 'pages_seen',
  'properties.bootstrap.servers' = '${broker}',
  'properties.group.id'          = 'sluice-pages-seen',
  'properties.auto.offset.reset' = 'earliest',        -- where the job starts when nothing is stored
  'format'                       = 'json'
);

CREATE TEMPORARY TABLE seen (
  user_id STRING,
  page    STRING,
  PRIMARY KEY (user_id) NOT ENFORCED
) WITH (
  'connector'               = 'redis',
  'mode'                    = 'LIST',
  'key-prefix'              = 'seen',
  'key-prefix-delimiter'    = ':',
  'host'                    = '${redis}',
  'port'                    = '${port}',
  'sink.delivery-guarantee' = 'exactly-once'
);

INSERT INTO seen
SELECT * FROM clicks;
