//! All routes in one place.

use app::{App, EmbeddedIn, ReadOnly, Theme, ports::Caller, shell};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware,
    response::{Html, IntoResponse, Response},
    routing::get,
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
    admission::{Guard, Route},
    alerts, client, connect, contact, downloads, embed, enter, functions, health,
    host::{self, webhooks},
    join, limits, live, logged, pages, print, rendering, security, session, sign_in, styleguide, welcome,
};
use crate::{redirects, state::AppState};

/// The whole server.
pub fn router(state: AppState) -> Router {
    let options = state.leptos.clone();
    let (pkg, assets) =
        (leptos_axum::site_pkg_dir_service_route_path(&options), leptos_axum::site_pkg_dir_service(&options));
    let hash_files = options.hash_files;
    let hashed = Router::new()
        .route_service(&pkg, assets)
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, move |answer: &Response| {
            Some(HeaderValue::from_static(match answer.status().is_success() {
                true if hash_files => "public, max-age=31536000, immutable",
                true => "no-cache",
                // During a rolling update another server may have the file.
                false => "no-store",
            }))
        }))
        // The files are stored compressed, and a cache must not give that form to a browser without it.
        .layer(SetResponseHeaderLayer::overriding(header::VARY, HeaderValue::from_static("accept-encoding")));
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
                move || provide_caller(&state)
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
        .route_layer(middleware::from_fn(limits::receive))
        .merge(plain.into_iter().fold(Router::new(), add))
        .merge(hashed)
        .merge(guide)
        .fallback(not_found)
        .layer(middleware::from_fn(functions::mark_unreadable))
        .layer(middleware::from_fn(functions::accept_json))
        .layer(middleware::from_fn_with_state(state.clone(), security::refuse_other_scheme))
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http().make_span_with(logged::span))
        // Server functions read the body directly, where axum's own limit does not apply.
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(limits::BODY))
        .layer(middleware::from_fn_with_state(state.clone(), security::headers))
        .layer(middleware::from_fn_with_state(state.clone(), client::identify))
        .with_state(state)
}

/// All routes. The matrix test walks through this table, so a new route needs a row there.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Guard::{Open, Plain, Token};
    vec![
        Route::session(("GET", "/live/{delegation}"), live::stream),
        Route::session(("GET", "/runs/{run}/results.csv"), downloads::run_results),
        Route::session(("GET", "/runs/{run}/print"), print::run),
        Route::session(("GET", "/mailboxes/print"), print::mailboxes),
        Route::session(("GET", "/activity.csv"), downloads::activity),
        Route::without_caller(("POST", "/sign-out"), Open, session::sign_out),
        Route::without_caller(("GET", "/support"), Open, contact::support),
        Route::without_caller(("GET", "/privacy"), Open, contact::privacy),
        Route::without_caller(("GET", "/sign-in"), Open, sign_in::page),
        Route::without_caller(("POST", "/sign-in/microsoft"), Open, sign_in::begin),
        Route::without_caller(("GET", redirects::SIGN_IN_BACK), Token, sign_in::back),
        Route::without_caller(("GET", "/welcome/{token}"), Token, welcome::page),
        Route::without_caller(("POST", "/welcome"), Token, welcome::submit),
        Route::without_caller(("GET", "/join/{token}"), Token, join::page),
        Route::without_caller(("GET", "/alerts/confirm/{token}"), Token, alerts::question),
        Route::without_caller(("POST", "/alerts/confirm/{token}"), Token, alerts::confirm),
        Route::without_caller(("GET", "/alerts/stop/{token}"), Token, alerts::page),
        Route::without_caller(("POST", "/alerts/stop/{token}"), Token, alerts::stop),
        Route::without_caller(("GET", "/embed"), Open, embed::page),
        Route::without_caller(("POST", "/embed/session"), Token, embed::launch),
        Route::without_caller(("GET", "/enter/{token}"), Token, enter::page),
        Route::without_caller(("POST", "/enter"), Token, enter::submit),
        // Two addresses for one page: the first is in links for administrators, the second in the console's own.
        Route::without_caller(("GET", "/connect/invitation/{link}"), Token, connect::page),
        Route::without_caller(("GET", "/connect/microsoft/{link}"), Token, connect::page),
        Route::without_caller(("POST", "/connect/microsoft"), Token, connect::begin),
        Route::without_caller(("POST", "/connect/microsoft/again"), Token, connect::again),
        Route::without_caller(("GET", redirects::SIGNED_IN), Token, connect::signed_in),
        Route::without_caller(("GET", redirects::CONSENTED), Token, connect::consented),
        Route::without_caller(("GET", "/connect/microsoft/finish/{attempt}"), Token, connect::confirm),
        Route::without_caller(("GET", "/connect/microsoft/result/{attempt}"), Token, connect::result),
        Route::without_caller(("POST", "/connect/microsoft/finish"), Token, connect::finish),
        Route::host(("POST", "/host/workspaces"), host::create_workspace),
        Route::host(("PUT", "/host/workspaces/{workspace}/slots"), host::push_slots),
        Route::host(("GET", "/host/workspaces/{workspace}/webhooks"), webhooks::list),
        Route::host(("POST", "/host/workspaces/{workspace}/webhooks"), webhooks::make),
        Route::host(("DELETE", "/host/workspaces/{workspace}/webhooks/{webhook}"), webhooks::remove),
        Route::host(("POST", "/host/workspaces/{workspace}/webhooks/{webhook}/secret"), webhooks::rotate),
        Route::host(("POST", "/host/workspaces/{workspace}/webhooks/{webhook}/enable"), webhooks::enable),
        Route::host(("POST", "/host/workspaces/{workspace}/webhooks/{webhook}/test"), webhooks::test),
        Route::host(("GET", "/host/workspaces/{workspace}/webhooks/{webhook}/messages"), webhooks::messages),
        Route::host(
            ("POST", "/host/workspaces/{workspace}/webhooks/{webhook}/messages/{message}/replay"),
            webhooks::replay,
        ),
        Route::without_caller(("GET", "/livez"), Plain, health::live),
        Route::without_caller(("GET", "/readyz"), Plain, health::ready),
        Route::without_caller(("GET", "/favicon.svg"), Plain, asset),
        Route::without_caller(("GET", "/icons.svg"), Plain, asset),
        Route::without_caller(("GET", "/embed.js"), Plain, asset),
        Route::without_caller(("GET", "/embed-frame.js"), Plain, asset),
    ]
}

/// Provides server functions and pages with the caller that the session layer has put into the request, and the theme.
fn provide_caller(state: &AppState) {
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(caller) = parts.extensions.get::<Caller>().cloned() {
        provide_context(caller);
    }
    if let Some(embedded) = parts.extensions.get::<EmbeddedIn>().cloned() {
        provide_context(embedded);
    }
    if let Some(read_only) = parts.extensions.get::<ReadOnly>().copied() {
        provide_context(read_only);
    }
    // Also on answers of server functions, where it has no effect.
    if let (Some(nonce), Some(options)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&security::console_policy(state, &nonce))
    {
        options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
    let cookies = CookieJar::from_headers(&parts.headers);
    provide_context(Theme::of(cookies.get(Theme::COOKIE).map(Cookie::value)));
}

/// Serves a file of the site's root under its unhashed name.
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

/// A plain page: rendering the console for unknown addresses would make it easy to overload the server.
async fn not_found() -> Response {
    (
        StatusCode::NOT_FOUND,
        Html(pages::page("Not found", "There is no such page.", &[("/", "Go to the console")])),
    )
        .into_response()
}
