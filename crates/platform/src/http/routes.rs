//! The router that takes no route without a policy.
//!
//! A market returns an [`Api`]; every way to add a route to it takes a [`Policy`] first, so a
//! route that nobody decided about does not compile. The application gives one [`Guard`] to
//! [`Api::build`] and receives the axum router, the OpenAPI document and the table of routes
//! from which the authorisation matrix is tested.

use super::extract::BodyLimit;
use super::openapi;
use crate::auth::Role;
use crate::error::Error;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter};
use axum::{Extension, Router};
use http::Method;
use http::request::Parts;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::{Layer, Service};
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt as _};

/// Who may call a route at all. What a caller may do with which object is for the use case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Policy {
    /// Anybody. A credential is looked at when there is one, the operator's secret too; an invalid
    /// one counts as none.
    Public,
    /// A signed-in person.
    User,
    /// A machine that signs its request; the handler checks the signature over the raw body.
    Signed,
    /// Staff with any role, or the operator's secret.
    Admin,
    /// Staff with this role, an owner, or the operator's secret.
    Role(Role),
    /// Staff with one of these roles, an owner, or the operator's secret.
    AnyOf(&'static [Role]),
}

impl fmt::Display for Policy {
    /// Its name: `public`, `user`, `signed`, `admin`, or roles with `|` between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("public"),
            Self::User => f.write_str("user"),
            Self::Signed => f.write_str("signed"),
            Self::Admin => f.write_str("admin"),
            Self::Role(role) => f.write_str(role.as_str()),
            Self::AnyOf(any) => {
                let names: Vec<_> = any.iter().map(|role| role.as_str()).collect();
                f.write_str(&names.join("|"))
            }
        }
    }
}

/// One route as the authorisation matrix sees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with `{name}` for variable segments.
    pub path: String,
    /// Who may call it.
    pub policy: Policy,
    /// Its name in the OpenAPI document; none when it is not documented.
    pub operation_id: Option<String>,
}

/// Decides, before the handler runs, whether a request may pass, and leaves the `Actor`, and
/// the `Staff` if it is one of them, in its extensions.
pub trait Guard: Clone + Send + Sync + 'static {
    /// Checks `parts` against `policy`. [`Policy::Public`] and [`Policy::Signed`] come here too,
    /// so that the handler of a public one finds who is known.
    fn check(
        &self,
        policy: Policy,
        parts: &mut Parts,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}

struct Entry<S> {
    policy: Policy,
    router: UtoipaMethodRouter<S>,
    /// Path and method of a route that is not in the document.
    undocumented: Option<(String, Method)>,
}

/// Routes with their policies, not yet guarded.
#[must_use]
pub struct Api<S = ()> {
    entries: Vec<Entry<S>>,
}

/// What [`Api::build`] makes.
pub struct Built {
    /// The guarded routes.
    pub router: Router,
    /// Their document.
    pub openapi: OpenApi,
    /// All of them, documented or not.
    pub routes: Vec<Route>,
}

impl<S: Clone + Send + Sync + 'static> Default for Api<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Send + Sync + 'static> Api<S> {
    /// No routes.
    pub fn new() -> Self {
        Self {
            entries: Vec::new(),
        }
    }

    /// Adds documented handlers of one path: `api.routes(Policy::User, operations!(create, list))`.
    pub fn routes(mut self, policy: Policy, router: UtoipaMethodRouter<S>) -> Self {
        self.entries.push(Entry {
            policy,
            router,
            undocumented: None,
        });
        self
    }

    /// Adds documented handlers whose bodies may have up to `limit` bytes.
    pub fn routes_with_body_limit(
        self,
        policy: Policy,
        limit: usize,
        (schemas, paths, router): UtoipaMethodRouter<S>,
    ) -> Self {
        let router = router.route_layer(Extension(BodyLimit(limit)));
        self.routes(policy, (schemas, paths, router))
    }

    /// Adds a handler that the document does not describe: a page, a stream, a socket.
    pub fn undocumented<H, T>(self, policy: Policy, method: Method, path: &str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        // Methods that axum does not know are asked for by nobody.
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        let router = MethodRouter::new().on(filter, handler);
        let mut api = self;
        api.entries.push(Entry {
            policy,
            router: (Vec::new(), utoipa::openapi::path::Paths::new(), router),
            undocumented: Some((path.to_owned(), method)),
        });
        api
    }

    /// Gives the handlers their state.
    pub fn with_state(self, state: S) -> Api {
        let entries = self
            .entries
            .into_iter()
            .map(
                |Entry {
                     policy,
                     router,
                     undocumented,
                 }| Entry {
                    policy,
                    router: router.with_state(state.clone()),
                    undocumented,
                },
            )
            .collect();
        Api { entries }
    }

    /// Adds the routes of another.
    pub fn merge(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self
    }
}

