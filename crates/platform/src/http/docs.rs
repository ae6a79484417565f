//! The API's own pages: `/openapi.json`, Swagger UI at `/docs`, ReDoc at `/redoc`. Everything
//! comes from the binary; the content policy lets neither page ask anybody else.

use super::routes::{Api, Policy};
use super::{Path, layers};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderValue, Method};
use std::borrow::Cow;
use std::sync::Arc;
use utoipa::openapi::OpenApi;

const REDOC: &[u8] = include_bytes!("../../assets/redoc/redoc.standalone.js.gz");

/// Styles are written into the pages by both tools; scripts never are. ReDoc searches in a
/// worker that it makes of a blob.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

const SWAGGER_PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Torg API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png" sizes="32x32">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"#;

/// `validatorUrl: null` keeps the page from sending the document to swagger.io.
const SWAGGER_START: &str = r##"window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
});
"##;

const REDOC_PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Torg API</title>
<link rel="icon" href="data:,">
<style>body { margin: 0; }</style>
</head>
<body>
<div id="redoc"></div>
<script src="/redoc/redoc.standalone.js"></script>
<script src="/redoc/start.js"></script>
</body>
</html>
"#;

/// System fonts instead of ReDoc's web fonts.
const REDOC_START: &str = r#"Redoc.init("/openapi.json", {
  hideDownloadButton: false,
  theme: { typography: { fontFamily: "system-ui, sans-serif", headings: { fontFamily: "system-ui, sans-serif" } } },
}, document.getElementById("redoc"));
"#;

/// The pages under the operator's choice of policy. `document` is what [`super::Built`] holds.
pub fn api(policy: Policy, document: &OpenApi) -> crate::Result<Api> {
    let json = Bytes::from(document.to_json().map_err(crate::Error::internal)?);
    let get = Method::GET;
    Ok(Api::new()
        .undocumented(policy, get.clone(), "/openapi.json", async move || {
            (
                [
                    (CONTENT_TYPE, "application/json"),
                    (CACHE_CONTROL, "no-cache"),
                ],
                json,
            )
        })
        .undocumented(policy, get.clone(), "/docs", async || page(SWAGGER_PAGE))
        .undocumented(policy, get.clone(), "/docs/{*file}", swagger_file)
        .undocumented(policy, get.clone(), "/redoc", async || page(REDOC_PAGE))
        .undocumented(policy, get.clone(), "/redoc/start.js", async || {
            script(REDOC_START)
        })
        .undocumented(policy, get, "/redoc/redoc.standalone.js", async || {
            let mut response = script(REDOC);
            response
                .headers_mut()
                .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response
        }))
}

fn page(html: &'static str) -> Response {
    let mut response = axum::response::Html(html).into_response();
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, PAGE_POLICY);
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn script(body: impl Into<axum::body::Body>) -> Response {
    file("text/javascript; charset=utf-8", body)
}

fn file(kind: &str, body: impl Into<axum::body::Body>) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    let kind =
        HeaderValue::try_from(kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_TYPE, kind);
    // They change only with the binary.
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=3600"),
    );
    response
}

async fn swagger_file(Path(name): Path<String>) -> Response {
    if name == "start.js" {
        return script(SWAGGER_START);
    }
    let known = [
        "swagger-ui.css",
        "swagger-ui-bundle.js",
        "favicon-32x32.png",
    ];
    let found = known
        .contains(&name.as_str())
        .then(|| utoipa_swagger_ui::serve(&name, Arc::new(utoipa_swagger_ui::Config::default())));
    match found {
        Some(Ok(Some(found))) => {
            let gzip = found.gzpipped;
            let bytes = match found.bytes {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => Bytes::from(bytes),
            };
            let mut response = file(&found.content_type, bytes);
            if gzip {
                response
                    .headers_mut()
                    .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            response
        }
        Some(Err(error)) => crate::Error::internal(error.to_string()).into_response(),
        Some(Ok(None)) | None => layers::not_found().into_response(),
    }
}
