//! A try at a server that ended before all was there.

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Why, as a clause: `nothing came for 30 s`.
    pub why: String,
    /// Whether another try may help.
    pub kind: Kind,
}

/// Whether another try may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It may pass by itself.
    Passing,
    /// Nothing came for too long. It may pass by itself.
    Late,
    /// Nothing is to be reached.
    Unreachable,
    /// It stays so.
    Lasting,
}
