-- A small shop to try the examples on:
--   mysql -e 'CREATE DATABASE shop CHARACTER SET utf8mb4' && mysql shop < examples/shop.sql

CREATE TABLE customers (
  id      INT PRIMARY KEY,
  name    VARCHAR(100) NOT NULL,
  email   VARCHAR(100),
  city    VARCHAR(50) NOT NULL,
  changed DATETIME NOT NULL
);
INSERT INTO customers VALUES
  (1, 'Ada Berg', 'ada@shop.example', 'Lisboa', '2024-05-01 09:00:00'),
  (2, 'Björn Costa', NULL, 'København', '2024-05-02 10:30:00'),
  (3, 'Chloé Dubois', 'chloe@shop.example', 'Zürich', '2024-06-03 18:45:10');

CREATE TABLE settings (customer_id INT, name VARCHAR(50), value VARCHAR(100), PRIMARY KEY (customer_id, name));
INSERT INTO settings VALUES (1, 'language', 'pt'), (1, 'newsletter', 'weekly'), (2, 'language', 'da');

CREATE TABLE visits (id INT PRIMARY KEY, customer_id INT NOT NULL, page VARCHAR(100) NOT NULL);
INSERT INTO visits VALUES (1, 1, '/'), (2, 2, '/'), (3, 1, '/lamps'), (4, 1, '/lamps/17');

CREATE TABLE tags (product VARCHAR(50), tag VARCHAR(50), PRIMARY KEY (product, tag));
INSERT INTO tags VALUES ('lamp', 'light'), ('lamp', 'metal'), ('chair', 'wood');

CREATE TABLE sales (product VARCHAR(50) PRIMARY KEY, revenue DECIMAL(12,2) NOT NULL);
INSERT INTO sales VALUES ('lamp', 1250.50), ('chair', 980.00), ('table', 3100.25);

-- Orders are spread over four tables by the last digits of their number.
CREATE TABLE orders_00 (id BIGINT PRIMARY KEY, customer_id INT NOT NULL, total DECIMAL(12,2) NOT NULL, placed DATE NOT NULL);
CREATE TABLE orders_01 LIKE orders_00;
CREATE TABLE orders_02 LIKE orders_00;
CREATE TABLE orders_03 LIKE orders_00;
INSERT INTO orders_00 VALUES (100, 1, 59.90, '2024-05-01'), (104, 2, 12.00, '2024-05-02');
INSERT INTO orders_01 VALUES (101, 1, 7.50, '2024-05-03');
INSERT INTO orders_02 VALUES (102, 3, 310.00, '2024-06-04');
INSERT INTO orders_03 VALUES (103, 2, 45.25, '2024-06-05');
