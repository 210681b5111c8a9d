// Mail over SMTP: a real server takes it, and a dead one holds up nobody.
import assert from "node:assert/strict";
import test from "node:test";
import { SMTPServer } from "smtp-server";
import { freePort, password, startSite } from "./site.mjs";

/// A mail server on this port that lets one sender in, and what it was given.
async function startMailServer(port) {
  const letters = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    onAuth: ({ username, password }, _session, done) =>
      username === "scribble" && password === "let me in" ? done(null, { user: username }) : done(new Error("no")),
    onData(stream, session, done) {
      const parts = [];
      stream.on("data", (part) => parts.push(part));
      stream.on("end", () => {
        letters.push({ to: session.envelope.rcptTo.map((to) => to.address), text: Buffer.concat(parts).toString() });
        done();
      });
    },
  });
  await new Promise((listening) => server.listen(port, "127.0.0.1", listening));
  return { letters, stop: () => new Promise((stopped) => server.close(stopped)) };
}

async function letterTo(server, email, seconds) {
  for (let tries = 0; tries < seconds * 10; tries += 1) {
    const letter = server.letters.find(({ to }) => to.includes(email));
    if (letter) return letter.text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no letter to ${email}`);
}

const post = (site, path, body) =>
  fetch(`${site.base}/api/v1/auth/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("a code goes out by SMTP as text and HTML, first in the subject, and a dead server holds up nobody", async () => {
  const port = await freePort();
  const site = await startSite({
    SCRIBBLE_MAIL_URL: `smtp://scribble:let%20me%20in@127.0.0.1:${port}`,
    SCRIBBLE_MAIL_FROM: "Scribble Machine <hello@scribble.example>",
    RUST_LOG: "trace",
  });
  let mail;
  try {
    const email = "mia@example.org";
    const began = performance.now();
    // Nobody listens yet.
    assert.equal((await post(site, "signup", { email, password })).status, 202);
    assert.ok(performance.now() - began < 5_000, "the request waited for the mail server");
    assert.equal((await fetch(`${site.base}/readyz`)).status, 200);

    mail = await startMailServer(port);
    const letter = await letterTo(mail, email, 60);
    assert.match(letter, /^From: "?Scribble Machine"? <hello@scribble.example>\r$/m);
    assert.match(letter, /^Message-ID: <.+>\r$/m);
    const [, code] = letter.match(/^Subject: (\d{6}) is your Scribble Machine code\r$/m);
    assert.match(letter, /multipart\/alternative/);
    assert.match(letter, /text\/plain/);
    assert.match(letter, /text\/html/);
    // Nothing that would tell who opened it.
    assert.doesNotMatch(letter, /<img|http/);
    const answer = await post(site, "verify-otp", { email, code });
    assert.equal(answer.status, 200);

    // Not even the most talkative log holds a secret.
    const log = site.log.join("\n");
    assert.ok(log.includes("DEBUG"), "the log says little");
    for (const secret of [code, email, password, "let me in", "let%20me%20in"]) {
      assert.ok(!log.includes(secret), `the log holds ${secret}`);
    }
    for (const cookie of answer.headers.getSetCookie()) {
      const value = cookie.split(";")[0].split("=")[1];
      assert.ok(!log.includes(value), "the log holds a token");
    }
  } finally {
    await site.stop();
    await mail?.stop();
  }
});
