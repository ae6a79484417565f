//! Routes carry their policy into the guard, the table and the document.

use super::*;
use torg_platform::auth::Role;
use torg_platform::http::{Route, operations};

#[derive(Serialize, utoipa::ToSchema)]
struct Order {
    id: String,
}

/// Lists orders.
#[utoipa::path(get, path = "/orders", params(("limit" = Option<i64>, Query,)),
    responses((status = 200, body = Vec<Order>)))]
async fn list_orders() -> Json<Vec<Order>> {
    Json(Vec::new())
}

/// Makes an order.
#[utoipa::path(post, path = "/orders", request_body = String,
    responses((status = 201, body = Order), (status = 409, description = "Twice")))]
async fn create_order(Json(id): Json<String>) -> Json<Order> {
    Json(Order { id })
}

/// Forgets an order.
#[utoipa::path(delete, path = "/orders/{id}", params(("id" = String, Path,)),
    responses((status = 204)))]
async fn forget_order(Path(id): Path<String>) {
    drop(id);
}

fn orders() -> Api {
    Api::new()
        .routes(Policy::Public, operations!(list_orders))
        .routes_with_body_limit(Policy::User, 100_000, operations!(create_order))
        .routes(Policy::Role(Role::Finance), operations!(forget_order))
        .undocumented(
            Policy::Signed,
            Method::POST,
            "/hook",
            async |RawBody(_): RawBody| (),
        )
}

fn info() -> utoipa::openapi::Info {
    utoipa::openapi::Info::new("test", "1")
}

mod elsewhere {
    use super::*;

    /// Another thing with the same name.
    #[derive(Serialize, utoipa::ToSchema)]
    pub(super) struct Order {
        sum: i64,
    }

    /// Gives it.
    #[utoipa::path(get, path = "/other", responses((status = 200, body = Order)))]
    pub(super) async fn other_order() -> Json<Order> {
        Json(Order { sum: 1 })
    }
}

#[test]
fn two_things_of_one_name_do_not_fit_into_the_document() {
    let other = Api::new().routes(Policy::Public, operations!(elsewhere::other_order));
    let built = orders().merge(other).build(info(), &Doorman);
    let error = format!("{:?}", built.err());
    assert!(error.contains("two schemas are called Order"), "{error}");
}

#[test]
fn the_table_lists_every_route_with_its_policy() {
    let built = orders().build(info(), &Doorman).expect("built");
    let row = |method: Method, path: &str, policy, operation: Option<&str>| Route {
        method,
        path: path.to_owned(),
        policy,
        operation_id: operation.map(str::to_owned),
    };
    assert_eq!(
        built.routes,
        [
            row(Method::GET, "/orders", Policy::Public, Some("list_orders")),
            row(Method::POST, "/orders", Policy::User, Some("create_order")),
            row(
                Method::DELETE,
                "/orders/{id}",
                Policy::Role(Role::Finance),
                Some("forget_order")
            ),
            row(Method::POST, "/hook", Policy::Signed, None),
        ]
    );
}

#[test]
fn two_routes_of_one_name_are_refused() {
    let twice = orders().merge(Api::new().routes(Policy::User, operations!(create_order)));
    assert!(twice.build(info(), &Doorman).is_err());
}

#[test]
fn the_document_says_what_each_policy_asks_for() {
    let built = orders().build(info(), &Doorman).expect("built");
    let json = serde_json::to_value(&built.openapi).expect("a document");
    let list = &json["paths"]["/orders"]["get"];
    let create = &json["paths"]["/orders"]["post"];
    let forget = &json["paths"]["/orders/{id}"]["delete"];
    assert_eq!(list["x-policy"], "public");
    assert_eq!(create["x-policy"], "user");
    assert_eq!(create["security"], serde_json::json!([{"bearer": []}]));
    assert_eq!(forget["x-policy"], "finance");
    for status in [
        "400", "401", "408", "413", "415", "422", "429", "500", "503", "409",
    ] {
        let body = &create["responses"][status]["content"]["application/json"]["schema"]["$ref"];
        assert_eq!(body, "#/components/schemas/ErrorBody", "{status}");
    }
    assert!(list["responses"]["401"].is_null());
    assert!(!forget["responses"]["404"].is_null());
    for name in ["ErrorBody", "FieldError", "Order"] {
        assert!(json["components"]["schemas"][name].is_object(), "{name}");
    }
    assert_eq!(
        json["components"]["securitySchemes"]["bearer"]["scheme"],
        "bearer"
    );
}

