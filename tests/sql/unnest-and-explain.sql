-- EXPLAIN prints the plan where it stands; what is unnested is read, and nothing else.
CREATE TABLE visits (visitor STRING, tags ARRAY<STRING>, note STRING) WITH ('connector' = 'fake');
CREATE TABLE tagged (tag STRING, visitor STRING) WITH ('connector' = 'fake');
EXPLAIN INSERT INTO tagged SELECT t.tag, visitor FROM visits CROSS JOIN UNNEST(tags) AS t (tag);
SHOW TABLES;
SELECT visitor FROM visits LIMIT 3;
