-- Only the columns that are used are read; a filter and a projection become one step.
CREATE TABLE orders (
  id BIGINT,
  customer STRING,
  amount DECIMAL(10, 2),
  note STRING,
  gross AS amount * 1.19
) WITH ('connector' = 'fake');

CREATE TABLE dear_ones (
  customer STRING,
  gross DECIMAL(20, 4)
) WITH ('connector' = 'fake');

INSERT INTO dear_ones
SELECT UPPER(customer), CAST(gross AS DECIMAL(20, 4))
FROM orders
WHERE amount > 100;
