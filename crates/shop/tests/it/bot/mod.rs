//! The shop in the chat: real updates in, what the chats are to show out.

mod buying;
mod catalogue;
mod phone;
mod repeats;
mod staff;
mod words;
