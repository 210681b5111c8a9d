# The few commands of the project; each is a script in bin/ that says what it does.
.PHONY: run watch build test

run:
	@bin/run

# Rebuilds and reloads on every change.
watch:
	@bin/setup && . bin/environment && cargo leptos watch

build:
	@bin/setup && bin/build

test:
	@bin/test
