-- One read for both INSERTs; UNION ALL of another table is a source of its own.
CREATE TABLE clicks (user_id STRING, url STRING, at_time TIMESTAMP(3)) WITH ('connector' = 'fake', 'endless' = 'true');
CREATE TABLE old_clicks (user_id STRING, url STRING) WITH ('connector' = 'fake');
CREATE TABLE last_seen (user_id STRING, at_time TIMESTAMP(3) NOT NULL, PRIMARY KEY (user_id) NOT ENFORCED) WITH ('connector' = 'fake');
CREATE TABLE pages (url STRING, user_id STRING) WITH ('connector' = 'fake');

EXECUTE STATEMENT SET BEGIN
  INSERT INTO last_seen SELECT user_id, at_time FROM clicks;
  INSERT INTO pages SELECT url, user_id FROM clicks UNION ALL SELECT url, user_id FROM old_clicks;
END;
