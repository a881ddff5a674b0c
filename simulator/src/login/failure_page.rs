//! Error pages of the gateways in front of Microsoft's services: HTML without machine-readable content.

/// The reason phrase of a status.
pub(crate) fn title(status: u16) -> &'static str {
    match status {
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        // Of networks that ask for a password first.
        200 => "Sign in to the network",
        407 => "Proxy Authentication Required",
        _ => "Internal Server Error",
    }
}

/// The HTML page.
pub(crate) fn html(status: u16) -> String {
    let title = title(status);
    format!(
        "<!DOCTYPE html>\r\n<html><head><title>{status} {title}</title></head>\r\n<body><center><h1>{status} {title}\
         </h1></center><hr><center>Microsoft-Azure-Application-Gateway/v2</center></body></html>\r\n"
    )
}
