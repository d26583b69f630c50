-- A small table in one hash: HSET countries PT Portugal DK Danmark. It is loaded before the first row, and again every ten minutes.
-- Prints the rows of what is in the topic. -p broker=host:port -p redis=host -p port=6379
CREATE TEMPORARY TABLE visits (
  visitor  STRING,
  country  STRING,
  proctime AS PROCTIME()
) WITH (
  'connector'                    = 'kafka',
  'topic'                        = 'visits',
  'properties.bootstrap.servers' = '${broker}',
  'scan.startup.mode'            = 'earliest-offset',
  'scan.bounded.mode'            = 'latest-offset',
  'format'                       = 'json'
);

CREATE TEMPORARY TABLE countries (
  code STRING,   -- the field
  name STRING,   -- its value
  PRIMARY KEY (code) NOT ENFORCED
) WITH (
  'connector'                = 'redis',
  'hashName'                 = 'countries',
  'cache'                    = 'ALL',
  'cacheTTLMs'               = '600000',
  'cacheReloadTimeBlackList' = '12:00 -> 14:00, 22:00 -> 2:00',   -- not while everybody is shopping
  'host'                     = '${redis}',
  'port'                     = '${port}'
);

CREATE TEMPORARY TABLE shown (
  visitor STRING,
  country STRING
) WITH (
  'connector' = 'print'
);

INSERT INTO shown
SELECT v.visitor, COALESCE(c.name, 'unknown')
FROM visits AS v
LEFT JOIN countries FOR SYSTEM_TIME AS OF v.proctime AS c ON v.country = c.code;
