DROP TABLE ground_training;
