//! The OpenAPI document: what each policy asks for, and the refusals that any route can answer.

use super::error::ErrorBody;
use super::routes::{Policy, operations};
use crate::error::FieldError;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response, ResponseBuilder, schema::Schema};
use utoipa::{PartialSchema as _, ToSchema as _};

const BEARER: &str = "bearer";
const ADMIN_SECRET: &str = "admin_secret";

/// Writes the policy of an operation into its description: security requirements, and the
/// refusals that come from the edge and from the guard, where the handler does not list them.
pub(crate) fn describe_policy(policy: Policy, path: &str, operation: &mut Operation) {
    let bearer = || SecurityRequirement::new(BEARER, Vec::<String>::new());
    let secret = || SecurityRequirement::new(ADMIN_SECRET, Vec::<String>::new());
    let security = match policy {
        Policy::Public => vec![SecurityRequirement::default(), bearer(), secret()],
        Policy::Signed => Vec::new(),
        Policy::User => vec![bearer()],
        Policy::Admin | Policy::Role(_) | Policy::AnyOf(_) => vec![bearer(), secret()],
    };
    operation.security = Some(security);
    let name = policy.to_string();
    let policy_mark = Extensions::builder().add("x-policy", name).build();
    match &mut operation.extensions {
        Some(extensions) => extensions.merge(policy_mark),
        none => *none = Some(policy_mark),
    }
    let mut refusals = vec![("400", "Bad request"), ("500", "Our failure")];
    refusals.push(("429", "Too often; see Retry-After"));
    refusals.push(("503", "Overloaded or a part is away; trying again is safe"));
    match policy {
        Policy::Public => {}
        Policy::Signed => refusals.push(("401", "Not signed, or not by the right key")),
        Policy::User => refusals.push(("401", "Not signed in")),
        Policy::Admin | Policy::Role(_) | Policy::AnyOf(_) => {
            refusals.push(("401", "Not signed in"));
            refusals.push(("403", "Not allowed"));
        }
    }
    if operation.request_body.is_some() {
        refusals.push(("408", "The body did not arrive in time"));
        refusals.push(("413", "The body is too large"));
        refusals.push(("415", "The body is not JSON"));
    }
    if path.contains('{') {
        refusals.push(("404", "No such thing"));
    }
    let has_parameters = operation.parameters.as_ref().is_some_and(|p| !p.is_empty());
    if operation.request_body.is_some() || has_parameters {
        refusals.push(("422", "The request has the wrong shape"));
    }
    if operation
        .parameters
        .as_ref()
        .is_some_and(|all| all.iter().any(is_key))
    {
        refusals.push(("409", "The key was used for another request"));
    }
    for (status, description) in refusals {
        let responses = &mut operation.responses.responses;
        responses
            .entry(status.to_owned())
            .or_insert_with(|| RefOr::T(refusal(description)));
    }
}

fn is_key(parameter: &RefOr<Parameter>) -> bool {
    let RefOr::T(parameter) = parameter else {
        return false;
    };
    parameter.parameter_in == ParameterIn::Header && parameter.name == "Idempotency-Key"
}

fn refusal(description: &str) -> Response {
    let schema = RefOr::Ref(Ref::from_schema_name(ErrorBody::name()));
    ResponseBuilder::new()
        .description(description)
        .content("application/json", Content::new(Some(schema)))
        .build()
}

/// Adds what all operations refer to: the error's schema and the ways to prove who one is.
pub(crate) fn complete(document: &mut OpenApi) {
    let mut components = document.components.take().unwrap_or_default();
    let mut schemas: Vec<(String, RefOr<Schema>)> = Vec::new();
    ErrorBody::schemas(&mut schemas);
    schemas.push((ErrorBody::name().into_owned(), ErrorBody::schema()));
    schemas.push((FieldError::name().into_owned(), FieldError::schema()));
    components.schemas.extend(schemas);
    let bearer = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "Raw Telegram initData, or a token from POST /api/auth/telegram",
        ))
        .build();
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
    let secret = ApiKey::Header(ApiKeyValue::with_description(
        "X-Admin-Secret",
        "The operator's secret, for scripts",
    ));
    components.add_security_scheme(ADMIN_SECRET, SecurityScheme::ApiKey(secret));
    document.components = Some(components);
    // An error that a handler lists without a body has ours.
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            for (status, response) in &mut operation.responses.responses {
                let RefOr::T(response) = response else {
                    continue;
                };
                let is_error = status.starts_with('4') || status.starts_with('5');
                if is_error && response.content.is_empty() {
                    response.content = refusal("").content;
                }
            }
        }
    }
}
