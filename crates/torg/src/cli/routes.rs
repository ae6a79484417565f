//! `torg routes`: who may call what, from the code, without starting anything.

use super::Settings;
use super::failure::Failure;
use super::openapi::assembled;
use super::out::say;
use torg_platform::config::Purpose;
use torg_platform::http::Route;

/// One line per route: method, path, who may call it, and its name in the OpenAPI document.
pub(super) fn run(settings: &Settings) -> Result<(), Failure> {
    let config = settings.load(Purpose::Tool)?;
    let mut routes = assembled(&config)?.routes;
    routes.sort_by(|a, b| (&a.path, a.method.as_str()).cmp(&(&b.path, b.method.as_str())));
    for Route {
        method,
        path,
        policy,
        operation_id,
    } in &routes
    {
        let name = operation_id.as_deref().unwrap_or("-");
        say(format_args!("{method} {path} {policy} {name}"));
    }
    Ok(())
}
