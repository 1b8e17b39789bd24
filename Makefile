# Two commands are all that a new machine needs: `make demo` and `make test`.

.PHONY: demo test core build lint setup

DEVICE_TESTS = audio::devices audio::conversation audio::echo

# Watch a simulated candidate being interviewed.
demo: build
	target/release/hotseat practice --demo

# Unit tests work little, so for them our own part is built in half the time; all others run the program as it is shipped.
UNIT_TESTS = --lib --config profile.release.package.hotseat.opt-level=1

# Everything, against the real networks. The tests against a sound server compare its time with the clock's, so they run by
# themselves and one at a time.
test: setup
	cargo test --locked --release $(UNIT_TESTS)
	cargo test --locked --release --test integration -- $(DEVICE_TESTS:%=--skip %)
	cargo test --locked --release --test integration -- --test-threads=1 $(DEVICE_TESTS)

# The pure core by itself, to work on: it builds in seconds. All of its tests are among those of `make test`.
core: setup
	cargo test --locked --no-default-features

build: setup
	cargo build --locked --release

lint: setup
	cargo fmt --check
	cargo clippy --locked --release --no-default-features -- -D warnings
	cargo clippy --locked --release --all-targets -- -D warnings

# Says what the build needs and is missing, and installs it. Does nothing when all is there.
setup:
	@sh .ci/setup
