-- A topic of JSON messages becomes strings: SET 1001 "2024-05-01 08:30:00"
-- Runs until it is stopped. -p broker=host:port -p redis=host -p port=6379
CREATE TEMPORARY TABLE logins (
  user_id    STRING,
  login_time STRING
) WITH (
  'connector'                    = 'kafka',
  'topic'                        = 'user_logins',
  'properties.bootstrap.servers' = '${broker}',
  'format'                       = 'json',
  'scan.startup.mode'            = 'earliest-offset'
);

CREATE TEMPORARY TABLE last_login (
  user_id    STRING,   -- the key
  login_time STRING,   -- the value
  PRIMARY KEY (user_id) NOT ENFORCED
) WITH (
  'connector' = 'redis',
  'mode'      = 'STRING',
  'host'      = '${redis}',
  'port'      = '${port}'
);

INSERT INTO last_login
SELECT * FROM logins;
