//! Server functions of sign-up and sign-in, and the addresses of their screens.

/// Path of the sign-in screen that leads to `return_to`, a path of this site, afterwards.
pub fn sign_in_path(return_to: &str) -> String {
    let mut path = "/auth/login?mode=signin&returnTo=".to_owned();
    for byte in return_to.bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => path.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => path.push(byte.into()),
            byte => path += &format!("%{byte:02X}"),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::sign_in_path;

    #[test]
    fn return_path_is_percent_encoded() {
        assert_eq!(sign_in_path("/gallery"), "/auth/login?mode=signin&returnTo=/gallery");
        assert_eq!(sign_in_path("/a?b=ü"), "/auth/login?mode=signin&returnTo=/a%3Fb%3D%C3%BC");
    }
}
