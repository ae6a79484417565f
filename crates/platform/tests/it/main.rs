//! Integration tests of the kernel.

mod db;
mod ports;
