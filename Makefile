# The commands of the project. The first lines of a script in bin/ say what the script does.
.PHONY: run watch build test browsers bench bench-server bench-commit jpegs chaos size hostile speed vitals timing screenshots sheet fuzz install-pictures

run:
	@bin/run

# Development server: rebuilds on every change and reloads the browser. The site of a release build
# is removed because the server prefers its compressed files to newer uncompressed ones.
watch:
	@bin/setup release && . bin/environment && rm -rf target/site && cargo leptos watch

# The release, as it is shipped.
build:
	@bin/setup release && bin/build

test:
	@bin/test

# The most important journeys in Chromium, Firefox and WebKit.
browsers:
	@bin/browsers

bench:
	@bin/bench

bench-server:
	@bin/bench-server

# The server beside that of an earlier commit: make bench-commit COMMIT=2050814
bench-commit:
	@bin/bench-commit $(COMMIT)

# Differential test of the JPEG decoder on FILES generated files.
FILES ?= 2500
jpegs:
	@bin/compare-jpegs $(FILES) $(SEED)

# Fault injection at full length, on both databases.
chaos:
	@bin/chaos

# Sends 30,000 damaged files to the upload route of a running server.
hostile:
	@bin/setup test && . bin/environment && SCRIBBLE_HOSTILE_FILES=30000 cargo nextest run -p scribble --test process --no-capture hostile_uploads::

size:
	@bin/setup test && bin/build && . bin/environment && node end2end/size.mjs

speed:
	@bin/setup test && bin/build && . bin/environment && node end2end/speed.mjs

# Lighthouse on every screen, and the response time of the Create screen.
vitals:
	@bin/setup test && bin/build && . bin/environment && node end2end/vitals.mjs

# Timing test: sign-in must take as long for an unknown address as for a known one.
timing:
	@bin/setup test && bin/build && . bin/environment && node end2end/timing.mjs

screenshots:
	@bin/setup test && bin/build && . bin/environment && node end2end/screenshots.mjs

# Writes the icons and screenshots of the installable app into public/.
install-pictures:
	@bin/setup test && bin/build && . bin/environment && node end2end/install.mjs

# Contact sheet of photos, each with its drawing in all four presets:
# make sheet PHOTOS="cat.jpg dog.jpg" [SHEET=sheet.png]
PHOTOS = $(wildcard lineart/tests/photos/*.png)
SHEET = sheet.png
sheet:
	@bin/setup && . bin/environment && cargo run --release --quiet -p lineart --example contact_sheet -- "$(SHEET)" $(PHOTOS)

# Fuzzes the engine with damaged files and synthetic photos for MINUTES; fails if it finds an error.
MINUTES ?= 1
fuzz:
	@. bin/environment && nice -n 15 cargo run --quiet --release --package lineart --example fuzz -- $(MINUTES) $(SEED)
