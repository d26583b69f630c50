-- One read of a topic feeds three structures: the newest page of each visitor, all of their pages, and a ranking.
-- -p broker=host:port -p redis=host -p port=6379
CREATE TEMPORARY TABLE clicks (
  visitor STRING,
  page    STRING,
  seconds DOUBLE
) WITH (
  'connector'                    = 'kafka',
  'topic'                        = 'clicks',
  'properties.bootstrap.servers' = '${broker}',
  'scan.startup.mode'            = 'earliest-offset',
  'scan.bounded.mode'            = 'latest-offset',
  'format'                       = 'json',
  'json.ignore-parse-errors'     = 'true'             -- broken messages are counted as skipped
);

CREATE TEMPORARY TABLE newest (visitor STRING, page STRING, PRIMARY KEY (visitor) NOT ENFORCED)
WITH ('connector' = 'redis', 'mode' = 'STRING', 'key-prefix' = 'newest', 'key-prefix-delimiter' = ':',
      'expiration' = '3600000', 'host' = '${redis}', 'port' = '${port}');

CREATE TEMPORARY TABLE pages
WITH ('mode' = 'SET', 'key-prefix' = 'pages', 'expiration' = '0')
LIKE newest (OVERWRITING OPTIONS);

CREATE TEMPORARY TABLE ranking (board STRING, seconds DOUBLE, page STRING, PRIMARY KEY (board, page) NOT ENFORCED)
WITH ('connector' = 'redis', 'mode' = 'SORTEDSET', 'host' = '${redis}', 'port' = '${port}');

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO newest SELECT visitor, page FROM clicks;
  INSERT INTO pages SELECT visitor, page FROM clicks;
  INSERT INTO ranking SELECT 'longest', seconds, page FROM clicks WHERE seconds >= 1;
END;
