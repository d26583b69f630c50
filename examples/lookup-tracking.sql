-- Orders with the name and city of their customer, as the hash customer:7 has them at that moment (HSET customer:7 name Ada city Porto).
-- The rows used last stay in memory, and Redis tells which of them change. Orders of customers that nobody knows keep nulls.
-- Runs until it is stopped. -p broker=host:port -p redis=host -p port=6379
CREATE TEMPORARY TABLE orders (
  order_id BIGINT,
  customer INT,
  amount   DECIMAL(10, 2),
  proctime AS PROCTIME()
) WITH (
  'connector'                    = 'kafka',
  'topic'                        = 'new_orders',
  'properties.bootstrap.servers' = '${broker}',
  'scan.startup.mode'            = 'earliest-offset',
  'format'                       = 'json'
);

CREATE TEMPORARY TABLE customers (
  id   INT,
  name STRING,
  city STRING,
  PRIMARY KEY (id) NOT ENFORCED
) WITH (
  'connector'            = 'redis',
  'mode'                 = 'HASHMAP',
  'key-prefix'           = 'customer',
  'key-prefix-delimiter' = ':',
  'cache'                = 'LRU',
  'cacheSize'            = '100000',
  'cacheTracking'        = 'true',
  'host'                 = '${redis}',
  'port'                 = '${port}'
);

CREATE TEMPORARY TABLE enriched (
  order_id BIGINT,
  amount   DECIMAL(10, 2),
  name     STRING,
  city     STRING,
  PRIMARY KEY (order_id) NOT ENFORCED
) WITH (
  'connector'            = 'redis',
  'mode'                 = 'HASHMAP',
  'flattenHash'          = 'true',
  'key-prefix'           = 'order',
  'key-prefix-delimiter' = ':',
  'host'                 = '${redis}',
  'port'                 = '${port}'
);

INSERT INTO enriched
SELECT o.order_id, o.amount, c.name, c.city
FROM orders AS o
LEFT JOIN customers FOR SYSTEM_TIME AS OF o.proctime AS c ON o.customer = c.id;