impl Api {
    /// Guards every route and puts them together. Two routes of one method and path are an
    /// error, whoever they belong to.
    pub fn build<G: Guard>(self, info: utoipa::openapi::Info, guard: &G) -> Result<Built, Error> {
        let mut built = self.assemble(info, guard)?;
        built.router = built.router.fallback(async || super::layers::not_found());
        Ok(built)
    }

    fn assemble<G: Guard>(self, info: utoipa::openapi::Info, guard: &G) -> Result<Built, Error> {
        let document = OpenApi::new(info, utoipa::openapi::path::Paths::new());
        let mut all = OpenApiRouter::with_openapi(document);
        let mut routes = Vec::new();
        let mut seen = BTreeSet::new();
        let mut shapes: BTreeMap<String, serde_json::Value> = BTreeMap::new();
        for Entry {
            policy,
            mut router,
            undocumented,
        } in self.entries
        {
            let table = table(policy, &mut router.1, undocumented.as_ref());
            for route in &table {
                if !seen.insert((route.path.clone(), route.method.to_string())) {
                    let text = format!("two routes for {} {}", route.method, route.path);
                    return Err(Error::internal(text));
                }
            }
            routes.extend(table);
            let (schemas, paths, methods) = router;
            for (name, schema) in &schemas {
                // The document has one place for a name, and the last one would win.
                let shape = serde_json::to_value(schema).map_err(Error::internal)?;
                let known = shapes.entry(name.clone()).or_insert_with(|| shape.clone());
                if *known != shape {
                    let text = format!("two schemas are called {name}");
                    return Err(Error::internal(text));
                }
            }
            // `route_layer`: a method that does not exist is a 405 for everybody.
            let methods = methods.route_layer(GuardLayer {
                policy,
                guard: guard.clone(),
            });
            all = match undocumented {
                Some((path, _)) => all.route(&path, methods),
                None => all.routes((schemas, paths, methods)),
            };
        }
        let (router, mut openapi) = all.split_for_parts();
        openapi::complete(&mut openapi);
        Ok(Built {
            router,
            openapi,
            routes,
        })
    }
}

impl Built {
    /// Adds `/openapi.json`, `/docs` and `/redoc`, which describe the routes so far.
    pub fn with_docs<G: Guard>(self, policy: Policy, guard: &G) -> Result<Self, Error> {
        let Self {
            router,
            openapi,
            mut routes,
        } = self;
        let pages = super::docs::api(policy, &openapi)?.assemble(openapi.info.clone(), guard)?;
        routes.extend(pages.routes);
        Ok(Self {
            router: router.merge(pages.router),
            openapi,
            routes,
        })
    }
}

/// The routes of an entry; marks their operations with what the policy asks for.
fn table(
    policy: Policy,
    paths: &mut utoipa::openapi::path::Paths,
    undocumented: Option<&(String, Method)>,
) -> Vec<Route> {
    let mut routes = undocumented
        .map(|(path, method)| Route {
            method: method.clone(),
            path: path.clone(),
            policy,
            operation_id: None,
        })
        .into_iter()
        .collect::<Vec<_>>();
    for (path, item) in &mut paths.paths {
        for (method, operation) in operations(item) {
            openapi::describe_policy(policy, path, operation);
            routes.push(Route {
                method,
                path: path.clone(),
                policy,
                operation_id: operation.operation_id.clone(),
            });
        }
    }
    routes
}

/// The operations of a path with their methods.
pub(crate) fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    [
        (Method::GET, item.get.as_mut()),
        (Method::PUT, item.put.as_mut()),
        (Method::POST, item.post.as_mut()),
        (Method::DELETE, item.delete.as_mut()),
        (Method::OPTIONS, item.options.as_mut()),
        (Method::HEAD, item.head.as_mut()),
        (Method::PATCH, item.patch.as_mut()),
        (Method::TRACE, item.trace.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
}

#[derive(Clone)]
struct GuardLayer<G> {
    policy: Policy,
    guard: G,
}

impl<S, G: Clone> Layer<S> for GuardLayer<G> {
    type Service = Guarded<S, G>;

    fn layer(&self, inner: S) -> Self::Service {
        Guarded {
            inner,
            policy: self.policy,
            guard: self.guard.clone(),
        }
    }
}

#[derive(Clone)]
struct Guarded<S, G> {
    inner: S,
    policy: Policy,
    guard: G,
}

impl<S, G> Service<Request> for Guarded<S, G>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    G: Guard,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The service that was polled ready is the one that is called.
        let fresh = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, fresh);
        let (policy, guard) = (self.policy, self.guard.clone());
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match guard.check(policy, &mut parts).await {
                Ok(()) => inner.call(Request::from_parts(parts, body)).await,
                Err(error) => Ok(error.into_response()),
            }
        })
    }
}
