//! What an analyst calls the people whom it invites.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Declares texts for people: so many characters, on one line, without blanks around them.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident[$max:literal], $error:ident: $message:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        #[doc = concat!("A text is not usable as `", stringify!($name), "`. It is not repeated.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
        #[error($message)]
        pub struct $error;

        impl $name {
            /// Most characters.
            pub const MAX_LEN: usize = $max;

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        // Of a person: no matter for a log.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                let fits = (1..=Self::MAX_LEN).contains(&text.chars().count());
                let plain = !text.chars().any(char::is_control) && text.trim() == text;
                (fits && plain).then(|| Self(text.to_owned())).ok_or($error)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    )+};
}

texts! {
    /// The name of somebody who is invited; unique within a computation.
    Label[120], ParseLabelError:
        "a label has 1 to 120 characters, no control characters, and no blanks around it";
    /// Where the link of an invitation is to be sent. Never more than a text to this program.
    Email[254], ParseEmailError:
        "an e-mail address has 1 to 254 characters, no control characters, and no blanks around it";
}
