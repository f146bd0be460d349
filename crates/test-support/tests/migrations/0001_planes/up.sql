CREATE TABLE planes (tail text PRIMARY KEY);
