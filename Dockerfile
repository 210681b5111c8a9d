# The `scribble` command and the site, built as by `make build`. bin/setup installs what it needs.
FROM rust:1-bookworm AS build
WORKDIR /scribble
COPY . .
ENV SCRIBBLE_CACHE=/cache
RUN bin/setup release && bin/build

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home scribble && install -d -o scribble /data
COPY --from=build /cache/target/release/scribble /usr/local/bin/scribble
COPY --from=build /scribble/target/site /site
ENV SCRIBBLE_SITE_DIR=/site SCRIBBLE_DATA_DIR=/data SCRIBBLE_ADDR=0.0.0.0:3000
EXPOSE 3000
USER scribble
ENTRYPOINT ["scribble"]
CMD ["serve"]
