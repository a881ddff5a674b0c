//! All routes in one place.

use app::{App, Theme, ports::Desk, shell};
use axum::{
    Router,
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware,
    response::{Html, IntoResponse, Response},
    routing::{get, post, put},
};
use axum_extra::extract::{CookieJar, cookie::Cookie};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower_http::{
    catch_panic::CatchPanicLayer, csrf::CsrfLayer, set_header::SetResponseHeaderLayer, trace::TraceLayer,
};

use super::{connect, downloads, enter, health, host, pages, session, styleguide};
use crate::{live, state::AppState};

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
    Router::new()
        .leptos_routes_with_context(&state, generate_route_list(App), provide_desk, page)
        .route("/live/{delegation}", get(live::stream))
        .route("/runs/{run}/results.csv", get(downloads::run_results))
        .route("/activity.csv", get(downloads::activity))
        .route("/enter/{token}", get(enter::page))
        .route("/enter", post(enter::submit))
        .route("/connect/invitation/{link}", get(connect::invitation))
        .route("/connect/microsoft/again", get(connect::again))
        .route("/connect/microsoft/signed-in", get(connect::signed_in))
        .route("/connect/microsoft/consented", get(connect::consented))
        .route("/connect/microsoft/{link}", get(connect::begin))
        .route_layer(middleware::from_fn_with_state(state.clone(), session::identify))
        .route("/host/workspaces", post(host::create_workspace))
        .route("/host/workspaces/{workspace}/slots", put(host::push_slots))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/favicon.svg", get(asset))
        .route("/icons.svg", get(asset))
        .merge(hashed)
        .merge(guide)
        .fallback(not_found)
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http())
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            HeaderName::from_static("x-frame-options"),
            HeaderValue::from_static("DENY"),
        ))
        .with_state(state)
}

/// Server functions and pages find the caller's desk where the session layer has put it, and the chosen look.
fn provide_desk() {
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(desk) = parts.extensions.get::<Desk>().cloned() {
        provide_context(desk);
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
            ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "max-age=3600")], bytes)
                .into_response()
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
