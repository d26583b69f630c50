-- The streaming act of `sluice demo`: a stream of orders, made up at 2,000 a second, keeps two structures up to date at once:
-- each customer's last order as a hash, with the customer's name and city out of Redis, and a ranking of customers by the value
-- of their last order. The customers stay in memory; Redis tells which of them change (cacheTracking).
CREATE TEMPORARY TABLE orders (
  customer INT,
  item     INT,
  quantity INT
) WITH (
  'connector'           = 'datagen',
  'rows-per-second'     = '2000',
  'number-of-rows'      = '6000',
  'fields.customer.min' = '1',
  'fields.customer.max' = '200',
  'fields.item.min'     = '1',
  'fields.item.max'     = '40',
  'fields.quantity.min' = '1',
  'fields.quantity.max' = '9'
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
  'cacheTracking'        = 'true',
  'host'                 = '127.0.0.1',
  'port'                 = '${port}'
);

CREATE TEMPORARY TABLE last_orders (
  customer INT,
  name     STRING,
  city     STRING,
  item     STRING,
  quantity INT,
  amount   DECIMAL(10, 2),
  PRIMARY KEY (customer) NOT ENFORCED
) WITH (
  'connector'            = 'redis',
  'mode'                 = 'HASHMAP',
  'flattenHash'          = 'true',
  'key-prefix'           = 'last-order',
  'key-prefix-delimiter' = ':',
  'host'                 = '127.0.0.1',
  'port'                 = '${port}'
);

CREATE TEMPORARY TABLE top_orders (
  board    STRING,
  amount   DOUBLE,
  customer STRING,
  PRIMARY KEY (board, customer) NOT ENFORCED
) WITH (
  'connector' = 'redis',
  'mode'      = 'SORTEDSET',
  'host'      = '127.0.0.1',
  'port'      = '${port}'
);

CREATE TEMPORARY VIEW priced AS
SELECT customer, 'item-' || CAST(item AS STRING) AS item, quantity,
       CAST(item * 1.25 * quantity AS DECIMAL(10, 2)) AS amount
FROM orders;

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO last_orders
  SELECT p.customer, c.name, c.city, p.item, p.quantity, p.amount
  FROM priced AS p
  LEFT JOIN customers FOR SYSTEM_TIME AS OF PROCTIME() AS c ON p.customer = c.id;

  INSERT INTO top_orders SELECT 'top-orders', CAST(amount AS DOUBLE), CAST(customer AS STRING) FROM priced WHERE amount >= 100;
END;
