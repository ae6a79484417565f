//! The rules of the market, pure: no storage, no network, no clock. Time, money and randomness
//! come in as arguments; what may not happen comes out as a [`Refusal`].

mod category;
mod city;
mod contact;
mod geo;
mod order;
mod rating;
mod refusal;
mod review;
mod validate;

pub use category::Category;
pub use city::Cities;
pub use contact::{Contact, NotAContact};
pub use geo::{BoundingBox, MAX_RADIUS_KM, Point, Radius};
pub use order::{
    Closing, Command, DEFAULT_PRICE, LIFETIME, MAX_TAKES, Order, OrderId, REMINDERS, RefundKind,
    SILENCE, STEPS, State, Status, Take, TakeDecision, decide_refund,
};
pub use rating::{Rating, RatingSum};
pub use refusal::Refusal;
pub use review::{ComplaintReason, decide_complaint, decide_review};
pub use torg_platform::fold;
pub use validate::{
    Complaint, NewOrder, NewOrderFields, NoticeSettings, OrderChange, OrderChangeFields,
    Preferences, Review, recharge,
};
