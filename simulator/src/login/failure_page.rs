//! What stands in front of a service says when the service does not answer: nothing a program understands.

/// The status in words.
pub(crate) fn title(status: u16) -> &'static str {
    match status {
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Internal Server Error",
    }
}

/// A page for people.
pub(crate) fn html(status: u16) -> String {
    let title = title(status);
    format!(
        "<!DOCTYPE html>\r\n<html><head><title>{status} {title}</title></head>\r\n<body><center><h1>{status} {title}\
         </h1></center><hr><center>Microsoft-Azure-Application-Gateway/v2</center></body></html>\r\n"
    )
}
