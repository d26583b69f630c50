--fail=job.sql:3:27: 
CREATE TABLE s (a INT) WITH ('connector' = 'fake');
SELECT a FROM s WHERE a IN (SELECT a FROM s);
