-- A file of JSON lines: each visit's tags become members of a set. Ends with the file. -p redis=host -p port=6379
CREATE TEMPORARY TABLE visits (
  visitor STRING,
  tags    ARRAY<STRING>,
  at_time TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path'      = 'visits.jsonl',
  'format'    = 'json'
);

CREATE TEMPORARY TABLE tags (
  tag     STRING,
  visitor STRING,
  PRIMARY KEY (tag) NOT ENFORCED
) WITH (
  'connector'            = 'redis',
  'mode'                 = 'SET',
  'key-prefix'           = 'tag',
  'key-prefix-delimiter' = ':',
  'host'                 = '${redis}',
  'port'                 = '${port}'
);

INSERT INTO tags
SELECT LOWER(t.tag), v.visitor
FROM visits AS v
CROSS JOIN UNNEST(v.tags) AS t (tag)
WHERE v.at_time >= TIMESTAMP '2024-05-01 00:00:00';
