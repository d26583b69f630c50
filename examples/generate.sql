-- Made-up readings of sensors become sorted sets, one per room, with the temperature as the score.
-- No source is needed: good for a first try. -p redis=host -p port=6379 -p rows=1000
CREATE TEMPORARY TABLE readings (
  sensor      BIGINT,
  temperature DOUBLE
) WITH (
  'connector'              = 'datagen',
  'number-of-rows'         = '${rows}',
  'rows-per-second'        = '100000',
  'fields.sensor.kind'     = 'sequence',
  'fields.sensor.start'    = '1',
  'fields.sensor.end'      = '${rows}',
  'fields.temperature.min' = '15',
  'fields.temperature.max' = '30'
);

CREATE TEMPORARY TABLE rooms (
  room        STRING,
  temperature DOUBLE,
  sensor      STRING,
  PRIMARY KEY (room, sensor) NOT ENFORCED
) WITH (
  'connector' = 'redis',
  'mode'      = 'SORTEDSET',
  'host'      = '${redis}',
  'port'      = '${port}'
);

INSERT INTO rooms
SELECT 'room:' || CAST(MOD(sensor, 5) AS STRING), ROUND(temperature, 1), CONCAT('sensor-', CAST(sensor AS STRING))
FROM readings;
