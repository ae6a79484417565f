-- Invoices are payments of the kernel now (platform_payments). No version with this table was
-- ever released, so there is nothing to take along.
DROP TABLE services_payments;
