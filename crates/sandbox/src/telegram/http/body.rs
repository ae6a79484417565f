//! What a call brings: the query, and a body of JSON or of either kind of form.

use crate::telegram::error::ApiError;
use crate::telegram::params::{Params, Upload};
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::Value;

/// Bytes of a whole request.
const LARGEST: usize = 60 * 1024 * 1024;

/// Reads the parameters of a call.
pub(super) async fn read(request: Request) -> Result<Params, ApiError> {
    let (head, body) = request.into_parts();
    let mut params = Params::default();
    add_form(&mut params, head.uri.query().unwrap_or_default().as_bytes());
    let bytes = axum::body::to_bytes(body, LARGEST).await;
    let bytes = bytes.map_err(|_large| ApiError::new(413, "Request Entity Too Large"))?;
    add(&mut params, &head.headers, bytes).await?;
    Ok(params)
}

/// Reads the parameters of a call that a webhook answers with: bodies are those of requests.
pub(in crate::telegram) async fn read_answer(
    headers: &HeaderMap,
    bytes: Bytes,
) -> Result<Params, ApiError> {
    let mut params = Params::default();
    add(&mut params, headers, bytes).await?;
    Ok(params)
}

async fn add(params: &mut Params, headers: &HeaderMap, bytes: Bytes) -> Result<(), ApiError> {
    if bytes.is_empty() {
        return Ok(());
    }
    let kind = kind(headers);
    let essence = kind.split(';').next().unwrap_or_default().trim();
    match essence {
        "application/json" => {
            let broken = || ApiError::bad("can't parse JSON object");
            let value = serde_json::from_slice::<Value>(&bytes);
            let value = value.map_err(|_syntax| broken())?;
            let fields = value.as_object().ok_or_else(broken)?;
            for (name, value) in fields {
                params.set_json(name, value);
            }
        }
        "multipart/form-data" => add_parts(params, &kind, bytes).await?,
        // Clients that name no kind send a form.
        _ => add_form(params, &bytes),
    }
    Ok(())
}

fn kind(headers: &HeaderMap) -> String {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.unwrap_or_default().to_owned()
}

fn add_form(params: &mut Params, form: &[u8]) {
    for (name, value) in form_urlencoded::parse(form) {
        params.set(&name, value.into_owned());
    }
}

async fn add_parts(params: &mut Params, kind: &str, bytes: Bytes) -> Result<(), ApiError> {
    let broken = |_| ApiError::bad("can't parse multipart/form-data");
    // The boundary's letters may be capital, so the kind is taken as it came.
    let boundary = multer::parse_boundary(kind).map_err(broken)?;
    let stream = futures_util::stream::iter([Ok::<_, std::io::Error>(bytes)]);
    let mut parts = multer::Multipart::new(stream, boundary);
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        let (file, mime) = (part.file_name().map(str::to_owned), part.content_type());
        let mime = mime.map(ToString::to_string);
        if file.is_none() {
            params.set(&name, part.text().await.map_err(broken)?);
            continue;
        }
        let bytes = part.bytes().await.map_err(broken)?.to_vec();
        params.add_file(
            &name,
            Upload {
                name: file,
                mime,
                bytes,
            },
        );
    }
    Ok(())
}
