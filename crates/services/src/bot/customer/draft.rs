//! `/new`: a new order, asked field by field.
//!
//! A wrong answer gets the rule and leaves the question open. What is not posted within the hour of
//! an open question is forgotten.

use crate::app::create_order::{CreateOrder, create_order};
use crate::app::snapshot::Snapshot;
use crate::bot::city::{self, City};
use crate::bot::question::Question;
use crate::bot::words::{Words, press};
use crate::bot::{Bot, by};
use crate::domain::Refusal;
use crate::domain::{Category, NewOrder, NewOrderFields, OrderChange, OrderChangeFields, OrderId};
use serde::{Deserialize, Serialize};
use torg_platform::Result;
use torg_platform::db::Tx;
use torg_telegram::bot::Talk;
use torg_telegram::content::{Button, Content};

/// What there is of an order so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::bot) struct Draft {
    category: Option<String>,
    city: Option<String>,
    description: Option<String>,
    contact: Option<String>,
    /// What is to be changed, although it is there.
    again: Option<Field>,
    /// Cities that were offered.
    offered: Vec<String>,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::bot) enum Field {
    Category,
    City,
    Description,
    Contact,
}

impl Field {
    const ALL: [Self; 4] = [Self::Category, Self::City, Self::Description, Self::Contact];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::City => "city",
            Self::Description => "description",
            Self::Contact => "contact",
        }
    }

    const fn change(self) -> &'static str {
        match self {
            Self::Category => "draft.change_category",
            Self::City => "draft.change_city",
            Self::Description => "draft.change_description",
            Self::Contact => "draft.change_contact",
        }
    }
}

impl Draft {
    /// The same order once more.
    fn of(order: &Snapshot) -> Self {
        let order = &order.order;
        Self {
            category: Some(order.category.slug().to_owned()),
            city: Some(order.city.clone()),
            description: Some(order.description.clone()),
            contact: Some(order.contact.shown().to_owned()),
            ..Self::default()
        }
    }

    /// What is to be asked now; nothing when it can be posted.
    fn asks(&self) -> Option<Field> {
        let missing = |field: &Field| match field {
            Field::Category => self.category.is_none(),
            Field::City => self.city.is_none(),
            Field::Description => self.description.is_none(),
            Field::Contact => self.contact.is_none(),
        };
        self.again
            .or_else(|| Field::ALL.into_iter().find(|field| missing(field)))
    }

    fn fields(&self) -> NewOrderFields<'_> {
        NewOrderFields {
            category: self.category.as_deref().unwrap_or_default(),
            description: self.description.as_deref().unwrap_or_default(),
            city: self.city.as_deref().unwrap_or_default(),
            contact: self.contact.as_deref().unwrap_or_default(),
            place: None,
        }
    }

    /// Takes an answer; whether it is one.
    fn answer(&mut self, field: Field, text: &str) -> bool {
        let change = |fields| OrderChange::check(&fields).is_ok();
        let is_right = match field {
            Field::Category => Category::parse(text).is_ok(),
            // Read by [`city::read`].
            Field::City => true,
            Field::Description => change(OrderChangeFields {
                description: Some(text),
                ..OrderChangeFields::default()
            }),
            Field::Contact => change(OrderChangeFields {
                contact: Some(text),
                ..OrderChangeFields::default()
            }),
        };
        if is_right {
            let place = match field {
                Field::Category => &mut self.category,
                Field::City => &mut self.city,
                Field::Description => &mut self.description,
                Field::Contact => &mut self.contact,
            };
            *place = Some(text.trim().to_owned());
            self.again = None;
            self.offered.clear();
        }
        is_right
    }
}

impl Bot {
    /// `/new`.
    pub(in crate::bot) fn new_order(&self, tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
        // Nobody is asked for an order who cannot post it.
        self.services.gate().open(tx)?;
        self.go_on(tx, talk, Draft::default(), None)
    }

    /// The same order again, to be looked at before it is posted.
    pub(in crate::bot) fn repeat(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
    ) -> Result<()> {
        let found = super::acts::order(tx, id)?;
        if found.order.customer != talk.user() {
            return Err(crate::error::Error::from(Refusal::NotYourOrder).into());
        }
        self.services.gate().open(tx)?;
        let draft = Draft::of(&found);
        let content = self.question(talk, &draft, None);
        Question::Draft(draft).ask(tx, talk)?;
        // The order's own message stays what it is.
        talk.say(tx, &content)
    }

    /// A button under a question about a new order.
    pub(in crate::bot) fn draft_pressed(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        parts: &[&str],
    ) -> Result<()> {
        let words = self.words(talk);
        let Some(Question::Draft(mut draft)) = Question::of(talk) else {
            talk.alert(words.plain("draft.forgotten", &[]));
            return Ok(());
        };
        match *parts {
            ["cat", slug] => {
                draft.answer(Field::Category, slug);
            }
            ["city", n] => {
                let n = n.parse().unwrap_or(usize::MAX);
                if let Some(name) = draft.offered.get(n).cloned() {
                    draft.answer(Field::City, &name);
                }
            }
            ["mine"] => {
                if let Some(name) = &talk.person.username {
                    draft.answer(Field::Contact, &format!("@{name}"));
                }
            }
            ["change", field] => {
                draft.again = Field::ALL.into_iter().find(|f| f.as_str() == field);
            }
            ["post"] if draft.asks().is_none() => return self.post(tx, talk, draft),
            ["cancel"] => {
                talk.end_dialog(tx)?;
                let text = Content::html(words.say("draft.canceled", &[]));
                return talk.replace(tx, &text);
            }
            _ => {}
        }
        self.go_on(tx, talk, draft, None)
    }

