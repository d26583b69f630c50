-- The changes of a database table, as Debezium writes them to a topic, keep one hash per row up to date in Redis:
-- a row that is deleted there is deleted here. -p broker=host:port -p redis=host -p port=6379
CREATE TEMPORARY TABLE customer_changes (
  id   BIGINT,
  name STRING,
  city STRING
) WITH (
  'connector'                           = 'kafka',
  'topic'                               = 'shop.customers',
  'properties.bootstrap.servers'        = '${broker}',
  'scan.startup.mode'                   = 'earliest-offset',
  'scan.bounded.mode'                   = 'latest-offset',
  'format'                              = 'debezium-json',
  'debezium-json.ignore-parse-errors'   = 'false'
);

CREATE TEMPORARY TABLE customers (
  id   BIGINT,
  name STRING,
  city STRING,
  PRIMARY KEY (id) NOT ENFORCED   -- a delete removes the key with all its fields
) WITH (
  'connector'            = 'redis',
  'mode'                 = 'HASHMAP',
  'flattenHash'          = 'true',
  'key-prefix'           = 'customer',
  'key-prefix-delimiter' = ':',
  'host'                 = '${redis}',
  'port'                 = '${port}'
);

INSERT INTO customers SELECT * FROM customer_changes;
