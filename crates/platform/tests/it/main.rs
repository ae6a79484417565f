//! Integration tests of the kernel.

mod ports;
