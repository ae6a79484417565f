//! The Bot API's methods on the world, one file per subject.

mod chats;
mod commands;
mod copy;
mod edit;
mod files;
mod members;
mod payments;
mod profile;
mod send;
mod updates;

use super::error::ApiError;
use super::params::Params;
use super::world::{ChatId, Need, Viewer, World};
use serde_json::{Value, json};

/// One call.
pub(super) struct Call<'a> {
    pub(super) world: &'a mut World,
    pub(super) bot: i64,
    pub(super) params: &'a Params,
}

type Answer = Result<Value, ApiError>;
type Method = fn(&mut Call<'_>) -> Answer;

/// Methods by their names in small letters: names have no case. `getUpdates` is not here, since
/// it waits.
const METHODS: [(&str, Method); 69] = [
    ("getme", profile::get_me),
    ("logout", profile::truth),
    ("close", profile::truth),
    ("setmyname", profile::set_name),
    ("getmyname", profile::get_name),
    ("setmydescription", profile::set_description),
    ("getmydescription", profile::get_description),
    ("setmyshortdescription", profile::set_short_description),
    ("getmyshortdescription", profile::get_short_description),
    ("getuserprofilephotos", profile::photos),
    ("setmydefaultadministratorrights", profile::truth),
    ("setmycommands", commands::set),
    ("getmycommands", commands::get),
    ("deletemycommands", commands::delete),
    ("setchatmenubutton", commands::set_menu_button),
    ("getchatmenubutton", commands::get_menu_button),
    ("setwebhook", updates::set_webhook),
    ("deletewebhook", updates::delete_webhook),
    ("getwebhookinfo", updates::webhook_info),
    ("sendmessage", send::message),
    ("sendphoto", send::photo),
    ("senddocument", send::document),
    ("sendanimation", send::document),
    ("sendvideo", send::document),
    ("sendinvoice", send::invoice),
    ("sendchataction", send::chat_action),
    ("editmessagetext", edit::text),
    ("editmessagecaption", edit::caption),
    ("editmessagereplymarkup", edit::reply_markup),
    ("deletemessage", edit::delete),
    ("deletemessages", edit::delete_many),
    ("forwardmessage", copy::forward),
    ("forwardmessages", copy::forward_many),
    ("copymessage", copy::copy),
    ("copymessages", copy::copy_many),
    ("getchat", chats::get),
    ("leavechat", chats::leave),
    ("pinchatmessage", chats::pin),
    ("unpinchatmessage", chats::unpin),
    ("unpinallchatmessages", chats::unpin),
    ("setchattitle", chats::set_title),
    ("setchatdescription", chats::set_description),
    ("exportchatinvitelink", chats::invite_link),
    ("getchatmember", members::get),
    ("getchatmembercount", members::count),
    ("getchatmemberscount", members::count),
    ("getchatadministrators", members::administrators),
    ("banchatmember", members::ban),
    ("kickchatmember", members::ban),
    ("unbanchatmember", members::unban),
    ("promotechatmember", members::promote),
    ("createinvoicelink", payments::invoice_link),
    ("answerprecheckoutquery", payments::answer_checkout),
    ("refundstarpayment", payments::refund),
    ("getstartransactions", payments::transactions),
    ("getmystarbalance", payments::balance),
    ("getavailablegifts", payments::gifts_on_sale),
    ("sendgift", payments::send_gift),
    ("getusergifts", payments::user_gifts),
    ("getchatgifts", payments::chat_gifts),
    ("answercallbackquery", send::answer_callback),
    ("answerwebappquery", send::answer_web_app),
    ("getfile", files::get),
    ("setmessagereaction", profile::truth),
    ("answerinlinequery", send::answer_inline),
    ("answershippingquery", send::answer_inline),
    ("createchatinvitelink", chats::create_invite_link),
    ("setpassportdataerrors", profile::truth),
    ("setuseremojistatus", profile::truth),
];

/// Obeys a call.
pub(super) fn call(world: &mut World, bot: i64, method: &str, params: &Params) -> Answer {
    let name = method.to_ascii_lowercase();
    let found = METHODS.iter().find(|(known, _)| *known == name);
    let Some((_, method)) = found else {
        return Err(ApiError::new(404, "Not Found: method not found"));
    };
    method(&mut Call { world, bot, params })
}

/// What `getUpdates` says of the kinds that the bot wants.
pub(super) fn allow_updates(world: &mut World, bot: i64, params: &Params) {
    Call { world, bot, params }.allow_updates();
}

/// Whether there is such a method.
pub(super) fn is_method(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "getupdates" || METHODS.iter().any(|(known, _)| *known == name)
}

impl Call<'_> {
    /// The chat of `chat_id`.
    fn chat(&self, need: Need) -> Result<ChatId, ApiError> {
        let text = self.params.text("chat_id").unwrap_or_default();
        self.world.reach(self.bot, text, need)
    }

    /// A message as the bot sees it.
    fn shown(&self, chat: ChatId, id: i64) -> Value {
        match self.world.message(chat, id) {
            Some(message) => self.world.render(message, Viewer::Bot),
            None => json!(true),
        }
    }
}
