-- An identity column never gives a number twice: nothing to do here. See the file for SQLite.
SELECT 1;
