//! `/api/cities`: names to choose from.

use crate::app::state::Services;
use axum::extract::State;
use serde::Deserialize;
use torg_platform::Result;
use torg_platform::http::{Api, Json, Policy, Query, operations};
use utoipa::IntoParams;

/// The route.
pub(crate) fn api() -> Api<Services> {
    Api::new().routes(Policy::Public, operations!(search))
}

/// What was typed so far.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CitiesQuery {
    /// Beginning or part of a name; all cities without it.
    #[param(max_length = 100)]
    search: Option<String>,
}

/// Cities by name: those that begin with the search, then those that contain it.
#[utoipa::path(get, path = "/api/cities", tag = "cities", operation_id = "search_cities",
    params(CitiesQuery), responses((status = 200, body = [String])))]
pub(crate) async fn search(
    State(services): State<Services>,
    Query(query): Query<CitiesQuery>,
) -> Result<Json<Vec<String>>> {
    let search = query.search.unwrap_or_default();
    if search.chars().count() > 100 {
        return Err(torg_platform::Error::field(
            "search",
            "must have at most 100 characters",
        ));
    }
    let found = services.cities.search(&search, services.cities.len());
    Ok(Json(found.into_iter().map(str::to_owned).collect()))
}
