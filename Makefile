# The few commands of the project; each is a script that says in its first lines what it does.
.PHONY: run watch build test bench bench-server chaos size hostile speed vitals timing screenshots sheet fuzz install-pictures

run:
	@bin/run

# Rebuilds and reloads on every change.
watch:
	@bin/setup && . bin/environment && cargo leptos watch

build:
	@bin/setup && bin/build

test:
	@bin/test

bench:
	@bin/bench

bench-server:
	@bin/bench-server

# Every fault in full, on both databases.
chaos:
	@bin/chaos

# Damaged files, sent to the upload of a server.
hostile:
	@bin/setup test && . bin/environment && SCRIBBLE_HOSTILE_FILES=30000 cargo nextest run -p scribble --test process --no-capture hostile_uploads::

size:
	@bin/setup test && bin/build && . bin/environment && node end2end/size.mjs

speed:
	@bin/setup test && bin/build && . bin/environment && node end2end/speed.mjs

# Lighthouse on every screen, and how soon Create answers.
vitals:
	@bin/setup test && bin/build && . bin/environment && node end2end/vitals.mjs

# Whether the time of an answer tells who has an account.
timing:
	@bin/setup test && bin/build && . bin/environment && node end2end/timing.mjs

screenshots:
	@bin/setup test && bin/build && . bin/environment && node end2end/screenshots.mjs

# Icons and pictures of the installed app, into public/.
install-pictures:
	@bin/setup test && bin/build && . bin/environment && node end2end/install.mjs

# Photos beside their four presets: make sheet PHOTOS="cat.jpg dog.jpg" [SHEET=sheet.png]
PHOTOS = $(wildcard lineart/tests/photos/*.png)
SHEET = sheet.png
sheet:
	@bin/setup && . bin/environment && cargo run --release --quiet -p lineart --example contact_sheet -- "$(SHEET)" $(PHOTOS)

# Damaged files and made-up photos for MINUTES; ends with an error if it finds something.
MINUTES ?= 1
fuzz:
	@. bin/environment && nice -n 15 cargo run --quiet --release --package lineart --example fuzz -- $(MINUTES) $(SEED)
