//! Files of messages.

use super::{Answer, Call};
use crate::telegram::error::ApiError;
use crate::telegram::world::StoredFile;
use serde_json::json;

/// Bytes that a bot can upload here.
const LARGEST: usize = 10 * 1024 * 1024;

/// The id of the file that the parameter `name` is: an upload, an address, or an id.
pub(super) fn of(call: &mut Call<'_>, name: &str, photo: bool) -> Result<String, ApiError> {
    if let Some(upload) = call.params.file(name) {
        if upload.bytes.is_empty() {
            return Err(ApiError::bad("file must be non-empty"));
        }
        if upload.bytes.len() > LARGEST {
            return Err(ApiError::new(413, "Request Entity Too Large"));
        }
        let file = StoredFile {
            name: upload.name.clone(),
            mime: upload.mime.clone(),
            photo,
            ..StoredFile::of_bytes(&upload.bytes)
        };
        return Ok(call.world.add_file(file));
    }
    let text = call
        .params
        .text(name)
        .ok_or_else(|| ApiError::bad(format!("There is no {name} in the request")))?;
    if text.starts_with("http://") || text.starts_with("https://") {
        let bare = text.split(['?', '#']).next().unwrap_or_default();
        let file = StoredFile {
            name: bare.rsplit('/').next().map(str::to_owned),
            photo,
            ..StoredFile::of_url(text)
        };
        return Ok(call.world.add_file(file));
    }
    let wrong =
        || ApiError::bad("wrong remote file identifier specified: Wrong character in the string");
    let id = text.to_owned();
    let file = call.world.files.get(&id).ok_or_else(wrong)?;
    if file.photo != photo {
        let (is, wanted) = if photo {
            ("Document", "Photo")
        } else {
            ("Photo", "Document")
        };
        return Err(ApiError::bad(format!(
            "can't use file of type {is} as {wanted}"
        )));
    }
    Ok(id)
}

/// `getFile`.
pub(super) fn get(call: &mut Call<'_>) -> Answer {
    let id = call.params.required("file_id")?.to_owned();
    let file = call.world.files.get(&id);
    let file = file.ok_or_else(|| ApiError::bad("invalid file_id"))?;
    Ok(json!({
        "file_id": id,
        "file_unique_id": file.unique_id,
        "file_size": file.size(),
        "file_path": file.path(),
    }))
}
