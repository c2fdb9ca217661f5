//! Made-up invoices from one seed: XML, OFD, PDF, pictures, zips, exports, red letters, damaged and altered files.
