-- Clicks that know who clicked: the name of user 1001 is the string user:1001 in Redis (SET user:1001 'Ada Berg').
-- Prints the rows of what is in the topic; without 'scan.bounded.mode' it goes on. -p broker=host:port -p redis=host -p port=6379
CREATE TEMPORARY TABLE clicks (
  user_id  STRING,
  page     STRING,
  proctime AS PROCTIME()
) WITH (
  'connector'                    = 'kafka',
  'topic'                        = 'user_clicks',
  'properties.bootstrap.servers' = '${broker}',
  'scan.startup.mode'            = 'earliest-offset',
  'scan.bounded.mode'            = 'latest-offset',
  'format'                       = 'json'
);

CREATE TEMPORARY TABLE users (
  user_id   STRING,   -- the key
  user_name STRING,   -- the value
  PRIMARY KEY (user_id) NOT ENFORCED
) WITH (
  'connector'            = 'redis',
  'mode'                 = 'STRING',
  'key-prefix'           = 'user',
  'key-prefix-delimiter' = ':',
  'host'                 = '${redis}',
  'port'                 = '${port}'
);

CREATE TEMPORARY TABLE shown (
  page      STRING,
  user_id   STRING,
  user_name STRING
) WITH (
  'connector' = 'print'
);

INSERT INTO shown
SELECT c.page, u.user_id, u.user_name
FROM clicks AS c
JOIN users FOR SYSTEM_TIME AS OF c.proctime AS u ON c.user_id = u.user_id;
