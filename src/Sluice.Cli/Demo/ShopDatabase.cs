namespace Sluice.Cli.Demo;

/// <summary>The small shop that the tour moves into Redis.</summary>
internal static class ShopDatabase
{
    public const int Customers = 1000;

    private static readonly string s_script =
        $"""
         BEGIN;
         CREATE TABLE customers (
             id       INTEGER PRIMARY KEY,
             name     TEXT NOT NULL,
             email    TEXT,
             city     TEXT NOT NULL,
             orders   INTEGER NOT NULL,
             revenue  DECIMAL(10,2) NOT NULL);
         CREATE TEMP TABLE given (i INTEGER PRIMARY KEY, name TEXT);
         INSERT INTO given VALUES (0, 'Ada'), (1, 'Björn'), (2, 'Chloé'), (3, 'David'), (4, 'Emre'), (5, 'Fatima'), (6, 'Grace');
         CREATE TEMP TABLE family (i INTEGER PRIMARY KEY, name TEXT);
         INSERT INTO family VALUES (0, 'Berg'), (1, 'Costa'), (2, 'Dubois'), (3, 'Eriksen'), (4, 'Fischer'),
             (5, 'García'), (6, 'Haddad'), (7, 'Ito'), (8, 'Jansen'), (9, 'Kowalska'), (10, 'Łukasik');
         CREATE TEMP TABLE place (i INTEGER PRIMARY KEY, name TEXT);
         INSERT INTO place VALUES (0, 'Lisboa'), (1, 'København'), (2, 'Zürich'), (3, '東京'), (4, 'Accra');
         WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {Customers})
         INSERT INTO customers
             SELECT n, given.name || ' ' || family.name,
                    CASE WHEN n % 10 = 0 THEN NULL ELSE 'customer' || n || '@shop.example' END,
                    place.name, n % 6, (n % 6) * (n * 7919 % 9000 + 995) / 100.0
             FROM number
             JOIN given ON given.i = n % 7 JOIN family ON family.i = n % 11 JOIN place ON place.i = n % 5;
         COMMIT;
         """;

    public static void Create(string file) => SqliteLibrary.Execute(file, s_script);
}
