//! The files of protected totals: what leaves the house, and what is read back.
//!
//! [`bundle`] is the published JSON, the one file from which certificates are made and checked. [`csv_long`] and
//! [`sdmx`] are tables derived from it, [`certificate`] and [`ledger`] the proof and the chain, [`jj`] the exchange with
//! tau-Argus and sdcTable. [`report`] draws what the bundle says for people. [`release`] writes all published files of a [`kyosei_disclosure::ProtectedTable`] and verifies a
//! set of them again. [`spec`] and [`table`] read what is to be protected, where no register hands it in,
//! and [`external`] what another body has published. Bytes in, bytes out; where files lie is the caller's business. Writers take only protected tables or
//! public views, so a table that skipped disclosure control cannot be written. The layouts are described in
//! `docs/formats/totals-*.md`.

pub mod bundle;
pub mod certificate;
pub mod csv_long;
pub mod external;
pub mod hex;
pub mod jj;
pub mod ledger;
pub mod release;
pub mod report;
pub mod sdmx;
pub mod spec;
pub mod table;
