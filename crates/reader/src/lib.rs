//! Bytes to a Reading: XML, XBRL, OFD, PDF, pictures, zips and bureau exports. Pure, and never fails.
