//! XML and XBRL invoices.
