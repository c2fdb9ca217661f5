//! PDF invoices.
