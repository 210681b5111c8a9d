// The screen of a page: tells how far its drawing is, prints on a sheet that lies the way the drawing does, saves its
// files, hands the picture to the system's share sheet, shows it large, and opens the paints.
const waiting = document.querySelector("[data-job]");
// In the language of the screen.
const words = { waiting: waiting?.dataset.waiting, drawing: waiting?.dataset.drawing };
if (waiting) follow(waiting.dataset.job);

function follow(id) {
  const address = `/api/v1/jobs/${id}`;
  const events = new EventSource(`${address}/events`);
  // Something on the way may hold events back: then ask instead.
  const impatience = setTimeout(ask, 3000);
  events.onmessage = (event) => {
    clearTimeout(impatience);
    tell(JSON.parse(event.data));
  };
  // The browser connects again by itself, unless it was refused.
  events.onerror = () => events.readyState === EventSource.CLOSED && ask();

  async function ask() {
    events.close();
    const answer = await fetch(address).catch(() => null);
    if (answer && !answer.ok) return location.reload();
    if (answer) tell(await answer.json());
    setTimeout(ask, 1000);
  }
}

function tell(job) {
  if (!(job.status in words)) {
    // For one glance of joy when it is there.
    if (job.status === "ready") sessionStorage.setItem("new", location.pathname);
    return location.reload();
  }
  waiting.querySelector("p").textContent = words[job.status];
  waiting.querySelector("progress").value = job.progress;
}

document.querySelector("[data-print]")?.addEventListener("click", (event) => {
  event.preventDefault();
  const drawing = document.querySelector(".paper img");
  document.querySelector(".paper").toggleAttribute("data-wide", drawing.naturalWidth > drawing.naturalHeight);
  print();
});

const paper = document.querySelector("[data-kept]");
if (paper && sessionStorage.getItem("new") === location.pathname) {
  sessionStorage.removeItem("new");
  paper.classList.add("unveiled");
}

const share = document.querySelector("[data-share]");
const picture = (...content) => new File(content, `${share.dataset.title}.png`, { type: "image/png" });
if (share && navigator.canShare?.({ files: [picture("")] })) {
  share.hidden = false;
  let file;
  share.addEventListener("click", async () => {
    try {
      file ??= picture(await (await fetch(share.dataset.share)).blob());
      await navigator.share({ files: [file], title: share.dataset.title });
    } catch (refused) {
      // Closed by the person; or it took so long to fetch that they have to ask again, which is then quick.
      if (!["AbortError", "NotAllowedError"].includes(refused.name)) throw refused;
    }
  });
}

// Without a script the browser saves the files itself, and does nothing at all where there is no connection.
const SAVING = 20_000;
const unsaved = document.querySelector("[data-unsaved]");
for (const link of document.querySelectorAll(".page-actions [download]")) link.addEventListener("click", save);

async function save(event) {
  event.preventDefault();
  const { href } = event.currentTarget;
  const { pathname } = new URL(href);
  const kind = pathname.split("/").at(-1);
  unsaved.textContent = "";
  unsaved.toggleAttribute("data-said", false);
  try {
    // Under the address at which the service worker keeps it; a PDF it does not keep.
    const answer = await fetch(kind === "pdf" ? href : pathname, { signal: AbortSignal.timeout(SAVING) });
    // Somebody who was signed out meanwhile is led to sign in.
    if (!answer.ok || answer.redirected) return location.assign(href);
    const file = URL.createObjectURL(await answer.blob());
    Object.assign(document.createElement("a"), { href: file, download: `${share.dataset.title}.${kind}` }).click();
    setTimeout(() => URL.revokeObjectURL(file), 60_000);
  } catch {
    unsaved.textContent = unsaved.dataset.unsaved;
    unsaved.toggleAttribute("data-said", true);
  }
}

document.querySelector("[data-large]")?.addEventListener("click", async (event) => {
  event.preventDefault();
  (await import("/large.js")).open();
});

const colour = document.querySelector("[data-colour]");
colour?.addEventListener("click", async () => (await import("/colour.js")).open(document.querySelector(".colouring")));
