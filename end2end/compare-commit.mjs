// Compares this build with an earlier one in the folder that is the argument: documents of the home
// screen per second and idle memory, medians over rounds in which the two take turns. Fails if this
// build serves less than 0.7 of the earlier one's documents.
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serverBinary, siteDir, startSite } from "./site.mjs";

const ROUNDS = 7;
const LEAST_SHARE = 0.7;
const earlier = resolve(process.argv[2]);
const builds = {
  earlier: { binary: join(earlier, "scribble"), site: join(earlier, "site"), rates: [], memory: [] },
  present: { binary: serverBinary, site: siteDir, rates: [], memory: [] },
};

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/// Resident memory of a process in MB.
async function residentMemory(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return (Number(status.match(/^VmRSS:\s+(\d+) kB$/m)[1]) * 1024) / 1e6;
}

/// Documents per second over 4 s, from 8 connections of a browser that accepts Brotli.
function requestRate(url) {
  const output = execFileSync("wrk", ["-t1", "-c8", "-d4s", "-H", "Accept-Encoding: gzip, deflate, br", url], { encoding: "utf8" });
  if (/Non-2xx|Socket errors/.test(output)) throw new Error(output);
  return Number(output.match(/Requests\/sec:\s+([\d.]+)/)[1]);
}

for (let round = 0; round < ROUNDS; round += 1) {
  for (const build of Object.values(builds)) {
    const site = await startSite({ SCRIBBLE_SITE_DIR: build.site }, undefined, build.binary);
    try {
      await fetch(site.base);
      await sleep(2000);
      build.memory.push(await residentMemory(site.pid));
      build.rates.push(requestRate(`${site.base}/`));
    } finally {
      await site.stop();
    }
  }
}
for (const [name, { rates, memory }] of Object.entries(builds)) {
  console.log(`${name}: ${median(rates).toFixed(0)} documents of / a second, ${median(memory).toFixed(1)} MB idle`);
}
const share = median(builds.present.rates) / median(builds.earlier.rates);
console.log(`${share < LEAST_SHARE ? "! " : "  "}share of the earlier build: ${share.toFixed(2)}; at least ${LEAST_SHARE}`);
if (share < LEAST_SHARE) process.exitCode = 1;
