//! What is known of a statement and the answers, as numbers. The fit turns them into probabilities.

use serde::Serialize;

/// Numbers about one statement and all that was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Features {
    /// Log odds of the model over the window that makes the statement best: at least touched.
    pub touched: f32,
    /// The same for covered.
    pub covered: f32,
    /// Log odds of the model over the quote alone: at least touched. Those of the window where there is no quote.
    pub quote_touched: f32,
    /// The same for covered.
    pub quote_covered: f32,
    /// Mean of `covered` over the other points of the rubric: how well the answers do as a whole.
    pub others: f32,
}

impl Features {
    /// Number of features.
    pub const COUNT: usize = 5;

    /// Returns the features in the order of the fit.
    #[must_use]
    pub const fn values(&self) -> [f32; Self::COUNT] {
        [self.touched, self.covered, self.quote_touched, self.quote_covered, self.others]
    }
}
