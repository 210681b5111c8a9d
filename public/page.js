// The screen of a page: tells how far its drawing is, and prints on a sheet that lies the way the drawing does.
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
  if (!(job.status in words)) return location.reload();
  waiting.querySelector("p").textContent = words[job.status];
  waiting.querySelector("progress").value = job.progress;
}

document.querySelector("[data-print]")?.addEventListener("click", (event) => {
  event.preventDefault();
  const drawing = document.querySelector(".paper img");
  document.querySelector(".paper").toggleAttribute("data-wide", drawing.naturalWidth > drawing.naturalHeight);
  print();
});
