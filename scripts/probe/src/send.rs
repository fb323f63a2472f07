//! The trait trick behind [`is_send!`](crate::is_send): where two methods fit, the one that needs no further `&` wins.

use std::marker::PhantomData;

/// Carries a type to the question whether it is `Send`.
#[derive(Debug)]
pub struct MaybeSend<T>(PhantomData<fn(T)>);

impl<T> MaybeSend<T> {
    /// The question about the type of this value.
    pub fn of(_: &T) -> MaybeSend<T> {
        MaybeSend(PhantomData)
    }
}

/// The answer for every type, a reference further away than [`Send_`].
pub trait NotSend {
    /// `false`.
    fn is_send(&self) -> bool {
        false
    }
}

impl<T> NotSend for &MaybeSend<T> {}

/// The answer for types that are `Send`.
pub trait Send_ {
    /// `true`.
    fn is_send(&self) -> bool {
        true
    }
}

impl<T: Send> Send_ for MaybeSend<T> {}

/// Whether the value of an expression is `Send`, as a `bool`: the build does not fail.
///
/// For the future of an `async fn` item. The future of an `async` block written in the same body as the
/// macro, or of a generic function's own parameter, cannot be asked about in this way.
///
/// ```
/// async fn fine() {}
/// async fn keeps_an_rc() {
///     let rc = std::rc::Rc::new(1);
///     fine().await;
///     drop(rc);
/// }
/// assert!(probe::is_send!(fine()));
/// assert!(!probe::is_send!(keeps_an_rc()));
/// ```
#[macro_export]
macro_rules! is_send {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::{NotSend as _, Send_ as _};
        (&$crate::MaybeSend::of(&$value)).is_send()
    }};
}
