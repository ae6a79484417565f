//! Signed orders, sent once.

use super::answer::v2;
use super::{ApiResult, Call, ErrorKind, TonApi};
use serde_json::{Value, json};

/// What the server did with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It was passed on. That says nothing of what becomes of it.
    Accepted,
    /// It was not passed on, for this reason, this time. The same bytes may have been passed on
    /// before, and a wallet that has obeyed them refuses them too.
    Refused(String),
}

/// What servers say of a message that the account does not take.
const NOT_TAKEN: &[&str] = &[
    "cannot apply external message",
    "external message was not accepted",
    "inbound external message rejected",
];
/// What they say of one that is already under way.
const UNDER_WAY: &str = "duplicate message";

impl TonApi {
    /// Passes a signed message to the chain, once.
    ///
    /// # Errors
    /// See [`ErrorKind`]. After any error but `Open` and `Limited` it is unknown whether the
    /// message is under way: the same bytes may be sent again, and nothing else.
    pub async fn send(&self, boc: &[u8]) -> ApiResult<Sent> {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(boc);
        let call = Call::post("sendBoc", &json!({ "boc": text }));
        self.tell(&call, |answer| outcome(v2::<Value>(answer)))
            .await
    }
}

fn outcome(answer: Result<Value, ErrorKind>) -> Result<Sent, ErrorKind> {
    match answer {
        Ok(_result) => Ok(Sent::Accepted),
        // A refused message is reported as the server's own failure.
        Err(ErrorKind::Unavailable(text)) => {
            let low = text.to_lowercase();
            if low.contains(UNDER_WAY) {
                Ok(Sent::Accepted)
            } else if NOT_TAKEN.iter().any(|words| low.contains(words)) {
                Ok(Sent::Refused(text))
            } else {
                Err(ErrorKind::Unavailable(text))
            }
        }
        Err(ErrorKind::Refused {
            code: 400 | 416 | 422,
            text,
        }) => Ok(Sent::Refused(text)),
        Err(kind) => Err(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_say() {
        let down = |text: &str| outcome(Err(ErrorKind::Unavailable(text.to_owned())));
        let refused = |result| matches!(result, Ok(Sent::Refused(_)));
        assert!(refused(down(
            "500: LITE_SERVER_UNKNOWN: cannot apply external message to current state : External \
             message was not accepted"
        )));
        assert_eq!(down("500: Duplicate message"), Ok(Sent::Accepted));
        assert!(down("504: timeout").is_err());
        let code = |code| {
            outcome(Err(ErrorKind::Refused {
                code,
                text: "x".to_owned(),
            }))
        };
        assert!(refused(code(422)));
        assert!(code(401).is_err(), "a wrong key is not the message's fault");
        assert_eq!(outcome(Ok(Value::Null)), Ok(Sent::Accepted));
    }
}
