DROP TABLE compliance_records;
