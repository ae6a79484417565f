//! Every fault becomes the error that it is, and no error says the token.

use super::*;
use std::time::Duration;
use torg_sandbox::telegram::{Effect, Fault};
use torg_telegram::api::{
    ApiError, ApiErrorKind as Kind, BadRequest, EditMessageText, Forbidden, GetMe, SendMessage,
};

/// Texts that Anna's chat with the bot shows.
fn shown(world: &World) -> usize {
    let state = world.telegram.state(ANNA).unwrap();
    state.to_string().matches(r#""text":"ping""#).count()
}

async fn failing(world: &World, within: Duration) -> ApiError {
    let request = SendMessage::new(ANNA, "ping");
    let error = world.api.ask_within(&request, within).await.unwrap_err();
    let said = format!("{error} {error:?}");
    assert!(!said.contains("hunter2"), "{said}");
    error
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one table")]
async fn each_fault_is_told_by_its_kind() {
    let world = World::started().await;
    let (soon, patient) = (Duration::from_millis(300), Duration::from_secs(10));
    let refused = |code, description: &str| Effect::Refused {
        code,
        description: description.to_owned(),
    };
    for (effect, within, kind, had_effect) in [
        (
            Effect::TooMany { retry_after: 7 },
            patient,
            Kind::Flood {
                retry_after: Duration::from_secs(7),
            },
            false,
        ),
        (
            Effect::Blocked,
            patient,
            Kind::Forbidden(Forbidden::Blocked),
            false,
        ),
        (
            Effect::Deactivated,
            patient,
            Kind::Forbidden(Forbidden::Deactivated),
            false,
        ),
        (
            Effect::Kicked,
            patient,
            Kind::Forbidden(Forbidden::Kicked),
            false,
        ),
        (
            refused(400, "Bad Request: chat not found"),
            patient,
            BadRequest::ChatNotFound.into(),
            false,
        ),
        (refused(409, "Conflict"), patient, Kind::Conflict, false),
        (Effect::ServerError, patient, Kind::Server, false),
        (Effect::BadGateway, patient, Kind::Server, false),
        (
            Effect::Silent { ms: 5_000 },
            soon,
            Kind::NoAnswer { sent: true },
            false,
        ),
        (
            Effect::SilentAfter { ms: 5_000 },
            soon,
            Kind::NoAnswer { sent: true },
            true,
        ),
        (Effect::Cut, patient, Kind::NoAnswer { sent: true }, false),
        (
            Effect::CutAfter,
            patient,
            Kind::NoAnswer { sent: true },
            true,
        ),
        (
            Effect::Slow { ms: 5_000 },
            soon,
            Kind::NoAnswer { sent: true },
            false,
        ),
    ] {
        let before = shown(&world);
        world
            .telegram
            .set_faults(vec![Fault::new(effect.clone()).of("sendMessage").times(1)]);
        let error = failing(&world, within).await;
        assert_eq!(error.kind, kind, "{effect:?}");
        assert_eq!(shown(&world) > before, had_effect, "{effect:?}");
        if had_effect {
            assert!(error.outcome_unknown(), "{effect:?}");
        }
    }
    // And then it is well again.
    world
        .api
        .send_message(&SendMessage::new(ANNA, "ping"))
        .await
        .unwrap();
}

#[tokio::test]
async fn what_telegram_says_by_itself() {
    let world = World::start().await;
    let say = async |chat: i64| {
        world
            .api
            .send_message(&SendMessage::new(chat, "ping"))
            .await
    };
    assert_eq!(
        say(ANNA).await.unwrap_err().kind,
        Kind::Forbidden(Forbidden::NotStarted)
    );
    assert_eq!(
        say(424_242).await.unwrap_err().kind,
        BadRequest::ChatNotFound.into()
    );
    world.telegram.start_bot(ANNA, BOT, None).await.unwrap();
    world.act(Act::Block { bot: BOT.into() }).await;
    assert_eq!(
        say(ANNA).await.unwrap_err().kind,
        Kind::Forbidden(Forbidden::Blocked)
    );
    world.act(Act::Unblock { bot: BOT.into() }).await;
    let sent = say(ANNA).await.unwrap();
    let broken = SendMessage::new(ANNA, "<b>").html();
    let error = world.api.send_message(&broken).await.unwrap_err();
    assert_eq!(error.kind, BadRequest::CantParse.into());
    let written = world.telegram.send(ANNA, BOT, "mine").await.unwrap();
    let mine = written["message"]["id"].as_i64();
    let mine = mine.or(written["message"]["message_id"].as_i64()).unwrap();
    let edit = EditMessageText::new(ANNA, mine, "yours");
    let error = world.api.edit_message_text(&edit).await.unwrap_err();
    assert_eq!(error.kind, BadRequest::CantBeEdited.into(), "{error}");
    let edit = EditMessageText::new(ANNA, sent.message_id + 1_000, "x");
    let error = world.api.edit_message_text(&edit).await.unwrap_err();
    assert_eq!(error.kind, BadRequest::MessageNotFound.into());
}

#[tokio::test]
async fn a_wrong_token_and_a_wrong_address_are_not_repeated() {
    let world = World::start().await;
    let stranger = client(&world.address, "100:zebra_zebra");
    let error = stranger.get_me(&GetMe {}).await.unwrap_err();
    assert_eq!(error.kind, Kind::Unauthorized);
    assert!(!format!("{error} {error:?}").contains("zebra"));
    assert_eq!(
        stranger.health().unwrap_err().code(),
        "telegram_token_refused"
    );
    let lost = client(&format!("{}/elsewhere", world.address), "100:zebra_zebra");
    let error = lost.get_me(&GetMe {}).await.unwrap_err();
    assert_eq!(error.kind, Kind::NotFound);
    let error = world
        .api
        .call(
            "noSuchMethod",
            &serde_json::value::RawValue::from_string("{}".to_owned()).unwrap(),
            Duration::from_secs(5),
        )
        .await
        .unwrap_err();
    assert_eq!(error.kind, Kind::NotFound);
}
