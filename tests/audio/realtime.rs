//! The real-time callbacks allocate nothing. Every allocation of this binary is counted, per thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use hotseat::audio::rt::{InputTally, OutputTally, input, output};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    // A thread that ends may allocate after its counter is gone.
    let _gone = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
}

#[expect(unsafe_code, reason = "an allocator is unsafe by its nature; this one hands everything on to the system's")]
// SAFETY: every call is handed on unchanged to the system's allocator, which keeps the contract.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count();
        // SAFETY: the caller keeps the contract of `dealloc`, and `pointer` came from the system's allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.with(Cell::get);
    work();
    ALLOCATIONS.with(Cell::get) - before
}

#[test]
fn the_counter_counts() {
    assert!(allocations(|| drop(vec![0_u8; 100])) >= 2);
}

#[test]
fn neither_callback_allocates_whether_the_ring_is_full_or_empty() {
    let (mut producer, mut consumer) = rtrb::RingBuffer::new(1_000);
    let (heard, mut spoken) = ([0.1_f32; 960], [0_i16; 960]);
    let (taken, given) = (InputTally::default(), OutputTally::default());
    let count = allocations(|| {
        for _ in 0..10 {
            input(&heard, 1, &mut producer, &taken);
        }
        for _ in 0..10 {
            output(&mut spoken, 2, &mut consumer, &given);
        }
    });
    assert_eq!(count, 0);
    assert_eq!(taken.dropped.into_inner(), 9_600 - 1_000);
    assert_eq!(given.played.into_inner(), 1_000);
}

#[test]
fn no_sample_is_lost_between_two_threads() {
    let (mut producer, mut consumer) = rtrb::RingBuffer::new(100_000);
    let (taken, given, total) = (InputTally::default(), OutputTally::default(), 96_000_usize);
    let mut out: Vec<f32> = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for start in (0..total).step_by(480) {
                let piece: Vec<f32> = (start..start + 480).map(|n| (n + 1) as f32).collect();
                input(&piece, 1, &mut producer, &taken);
            }
        });
        let mut piece = [0.0_f32; 441];
        while given.played.load(std::sync::atomic::Ordering::Acquire) < total as u64 {
            output(&mut piece, 1, &mut consumer, &given);
            out.extend(piece.iter().filter(|sample| **sample != 0.0));
        }
    });
    let all: Vec<f32> = (0..total).map(|n| (n + 1) as f32).collect();
    assert!(out == all, "{} of {total} samples came", out.len());
}
