-- A bare SELECT prints its rows: a way to try an expression, or to look into a source.
SELECT UPPER('sluice') AS name, 7 / 2 AS whole, 7 / 2.0 AS exact, DATE '2024-02-28' + INTERVAL '1' DAY AS leap;

SELECT city, CHAR_LENGTH(city) AS letters
FROM (VALUES ('Lisboa'), ('Zürich'), ('København')) AS cities (city)
WHERE city LIKE '%i%';
