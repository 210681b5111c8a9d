// Does the time of an answer tell who has an account? Asks for known and unknown addresses in turn and compares the
// medians. Fails beyond five per cent. Wants a quiet machine.
import { codeFor, password, startSite } from "./site.mjs";

const ACCOUNTS = 80;
const ALLOWED = 0.05;
const site = await startSite();
const post = async (path, body) => {
  const began = performance.now();
  const answer = await fetch(`${site.base}/api/v1/auth/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  await answer.arrayBuffer();
  return performance.now() - began;
};
const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];

let failed = false;
try {
  const known = Array.from({ length: ACCOUNTS }, (_, n) => `known${String(n).padStart(3, "0")}@example.org`);
  for (const email of known) {
    await post("signup", { email, password });
    await post("verify-otp", { email, code: await codeFor(site.base, email) });
  }
  const questions = {
    signin: (email) => ({ email, password: "not the password" }),
    "magic-link": (email) => ({ email }),
    "reset-password-request": (email) => ({ email }),
    signup: (email) => ({ email, password }),
  };
  for (const [path, body] of Object.entries(questions)) {
    const times = { known: [], unknown: [] };
    for (const email of known) {
      // In turn, and each as often first.
      const pairs = [["known", email], ["unknown", email.replace("known", `no-${path}-`)]];
      if (times.known.length % 2) pairs.reverse();
      for (const [kind, address] of pairs) times[kind].push(await post(path, body(address)));
    }
    const ratio = median(times.known) / median(times.unknown);
    const far = Math.abs(ratio - 1) > ALLOWED;
    failed ||= far;
    console.log(
      `${path}: ${median(times.known).toFixed(2)} ms with an account, ${median(times.unknown).toFixed(2)} ms without,`,
      `ratio ${ratio.toFixed(3)}${far ? ": TOO FAR" : ""}`,
    );
  }
} finally {
  await site.stop();
}
process.exitCode = failed ? 1 : 0;
