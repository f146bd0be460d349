DROP TABLE payments;
DROP TABLE invoices;
DROP FUNCTION invoices_guard, invoices_stay;
DROP TABLE number_series;
DROP TABLE companies;
