//! The threads that compute a network: as many as help, or one that works only when nobody else wants the processor.

use std::sync::Arc;

use rten::{RunOptions, ThreadPool};
use thread_priority::{ThreadPriority, set_current_thread_priority};

/// More threads do not make a short run shorter.
const MOST_THREADS: usize = 4;

/// Threads of its own, so that a long run does not stand in the way of the networks that listen.
#[derive(Clone, Debug)]
pub struct Crew {
    pool: Arc<ThreadPool>,
}

impl Crew {
    /// Threads that finish as soon as possible.
    #[must_use]
    pub fn hasty() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        Self { pool: Arc::new(ThreadPool::with_num_threads(threads)) }
    }

    /// One thread with the lowest priority that the system knows: it takes what others leave.
    #[must_use]
    pub fn patient() -> Self {
        let pool = ThreadPool::with_num_threads(1);
        // Where the system refuses, it is still only one thread.
        let _lowered = pool.run(|| set_current_thread_priority(ThreadPriority::Min));
        Self { pool: Arc::new(pool) }
    }

    /// Returns options that have a network run by these threads.
    pub(super) fn options(&self) -> RunOptions {
        RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)))
    }
}

#[cfg(test)]
mod tests {
    use super::Crew;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_patient_thread_yields_to_all_others_and_the_hasty_ones_do_not() {
        let niceness = |crew: &Crew| {
            crew.pool.run(|| {
                // Behind the name, which may hold spaces: the 17th field after it is the niceness.
                let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
                stat.rsplit(')').next().unwrap().split_whitespace().nth(16).unwrap().parse::<i32>().unwrap()
            })
        };
        assert_eq!(niceness(&Crew::patient()), 19);
        assert!(niceness(&Crew::hasty()) < 19);
    }
}
