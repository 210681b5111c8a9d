//! How far somebody is with making an account or signing in.

/// A step of the account panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    SignUp,
    SignIn,
    Code,
    /// A link is on its way.
    Mailed,
}

impl Step {
    /// As it stands in addresses and in the markup.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "signup",
            Self::SignIn => "signin",
            Self::Code => "code",
            Self::Mailed => "mailed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::SignUp, Self::SignIn, Self::Code, Self::Mailed].into_iter().find(|step| step.as_str() == text)
    }

    /// Where the form of this step goes.
    pub fn action(self) -> &'static str {
        match self {
            Self::SignUp => "/auth/sign-up",
            Self::SignIn | Self::Mailed => "/auth/sign-in",
            Self::Code => "/auth/verify",
        }
    }

    /// The name of what its button says.
    pub fn button(self) -> &'static str {
        match self {
            Self::SignUp => "sign-up",
            Self::SignIn | Self::Mailed => "sign-in",
            Self::Code => "confirm-code",
        }
    }

    /// Tells password managers whether to make a password or to fill one in.
    pub fn password_autocomplete(self) -> &'static str {
        match self {
            Self::SignUp => "new-password",
            _ => "current-password",
        }
    }
}
