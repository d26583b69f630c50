-- Each message becomes a hash with a field per column: HSET order:17 product_name lamp quantity 2 amount 79.00
-- The values are calculated on the way. Ends at what stands in the topic now: 'scan.bounded.mode'.
-- -p broker=host:port -p redis=host -p port=6379
CREATE TEMPORARY TABLE orders (
  order_id BIGINT,
  product  ROW<name STRING, price DECIMAL(10, 2)>,   -- a nested object
  quantity INT
) WITH (
  'connector'                    = 'kafka',
  'topic'                        = 'orders_topic',
  'properties.bootstrap.servers' = '${broker}',
  'format'                       = 'json',
  'scan.startup.mode'            = 'earliest-offset',
  'scan.bounded.mode'            = 'latest-offset'
);

CREATE TEMPORARY TABLE order_hashes (
  order_id     BIGINT,
  product_name STRING,
  quantity     INT,
  amount       DECIMAL(12, 2),
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

INSERT INTO order_hashes
SELECT order_id, UPPER(product.name), quantity, product.price * quantity
FROM orders
WHERE quantity > 0;
