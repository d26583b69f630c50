-- What was sold at which price: the hash product:17 has a field for each column (HSET product:17 title lamp price 39.50 stock 4).
-- Fields are of the types that the columns have. Prints the rows of what is in the topic. -p broker=host:port -p redis=host -p port=6379
CREATE TEMPORARY TABLE sales (
  sale_id    BIGINT,
  product_id INT,
  quantity   INT,
  proctime   AS PROCTIME()
) WITH (
  'connector'                    = 'kafka',
  'topic'                        = 'sales',
  'properties.bootstrap.servers' = '${broker}',
  'scan.startup.mode'            = 'earliest-offset',
  'scan.bounded.mode'            = 'latest-offset',
  'format'                       = 'json'
);

CREATE TEMPORARY TABLE products (
  product_id INT,              -- the key
  title      STRING,           -- the field title
  price      DECIMAL(10, 2),   -- the field price
  stock      INT,              -- the field stock; null where the hash does not have it
  PRIMARY KEY (product_id) NOT ENFORCED
) WITH (
  'connector'            = 'redis',
  'mode'                 = 'HASHMAP',
  'key-prefix'           = 'product',
  'key-prefix-delimiter' = ':',
  'host'                 = '${redis}',
  'port'                 = '${port}'
);

CREATE TEMPORARY TABLE shown (
  sale_id BIGINT,
  title   STRING,
  amount  DECIMAL(20, 2),
  stock   INT
) WITH (
  'connector' = 'print'
);

INSERT INTO shown
SELECT s.sale_id, p.title, CAST(p.price * s.quantity AS DECIMAL(20, 2)), p.stock
FROM sales AS s
JOIN products FOR SYSTEM_TIME AS OF s.proctime AS p ON s.product_id = p.product_id;
