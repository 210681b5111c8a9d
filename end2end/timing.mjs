// Timing side channel of account existence: response times for known and unknown addresses.
// Fails if the medians differ by more than five per cent. Run on an idle machine.
import { mailedCode, password, startSite } from "./site.mjs";

const ACCOUNTS = 80;
const MAX_DIFFERENCE = 0.05;
const site = await startSite();

/// Milliseconds until the response has arrived; throws unless it has this status.
async function timePost(path, body, status) {
  const start = performance.now();
  const response = await fetch(`${site.base}/api/v1/auth/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const duration = performance.now() - start;
  if (response.status !== status) throw new Error(`${path}: ${response.status} ${text}`);
  return duration;
}

const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];

let failed = false;
try {
  const known = Array.from({ length: ACCOUNTS }, (_, n) => `known${String(n).padStart(3, "0")}@example.org`);
  for (const email of known) {
    await timePost("signup", { email, password }, 202);
    await timePost("verify-otp", { email, code: await mailedCode(site.base, email) }, 200);
  }
  const endpoints = {
    signin: { status: 401, body: (email) => ({ email, password: "not the password" }) },
    "magic-link": { status: 202, body: (email) => ({ email }) },
    "reset-password-request": { status: 202, body: (email) => ({ email }) },
    signup: { status: 202, body: (email) => ({ email, password }) },
  };
  for (const [path, { status, body }] of Object.entries(endpoints)) {
    const times = { known: [], unknown: [] };
    for (const email of known) {
      // Interleaved, each kind first equally often, so that drift of the machine affects both.
      const pairs = [["known", email], ["unknown", email.replace("known", `no-${path}-`)]];
      if (times.known.length % 2) pairs.reverse();
      for (const [kind, address] of pairs) times[kind].push(await timePost(path, body(address), status));
    }
    const ratio = median(times.known) / median(times.unknown);
    const differs = Math.abs(ratio - 1) > MAX_DIFFERENCE;
    failed ||= differs;
    console.log(
      `${path}: ${median(times.known).toFixed(2)} ms with an account, ${median(times.unknown).toFixed(2)} ms without,`,
      `ratio ${ratio.toFixed(3)}${differs ? ": TOO FAR" : ""}`,
    );
  }
} finally {
  await site.stop();
}
process.exitCode = failed ? 1 : 0;
