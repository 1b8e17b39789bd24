//! One typed struct for each file in prompts/: everything the interviewer says.
