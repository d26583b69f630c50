-- One field of a hash per message: HSET 4711 lamp 2
-- The group remembers how far it has read: running this again goes on there. -p broker=host:port -p redis=host -p port=6379
CREATE TEMPORARY TABLE orders (
  order_id     STRING,
  product_name STRING,
  quantity     STRING
) WITH (
  'connector'                    = 'kafka',
  'topic'                        = 'order_lines',
  'properties.bootstrap.servers' = '${broker}',
  'properties.group.id'          = 'sluice-order-lines',
  'properties.auto.offset.reset' = 'earliest',        -- where the group starts when it is new
  'format'                       = 'json'
);

CREATE TEMPORARY TABLE carts (
  order_id     STRING,   -- the key
  product_name STRING,   -- the field
  quantity     STRING,   -- the value
  PRIMARY KEY (order_id) NOT ENFORCED
) WITH (
  'connector' = 'redis',
  'mode'      = 'HASHMAP',
  'host'      = '${redis}',
  'port'      = '${port}'
);

INSERT INTO carts
SELECT * FROM orders;
