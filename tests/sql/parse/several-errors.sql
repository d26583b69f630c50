--fail=7:3: expected the name of a column, found the reserved word 'value'; a name that is a reserved word is put in backticks: `value`
--fail=15:1: expected ';' after CREATE TABLE, found 'INSERT'
--fail=17:11: expected INTO or OVERWRITE after INSERT, found 'orders'
--fail=21:21: expected an expression, found 'FROM'
CREATE TABLE events (
  `key` STRING,
  value STRING
) WITH ('connector' = 'datagen');

CREATE TABLE orders (
  id BIGINT, -- the order's number; a key
  PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'print')

INSERT INTO orders SELECT id FROM events;

  INSERT  orders SELECT id FROM events;

EXECUTE STATEMENT SET BEGIN
INSERT INTO orders
SELECT id, amount + FROM events;
INSERT INTO orders SELECT id FROM events;
END;