#[tokio::test]
async fn the_guard_stands_before_the_handler_and_not_before_a_405() {
    let gate = Gate {
        entered: Arc::new(Semaphore::new(0)),
        leave: Arc::new(Semaphore::new(0)),
    };
    let app = App::serving(
        orders(),
        gate,
        EdgeOptions::default(),
        ServerOptions::default(),
    )
    .await;
    assert_eq!(app.get("/orders").await.status, 200);
    let json = "Content-Type: application/json\r\n";
    let anonymous = app.post("/orders", json, b"\"a\"").await;
    assert_eq!(anonymous.refusal(), (401, "unauthenticated".to_owned()));
    assert_eq!(anonymous.header("www-authenticate"), "Bearer");
    let user = format!("{json}Authorization: Bearer user\r\n");
    assert_eq!(app.post("/orders", &user, b"\"a\"").await.json()["id"], "a");
    // This route takes more than the edge's default.
    let long = format!("\"{}\"", "x".repeat(90_000));
    assert_eq!(
        app.post("/orders", &user, long.as_bytes()).await.status,
        200
    );
    let longer = format!("\"{}\"", "x".repeat(100_001));
    assert_eq!(
        app.post("/orders", &user, longer.as_bytes()).await.status,
        413
    );
    let delete = |who: &str| {
        format!("DELETE /orders/1 HTTP/1.1\r\nHost: t\r\nConnection: close\r\n{who}\r\n")
    };
    assert_eq!(
        app.send(delete("Authorization: Bearer user\r\n"))
            .await
            .status,
        403
    );
    assert_eq!(
        app.send(delete("Authorization: Bearer admin\r\n"))
            .await
            .status,
        200
    );
    assert_eq!(app.get("/orders/1").await.refusal().0, 405);
}

#[tokio::test]
async fn the_docs_come_from_the_binary_and_ask_nobody_else() {
    let built = orders().build(info(), &Doorman).expect("built");
    let built = built.with_docs(Policy::Public, &Doorman).expect("docs");
    assert!(built.routes.iter().any(|route| route.path == "/docs"));
    let metrics = Metrics::new(&Clock::Real).expect("metrics");
    let router = edge(
        built.router,
        EdgeOptions::default(),
        metrics,
        Rng::from_seed(1),
    );
    let server = Server::bind(
        "127.0.0.1:0".parse().expect("an address"),
        ServerOptions::default(),
    );
    let server = server.await.expect("bound");
    let gate = Gate {
        entered: Arc::new(Semaphore::new(0)),
        leave: Arc::new(Semaphore::new(0)),
    };
    let app = App {
        address: server.local_addr(),
        gate,
        metrics: Metrics::new(&Clock::Real).expect("metrics"),
        stop: CancellationToken::new(),
        served: tokio::spawn(async move {
            server
                .serve(router, std::future::pending())
                .await
                .expect("served")
        }),
    };
    assert_eq!(
        app.get("/openapi.json").await.json()["info"]["title"],
        "test"
    );
    for page in ["/docs", "/redoc"] {
        let answer = app.get(page).await;
        assert_eq!(answer.status, 200, "{page}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("script-src 'self';") && !policy.contains("http"),
            "{policy}"
        );
        assert!(!answer.text().contains("://"), "{page} names another host");
        for source in answer
            .text()
            .split("src=\"")
            .skip(1)
            .chain(answer.text().split("href=\"/").skip(1))
        {
            let path = source.split('"').next().expect("an end");
            let path = format!("/{}", path.trim_start_matches('/'));
            let file = app.get(&path).await;
            assert_eq!(file.status, 200, "{path}");
            assert!(!file.body.is_empty(), "{path}");
        }
    }
    assert_eq!(app.get("/docs/../secret").await.status, 404);
    assert_eq!(app.get("/docs/nothing").await.refusal().0, 404);
    assert_eq!(app.get("/nowhere").await.refusal().0, 404);
}
