//! All routes in one place.

use app::{App, EmbeddedIn, MayOnlyLook, Theme, ports::Desk, shell};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware,
    response::{Html, IntoResponse, Response},
    routing::{MethodRouter, delete, get, post, put},
};
use axum_extra::extract::{CookieJar, cookie::Cookie};
use leptos::{
    nonce::use_nonce,
    prelude::{provide_context, use_context},
};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list};
use tower_http::{
    catch_panic::CatchPanicLayer, csrf::CsrfLayer, limit::RequestBodyLimitLayer,
    set_header::SetResponseHeaderLayer, trace::TraceLayer,
};

use super::{
    alerts, client, connect, downloads, embed, enter, functions, health,
    host::{self, webhooks},
    join, limits, pages, rendering, security, session, sign_in, styleguide, welcome,
};
use crate::{live, redirects, state::AppState};

/// The whole server.
pub fn router(state: AppState) -> Router {
    let options = state.leptos.clone();
    let (pkg, assets) =
        (leptos_axum::site_pkg_dir_service_route_path(&options), leptos_axum::site_pkg_dir_service(&options));
    let immutable = HeaderValue::from_static("public, max-age=31536000, immutable");
    let no_cache = HeaderValue::from_static("no-cache");
    let hashed = Router::new().route_service(&pkg, assets).layer(SetResponseHeaderLayer::overriding(
        header::CACHE_CONTROL,
        if options.hash_files { immutable } else { no_cache },
    ));
    let page = {
        let options = options.clone();
        move || shell(options.clone())
    };
    let guide = match state.config.styleguide {
        true => Router::new().route("/styleguide", get(styleguide::page)),
        false => Router::new(),
    };
    let pages = Router::new()
        .leptos_routes_with_context(
            &state,
            generate_route_list(App),
            {
                let state = state.clone();
                move || provide_desk(&state)
            },
            page,
        )
        .route_layer(middleware::from_fn(rendering::on_one_thread));
    let (plain, called): (Vec<_>, Vec<_>) =
        routes().into_iter().partition(|route| route.guard == Guard::Plain);
    let add = |router: Router<AppState>, route: Route| router.route(route.path, route.handler);
    called
        .into_iter()
        .fold(pages, add)
        .route_layer(middleware::from_fn_with_state(state.clone(), limits::limit))
        .route_layer(middleware::from_fn_with_state(state.clone(), session::identify))
        .merge(plain.into_iter().fold(Router::new(), add))
        .merge(hashed)
        .merge(guide)
        .fallback(not_found)
        .layer(middleware::from_fn(functions::tell_unreadable))
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http())
        // Server functions read the body by themselves, past axum's own limit.
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(limits::BODY))
        .layer(middleware::from_fn_with_state(state.clone(), security::headers))
        .layer(middleware::from_fn_with_state(state.clone(), client::announce))
        .with_state(state)
}

/// Who gets an answer at a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Anybody, and nobody is looked up: it is the same for all, and answers without a database.
    Plain,
    /// Anybody: it tells nothing of a workspace and changes nothing.
    Open,
    /// Whoever holds a token that is good for this one thing.
    Token,
    /// Whoever is signed in, for what is in their workspace.
    Session,
    /// The host's back end, by its key.
    Host,
}

/// A route beside the console's pages and server functions.
#[derive(Debug)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub guard: Guard,
    handler: MethodRouter<AppState>,
}

