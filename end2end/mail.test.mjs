// Mail over SMTP: delivery with retries, format of the message, and no secrets in the log.
import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SMTPServer } from "smtp-server";
import { findFreePort, password, startSite } from "./site.mjs";

/// An SMTP server that accepts the login `scribble` and records the messages it receives.
async function startMailServer(port) {
  const messages = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    onAuth: ({ username, password }, _session, done) =>
      username === "scribble" && password === "let me in" ? done(null, { user: username }) : done(new Error("no")),
    onData(stream, session, done) {
      const chunks = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("end", () => {
        messages.push({ to: session.envelope.rcptTo.map((to) => to.address), text: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { messages, stop: () => new Promise((resolve) => server.close(resolve)) };
}

async function messageTo(server, email, seconds) {
  for (let tries = 0; tries < seconds * 10; tries += 1) {
    const message = server.messages.find(({ to }) => to.includes(email));
    if (message) return message.text;
    await sleep(100);
  }
  throw new Error(`no message to ${email}`);
}

const post = (site, path, body) =>
  fetch(`${site.base}/api/v1/auth/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("mail over SMTP", async (t) => {
  const email = "mia@example.org";
  const port = await findFreePort();
  const site = await startSite({
    SCRIBBLE_MAIL_URL: `smtp://scribble:let%20me%20in@127.0.0.1:${port}`,
    SCRIBBLE_MAIL_FROM: "Scribble Machine <hello@scribble.example>",
    RUST_LOG: "trace",
  });
  let mailServer;
  let message;
  let code;
  let cookies;
  try {
    await t.test("an unreachable mail server delays no request", async () => {
      const start = performance.now();
      assert.equal((await post(site, "signup", { email, password })).status, 202);
      assert.ok(performance.now() - start < 5_000, "the request waited for the mail server");
      assert.equal((await fetch(`${site.base}/readyz`)).status, 200);
    });

    await t.test("the mail is delivered once the server is reachable", async () => {
      mailServer = await startMailServer(port);
      message = await messageTo(mailServer, email, 60);
      assert.match(message, /^From: "?Scribble Machine"? <hello@scribble.example>\r$/m);
      assert.match(message, /^Message-ID: <.+>\r$/m);
    });

    await t.test("the subject starts with the code, which is valid", async () => {
      [, code] = message.match(/^Subject: (\d{6}) is your Scribble Machine code\r$/m);
      const response = await post(site, "verify-otp", { email, code });
      assert.equal(response.status, 200);
      cookies = response.headers.getSetCookie();
    });

    await t.test("the message has a text and an HTML part", () => {
      assert.match(message, /multipart\/alternative/);
      assert.match(message, /text\/plain/);
      assert.match(message, /text\/html/);
    });

    await t.test("the message has no images or links to track it", () => {
      assert.doesNotMatch(message, /<img|http/);
    });

    await t.test("a log at level `trace` holds no secret", () => {
      const log = site.log.join("\n");
      assert.ok(log.includes("DEBUG"), "the log level is too low");
      const tokens = cookies.map((cookie) => cookie.split(";")[0].split("=")[1]);
      assert.ok(tokens.length >= 2, "no session cookies");
      for (const secret of [code, email, password, "let me in", "let%20me%20in", ...tokens]) {
        assert.ok(!log.includes(secret), `the log holds ${secret}`);
      }
    });
  } finally {
    await site.stop();
    await mailServer?.stop();
  }
});