    /// An answer in words.
    pub(in crate::bot) fn draft_said(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        mut draft: Draft,
        text: &str,
    ) -> Result<()> {
        let Some(field) = draft.asks() else {
            return self.go_on(tx, talk, draft, Some("draft.press"));
        };
        if field == Field::City {
            match city::read(&self.services.cities, text) {
                City::Known(name) => {
                    draft.answer(Field::City, &name);
                }
                City::OneOf(names) => {
                    draft.offered = names;
                    return self.go_on(tx, talk, draft, Some("draft.which_city"));
                }
                City::Wrong => return self.go_on(tx, talk, draft, Some("wrong.city")),
            }
            return self.go_on(tx, talk, draft, None);
        }
        let wrong = match field {
            Field::Category => "wrong.category",
            Field::City => "wrong.city",
            Field::Description => "wrong.description",
            Field::Contact => "wrong.contact",
        };
        let is_right = draft.answer(field, text);
        self.go_on(tx, talk, draft, (!is_right).then_some(wrong))
    }

    /// Asks what is missing, or shows what would be posted; `note` is said first.
    fn go_on(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        draft: Draft,
        note: Option<&str>,
    ) -> Result<()> {
        let content = self.question(talk, &draft, note);
        Question::Draft(draft).ask(tx, talk)?;
        talk.replace(tx, &content)
    }

    fn question(&self, talk: &Talk, draft: &Draft, note: Option<&str>) -> Content {
        let words = self.words(talk);
        let note = note.map(|key| words.say(key, &[]));
        // What was wrong says what is asked, too.
        let with = |question: String| Content::html(note.clone().unwrap_or(question));
        let cancel = || words.press("draft.cancel", "new:cancel");
        match draft.asks() {
            Some(Field::Category) => {
                let buttons: Vec<Button> = Category::ALL
                    .into_iter()
                    .map(|c| press(words.category(c), format_args!("new:cat:{}", c.slug())))
                    .collect();
                let content = with(words.say("draft.ask_category", &[]));
                let rows = buttons.chunks(2).map(<[Button]>::to_vec);
                rows.fold(content, Content::row).row([cancel()])
            }
            Some(Field::City) => {
                let names = draft.offered.iter().enumerate();
                let buttons = names.map(|(n, name)| [press(name, format_args!("new:city:{n}"))]);
                let content = with(words.say("draft.ask_city", &[]));
                buttons.fold(content, Content::row).row([cancel()])
            }
            Some(Field::Description) => {
                with(words.say("draft.ask_description", &[])).row([cancel()])
            }
            Some(Field::Contact) => {
                let mine = talk.person.username.as_ref().map(|name| {
                    let name = format!("@{name}");
                    let text = words.plain("draft.my_name", &[("name", (&name).into())]);
                    press(text, "new:mine")
                });
                with(words.say("draft.ask_contact", &[]))
                    .row(mine)
                    .row([cancel()])
            }
            None => preview(words, draft, note.as_deref()),
        }
    }

    fn post(&self, tx: &mut Tx<'_>, talk: &mut Talk, mut draft: Draft) -> Result<()> {
        let cmd = CreateOrder {
            // Drawn anew when the unit runs again: nothing of the first try is left.
            id: OrderId::random(&self.services.ctx.rng),
            by: by(talk),
            new: NewOrder::check(&draft.fields())?,
            price: self.services.price(),
            gate: self.services.gate(),
        };
        match create_order(tx, &cmd) {
            Ok(order) => {
                tx.count(&self.services.metrics.orders_created);
                talk.end_dialog(tx)?;
                let title = self.words(talk).title(&order);
                let args = [("title", torg_telegram::texts::Arg::Html(&title))];
                let text = self.words(talk).say("draft.posted", &args);
                talk.replace(tx, &Content::html(text))
            }
            Err(error) => match error.refusal() {
                Some(Refusal::DuplicateContact) => {
                    talk.alert(self.words(talk).refusal(&error.into()));
                    draft.again = Some(Field::Contact);
                    self.go_on(tx, talk, draft, None)
                }
                Some(_) | None => Err(error.into()),
            },
        }
    }
}

/// The order as it would be posted.
fn preview(words: Words, draft: &Draft, note: Option<&str>) -> Content {
    let fields = draft.fields();
    let category = Category::parse(fields.category);
    let category = category.map_or_else(|_unknown| String::new(), |c| words.category(c));
    let args = [
        ("category", (&category).into()),
        ("city", fields.city.into()),
        ("text", fields.description.into()),
        ("contact", fields.contact.into()),
    ];
    let text = words.say("draft.preview", &args);
    let text = match note {
        Some(note) => format!("{note}\n\n{text}"),
        None => text,
    };
    let change: Vec<Button> = Field::ALL
        .into_iter()
        .map(|f| words.press(f.change(), format_args!("new:change:{}", f.as_str())))
        .collect();
    let content = Content::html(text).row([words.press("draft.post", "new:post")]);
    change
        .chunks(2)
        .map(<[Button]>::to_vec)
        .fold(content, Content::row)
        .row([words.press("draft.cancel", "new:cancel")])
}