/// All of them. The test of who may do what walks through this table, so a new route has to say whom it is for.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Guard::{Host, Open, Plain, Session, Token};
    let row = |method, path, guard, handler| Route { method, path, guard, handler };
    vec![
        row("GET", "/live/{delegation}", Session, get(live::stream)),
        row("GET", "/runs/{run}/results.csv", Session, get(downloads::run_results)),
        row("GET", "/activity.csv", Session, get(downloads::activity)),
        row("POST", "/sign-out", Open, post(session::sign_out)),
        row("GET", "/sign-in", Open, get(sign_in::page)),
        row("POST", "/sign-in/microsoft", Open, post(sign_in::begin)),
        row("GET", redirects::SIGN_IN_BACK, Token, get(sign_in::back)),
        row("GET", "/welcome/{token}", Token, get(welcome::page)),
        row("POST", "/welcome", Token, post(welcome::submit)),
        row("GET", "/join/{token}", Token, get(join::page)),
        row("GET", "/alerts/stop/{token}", Token, get(alerts::page)),
        row("POST", "/alerts/stop/{token}", Token, post(alerts::stop)),
        row("GET", "/embed", Open, get(embed::page)),
        row("POST", "/embed/session", Token, post(embed::launch)),
        row("GET", "/enter/{token}", Open, get(enter::page)),
        row("POST", "/enter", Token, post(enter::submit)),
        row("GET", "/connect/invitation/{link}", Token, get(connect::invitation)),
        row("GET", "/connect/microsoft/again", Token, get(connect::again)),
        row("GET", redirects::SIGNED_IN, Token, get(connect::signed_in)),
        row("GET", redirects::CONSENTED, Token, get(connect::consented)),
        row("GET", "/connect/microsoft/{link}", Token, get(connect::begin)),
        row("POST", "/host/workspaces", Host, post(host::create_workspace)),
        row("PUT", "/host/workspaces/{workspace}/slots", Host, put(host::push_slots)),
        row("GET", "/host/workspaces/{workspace}/webhooks", Host, get(webhooks::list)),
        row("POST", "/host/workspaces/{workspace}/webhooks", Host, post(webhooks::make)),
        row("DELETE", "/host/workspaces/{workspace}/webhooks/{webhook}", Host, delete(webhooks::remove)),
        row("POST", "/host/workspaces/{workspace}/webhooks/{webhook}/secret", Host, post(webhooks::rotate)),
        row("POST", "/host/workspaces/{workspace}/webhooks/{webhook}/enable", Host, post(webhooks::enable)),
        row("POST", "/host/workspaces/{workspace}/webhooks/{webhook}/test", Host, post(webhooks::test)),
        row("GET", "/host/workspaces/{workspace}/webhooks/{webhook}/messages", Host, get(webhooks::messages)),
        row(
            "POST",
            "/host/workspaces/{workspace}/webhooks/{webhook}/messages/{message}/replay",
            Host,
            post(webhooks::replay),
        ),
        row("GET", "/livez", Plain, get(health::live)),
        row("GET", "/readyz", Plain, get(health::ready)),
        row("GET", "/favicon.svg", Plain, get(asset)),
        row("GET", "/icons.svg", Plain, get(asset)),
        row("GET", "/embed.js", Plain, get(asset)),
        row("GET", "/embed-frame.js", Plain, get(asset)),
    ]
}

/// Server functions and pages find the caller's desk where the session layer has put it, and the chosen look.
fn provide_desk(state: &AppState) {
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(desk) = parts.extensions.get::<Desk>().cloned() {
        provide_context(desk);
    }
    if let Some(embedded) = parts.extensions.get::<EmbeddedIn>().cloned() {
        provide_context(embedded);
    }
    if let Some(looker) = parts.extensions.get::<MayOnlyLook>().copied() {
        provide_context(looker);
    }
    // Also on answers of server functions, where it harms nothing.
    if let (Some(nonce), Some(options)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&security::console_policy(&state.config, &nonce))
    {
        options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
    let cookies = CookieJar::from_headers(&parts.headers);
    provide_context(Theme::of(cookies.get(Theme::COOKIE).map(Cookie::value)));
}

/// A file from the site's root that keeps its name.
async fn asset(
    axum::extract::State(state): axum::extract::State<AppState>,
    uri: axum::http::Uri,
) -> Response {
    let path = std::path::Path::new(state.leptos.site_root.as_ref()).join(uri.path().trim_start_matches('/'));
    match tokio::fs::read(path).await {
        Ok(bytes) => {
            let kind = if uri.path().ends_with(".js") { "text/javascript" } else { "image/svg+xml" };
            // A host on another site loads the element.
            let anywhere = HeaderName::from_static("cross-origin-resource-policy");
            let headers = [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, "max-age=3600"),
                (anywhere, "cross-origin"),
            ];
            (headers, bytes).into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A plain page: rendering the console for every mistyped address would be an easy way to keep the server busy.
async fn not_found() -> Response {
    (
        StatusCode::NOT_FOUND,
        Html(pages::page("Not found", "There is no such page.", &[("/", "Go to the console")])),
    )
        .into_response()
}
