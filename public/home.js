// The first screen: the divider follows the finger, and a photo that is picked here is opened in the studio.
// The browser's offer to install comes once, and perhaps before the script that passes it on.
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  globalThis.offer = event;
});

const pair = document.querySelector(".compare");
const slider = pair.querySelector("input");
// Not before the pictures are there and painted.
addEventListener("load", () => setTimeout(more, 300));

async function more() {
  // Without it the screen does all it did before.
  import("/app.js").catch(() => {});
  (await import("/slide.js")).sidewaysOnly(slider);
}

slider.addEventListener("input", () => pair.style.setProperty("--split", `${slider.value}%`));

// Without a script the link leads to where a photo is chosen.
const link = document.querySelector(".hero [data-accept]");
const field = Object.assign(document.createElement("input"), {
  type: "file",
  accept: link.dataset.accept,
  multiple: true,
  className: "unseen",
});
const label = Object.assign(document.createElement("label"), { className: link.className });
label.append(link.textContent, field);
link.replaceWith(label);

field.addEventListener("change", async () => {
  const photos = [...field.files];
  // Back on this screen, the same photo can be picked again.
  field.value = "";
  if (!photos.length) return;
  let studio = "/create";
  try {
    const { hand } = await import("/studio/store.js");
    studio = await hand(photos);
  } catch {
    // A browser that keeps nothing: there it has to be chosen once more.
  }
  location.assign(studio);
});
