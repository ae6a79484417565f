//! The catalogue as a table: `POST /admin/products/import`, `GET /admin/products.csv`.

use super::by_staff;
use crate::app::export_products::{self, Part};
use crate::app::import_products::{self, ImportProducts, Imported};
use crate::app::state::Shop;
use crate::domain::{Import, ProductId};
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use http_body_util::BodyExt as _;
use std::sync::Arc;
use std::time::Duration;
use torg_platform::auth::{Role, Staff};
use torg_platform::db::Tx;
use torg_platform::http::{Api, Json, Origin, Policy, operations};
use torg_platform::{Error, Kind, Result};

/// Bytes of a table that is sent to us.
const TABLE_BYTES: usize = 16 * 1024 * 1024;
/// How long the next piece of it may take.
const PIECE_TIME: Duration = Duration::from_secs(10);
const CSV: HeaderValue = HeaderValue::from_static("text/csv; charset=utf-8");

/// The routes.
pub(crate) fn api() -> Api<Shop> {
    Api::new()
        .routes(Policy::Role(Role::Moderator), operations!(import))
        .routes(Policy::Admin, operations!(export))
}

/// Makes the products what a table says: all of it, or nothing.
///
/// UTF-8, cells separated by commas, or by semicolons if the first line has them. The first line
/// names the columns, of `sku, name, price, stock, is_active, category, description, images, id`,
/// in any order; what is left out stays as it is. A product is found by its SKU, or by `id` where
/// there is none; what is not found is made. At most 20,000 products and 16 MiB.
#[utoipa::path(post, path = "/admin/products/import", tag = "products",
    operation_id = "import_products",
    request_body(content = String, content_type = "text/csv",
        description = "A table; images are separated by blanks"),
    responses((status = 200, body = Imported),
        (status = 413, description = "More than 16 MiB"),
        (status = 415, description = "Not text/csv"),
        (status = 422, description = "Wrong lines, by line and column, at most 100; nothing was changed")))]
pub(crate) async fn import(
    State(shop): State<Shop>,
    staff: Staff,
    origin: Origin,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Imported>> {
    if !is_csv(&headers) {
        let text = "Send the table as text/csv";
        return Err(Error::new(
            Kind::Unsupported,
            "unsupported_media_type",
            text,
        ));
    }
    let table = read(body).await?;
    let cmd = ImportProducts {
        lines: Arc::new(table.finish().map_err(crate::Error::from)?),
        by: by_staff(origin, &staff),
        rng: shop.ctx.rng.clone(),
    };
    let write = move |tx: &mut Tx<'_>| import_products::import_products(tx, &cmd);
    let imported = shop.ctx.db.write("shop.import_products", write).await?;
    shop.recent.moved();
    Ok(Json(imported))
}

/// All products as a table that the import reads back. What a spreadsheet would take for a
/// formula has an apostrophe in front, which the import takes away again.
#[utoipa::path(get, path = "/admin/products.csv", tag = "products",
    operation_id = "export_products",
    responses((status = 200, body = String, content_type = "text/csv")))]
pub(crate) async fn export(State(shop): State<Shop>) -> Result<Response> {
    // The first part before the answer begins: what fails there is still an answer.
    let first = part(shop.clone(), None).await?;
    let last = first.last.clone();
    let rest = stream::try_unfold(last, move |last| {
        let shop = shop.clone();
        async move {
            let Some(last) = last else { return Ok(None) };
            let part = part(shop, Some(last)).await?;
            Ok::<_, Error>(Some((Bytes::from(part.csv), part.last)))
        }
    });
    let all = stream::iter([Ok(Bytes::from(first.csv))]).chain(rest);
    let name = HeaderValue::from_static("attachment; filename=\"products.csv\"");
    let headers = [(CONTENT_TYPE, CSV), (CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(all)).into_response())
}

async fn part(shop: Shop, after: Option<ProductId>) -> Result<Part> {
    let read = move |tx: &mut Tx<'_>| export_products::export_products(tx, after.as_ref());
    Ok(shop.ctx.db.read("shop.export_products", read).await?)
}

fn is_csv(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).map(HeaderValue::to_str);
    let Some(Ok(value)) = value else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("text/csv")
}

/// Reads a table as it arrives, without keeping its text.
async fn read(mut body: Body) -> Result<Import> {
    let mut table = Import::default();
    let mut left = TABLE_BYTES;
    loop {
        let frame = tokio::time::timeout(PIECE_TIME, body.frame()).await;
        let late = |_elapsed| {
            let text = "The body did not arrive in time";
            Error::new(Kind::Timeout, "body_timeout", text)
        };
        let Some(frame) = frame.map_err(late)? else {
            return Ok(table);
        };
        let frame = frame.map_err(|error| {
            let text = "The body ended early or is broken";
            Error::new(Kind::Invalid, "body_broken", text).with_source(error)
        })?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        left = left.checked_sub(data.len()).ok_or_else(|| {
            let text = format!("The body is larger than {TABLE_BYTES} bytes");
            Error::new(Kind::TooLarge, "body_too_large", text)
        })?;
        table.feed(&data);
    }
}
