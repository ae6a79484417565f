//! Files that were sent.

use super::World;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::telegram) struct StoredFile {
    /// The same for the same content, whoever sends it.
    pub(in crate::telegram) unique_id: String,
    pub(in crate::telegram) name: Option<String>,
    pub(in crate::telegram) mime: Option<String>,
    pub(in crate::telegram) content: Content,
    /// Whether it was sent as a photo.
    pub(in crate::telegram) photo: bool,
}

/// Where its bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::telegram) enum Content {
    /// Here, as Base64.
    Here(String),
    /// At an address. The local Telegram has no network and does not fetch it.
    At(String),
}

impl StoredFile {
    /// Of uploaded bytes.
    pub(in crate::telegram) fn of_bytes(bytes: &[u8]) -> Self {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(bytes);
        Self::new(bytes, Content::Here(text))
    }

    /// Of an address.
    pub(in crate::telegram) fn of_url(url: &str) -> Self {
        Self::new(url.as_bytes(), Content::At(url.to_owned()))
    }

    fn new(of: &[u8], content: Content) -> Self {
        let mut unique_id = hex::encode(Sha256::digest(of));
        unique_id.truncate(16);
        Self {
            unique_id: format!("AQAD{unique_id}"),
            name: None,
            mime: None,
            content,
            photo: false,
        }
    }

    /// Its bytes, if they are here.
    pub(in crate::telegram) fn bytes(&self) -> Option<Vec<u8>> {
        use base64::Engine as _;
        match &self.content {
            Content::Here(text) => base64::engine::general_purpose::STANDARD.decode(text).ok(),
            Content::At(_) => None,
        }
    }

    /// Where its bytes are, if they are elsewhere.
    pub(in crate::telegram) fn address(&self) -> Option<&str> {
        match &self.content {
            Content::At(url) => Some(url),
            Content::Here(_) => None,
        }
    }

    /// How many bytes; 0 when they are elsewhere.
    pub(in crate::telegram) fn size(&self) -> usize {
        self.bytes().map_or(0, |bytes| bytes.len())
    }

    /// Below `/file/bot<token>/`.
    pub(in crate::telegram) fn path(&self) -> String {
        let folder = if self.photo { "photos" } else { "documents" };
        let name = self.name.as_deref().unwrap_or("file");
        let good = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let name: String = name
            .chars()
            .map(|c| if good(c) { c } else { '_' })
            .collect();
        format!("{folder}/{}_{name}", self.unique_id)
    }
}

impl World {
    /// Keeps a file; its id.
    pub(in crate::telegram) fn add_file(&mut self, file: StoredFile) -> String {
        let prefix = if file.photo {
            "AgACAgIAAxkDAAI"
        } else {
            "BQACAgIAAxkDAAI"
        };
        let id = format!("{prefix}{}{}", file.unique_id, self.number());
        self.files.put(id.clone(), file);
        id
    }

    /// A file's `PhotoSize`s. Nobody decodes pictures here: the sizes are those of a picture
    /// that is a little wider than high.
    pub(in crate::telegram) fn photo_sizes(&self, id: &str) -> Option<Value> {
        let file = self.files.get(&id.to_owned())?;
        let size = |suffix: &str, width: i32, height: i32| {
            json!({
                "file_id": id,
                "file_unique_id": format!("{}{suffix}", file.unique_id),
                "width": width,
                "height": height,
                "file_size": file.size(),
            })
        };
        Some(json!([
            size("s", 90, 60),
            size("m", 320, 213),
            size("x", 800, 533)
        ]))
    }

    /// A file's `Document`.
    pub(in crate::telegram) fn document(&self, id: &str) -> Option<Value> {
        let file = self.files.get(&id.to_owned())?;
        let mut document = json!({
            "file_id": id,
            "file_unique_id": file.unique_id,
            "file_size": file.size(),
        });
        if let Some(name) = &file.name {
            super::put(&mut document, "file_name", json!(name));
        }
        if let Some(mime) = &file.mime {
            super::put(&mut document, "mime_type", json!(mime));
        }
        Some(document)
    }
}
