DROP TABLE aircraft;
