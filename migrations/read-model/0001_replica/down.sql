DROP TABLE pilot_totals;
DROP TABLE records;
