--fail=job.sql:3:8: 
CREATE TABLE s (a INT) WITH ('connector' = 'fake');
SELECT COUNT(*) FROM s;
