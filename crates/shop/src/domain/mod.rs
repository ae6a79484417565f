//! The rules of the shop, pure: no storage, no network, no clock. Time, money and randomness come
//! in as arguments; what may not happen comes out as a [`Refusal`].

mod cart;
mod coupon;
pub mod csv;
mod email;
mod import;
mod lines;
mod names;
mod order;
mod product;
mod refusal;
mod search;
mod secrets;

pub use cart::{Cart, CartLine};
pub use coupon::{Coupon, CouponCode, CouponFields, Discount, NewCoupon};
pub use email::Email;
pub use import::{IMPORT_COLUMNS, IMPORT_LINES_MAX, Import, ImportLine, Mistakes};
pub use lines::{LINES_MAX, QUANTITY_MAX, Wanted, merge};
pub use names::{OrderId, ProductId};
pub use order::{
    Command, Entry, Item, LIFETIME, NewOrder, NewOrderFields, Order, PayWith, STEPS, Status, Totals,
};
pub use product::{NewProduct, PRICE_MAX, Product, ProductChange, ProductFields, STOCK_MAX};
pub use refusal::{Refusal, Short};
pub use search::{TERMS_MAX, TermRange, stems, wanted};
pub use secrets::{KEYS_MAX, Secrets};
