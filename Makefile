# The two commands that matter: `make demo` and `make test`. `make help` lists the rest.

.DEFAULT_GOAL := help
.PHONY: help web test-web demo demo-web demo-wages demo-spend demo-employees test test-long lint setup advisories manual bench bench-jiff fuzz

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: ## run server, analyst and input parties, and print the sum (needs cargo alone)
	@./scripts/demo.sh

demo-web: web ## the same as pages in a browser: starts a server and prints the links (needs node)
	@./scripts/demo-web.sh

demo-wages: ## 130 firms with 960 cells each: every published figure against a plain computation
	cargo run --quiet --example campaign -- wages

demo-spend: ## 40 buyers, what they spend with whom
	cargo run --quiet --example campaign -- spend

demo-employees: ## 120 employees, ten questions
	cargo run --quiet --example campaign -- employees

web: ## the pages for browsers, in web/dist; the next build of the server has them (needs node)
	@./scripts/web.sh

test: lint web ## every test, at a size that takes minutes; `lint` comes first
	./scripts/wasm.sh vectors
	cd web && npm run --silent check && npm run --silent lint && npm run --silent test
	cargo test --all-features
	cd web && npm run --silent test:core && npm run --silent test:browser

test-web: web ## the tests of the pages alone, in a real browser
	./scripts/wasm.sh vectors
	cd web && npm run --silent check && npm run --silent lint && npm run --silent test
	cargo build
	cd web && npm run --silent test:core && npm run --silent test:browser

test-long: lint web ## the same tests at full size: 100,000 submissions, every crash point
	WEB_MPC_LONG=1 cargo test --all-features -- --nocapture
	cargo build --release --bins
	cd web && npm run --silent test:long

lint: setup ## format, clippy, docs, what may be depended on
	cargo fmt --check
	cargo clippy --all-targets --all-features -- -D warnings
	cargo check --lib --no-default-features
	cargo clippy --package web-mpc-wasm --features party --target wasm32-unknown-unknown -- -D warnings
	cargo clippy --package web-mpc-wasm --features after --target wasm32-unknown-unknown -- -D warnings
	cargo clippy --package web-mpc-wasm --features analyst --target wasm32-unknown-unknown -- -D warnings
	cargo clippy --package web-mpc-wasm --features figures --target wasm32-unknown-unknown -- -D warnings
	cargo clippy --package web-mpc-wasm --features sheets --target wasm32-unknown-unknown -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --all-features --document-private-items
	cargo deny check bans licenses sources
	@! grep -rnE 'todo!\(|unimplemented!\(|dbg!\(' src tests benches

setup: ## install what lint and tests need; safe to run twice
	@./scripts/setup.sh

manual: ## manual pages and shell completions, in target/manual
	cargo run --quiet --example manual -- target/manual

advisories: ## known flaws in dependencies (fetches the advisory database)
	cargo deny check advisories

bench: ## every figure beside its floor, in one run
	cargo bench --bench figures

bench-jiff: ## submissions per second, CPU and bytes beside JIFF's demo (needs node and npm)
	cargo bench --bench jiff

fuzz: ## every fuzz target for a minute (needs cargo-fuzz)
	@./scripts/fuzz.sh
