--fail=job.sql:3:23: IN with a query is not supported
CREATE TABLE s (a INT) WITH ('connector' = 'fake');
SELECT a FROM s WHERE a IN (SELECT a FROM s);
