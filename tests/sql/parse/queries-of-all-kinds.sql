-- What the planner refuses for now is parsed all the same.
SELECT window_start, window_end, SUM(price) AS total
FROM TABLE(HOP(DATA => TABLE bid, TIMECOL => DESCRIPTOR(bidtime), SLIDE => INTERVAL '5' MINUTES, SIZE => INTERVAL '10' MINUTES))
GROUP BY window_start, window_end;

SELECT order_id, product FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY proctime ASC) AS row_num FROM orders
) WHERE row_num = 1;

SELECT o.id, u.name, t.tag, JSON_VALUE(o.doc, '$.a' RETURNING INT NULL ON EMPTY ERROR ON ERROR)
FROM orders /*+ OPTIONS('scan.startup.mode'='earliest-offset') */ AS o
LEFT JOIN users FOR SYSTEM_TIME AS OF o.proctime AS u ON o.user_id = u.id AND u.age NOT BETWEEN 0 AND 17
CROSS JOIN UNNEST(o.tags) AS t (tag)
WHERE o.ts >= TIMESTAMP '2026-01-01 00:00:00' AND (o.kind, o.size) IN (('a', 1), ('b', 2)) // both kinds
   OR CAST(o.extra['weight'] AS DECIMAL(10, 2)) > 1.5e2;

SELECT user_id, COUNT(DISTINCT item) FILTER (WHERE price > 10) FROM clicks
GROUP BY GROUPING SETS ((user_id), ()), TUMBLE(ts, INTERVAL '1' HOUR) HAVING COUNT(*) > 1;

WITH a AS (SELECT 1 AS x), b (y) AS (VALUES (2), (3))
(SELECT x FROM a UNION ALL SELECT y FROM b) ORDER BY x DESC LIMIT 2;

SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol ORDER BY rowtime MEASURES A.price AS first_price ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B+ C?) DEFINE B AS B.price < LAST(B.price, 1)
) AS m;
