//! What is worth saying about an answer, in spoken and in written form.
