// Beside the account panel: while somebody types, a worker does the proof of work that a sign-up has to bring, and the
// form learns what kind of device this is. Loaded when the form is first touched.
const forms = document.querySelectorAll("form.credentials");
const signsUp = (form) => form.getAttribute("action") === "/auth/sign-up";
let begun, loaded;

// Coarse on purpose: what a whole class of devices has in common. The server keeps a keyed hash of it.
const fingerprint = () =>
  [
    `${screen.width}x${screen.height}`,
    devicePixelRatio,
    screen.colorDepth,
    navigator.hardwareConcurrency,
    navigator.maxTouchPoints,
    navigator.language,
    Intl.DateTimeFormat().resolvedOptions().timeZone,
  ].join(" ");

async function solve(challenge) {
  const module = await WebAssembly.compileStreaming(fetch("/pkg/scribble.wasm"));
  return new Promise((resolve) => {
    const worker = new Worker("/worker.js", { type: "module" });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data ? btoa(JSON.stringify({ challenge, solution: data })) : "");
    };
    worker.onerror = () => resolve("");
    worker.postMessage({ module, solve: challenge.parameters });
  });
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Google's script is asked for only where the site is set up for it, and once.
function google(key) {
  loaded ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `https://www.google.com/recaptcha/api.js?render=${key}`;
    script.onload = () => grecaptcha.ready(resolve);
    script.onerror = reject;
    document.head.append(script);
  });
  return loaded;
}

function token(key) {
  const said = google(key).then(() => grecaptcha.execute(key, { action: "signup" }));
  return Promise.race([said, pause(5000)]).catch(() => "");
}

function begin() {
  begun = fetch("/api/v1/auth/challenge")
    .then((answer) => answer.json())
    .then(({ challenge, site_key: key }) => {
      // It is to see the form filled in.
      if (key) google(key).catch(() => {});
      return { key, work: challenge ? solve(challenge) : "" };
    });
  // Said again where it is asked for.
  begun.catch(() => {});
}

// A token is good for two minutes: it is asked for when the form is sent. Who has one needs the work only where the
// server cannot reach Google, and does not wait long for it.
async function prove() {
  const { key, work } = await begun;
  const said = key ? await token(key) : "";
  return [said, await (said ? Promise.race([work, pause(2000)]) : work)].filter(Boolean).join(" ");
}

function fill(form, captcha) {
  for (const [name, value] of Object.entries({ captcha, fingerprint: fingerprint() })) {
    const field = form.elements[name];
    if (field) field.value = value;
  }
}

// Before the panel sends the form: if the sum is not done yet, the form waits for it. Each is good for one sign-up.
document.addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter } = event;
    if (![...forms].includes(form) || !signsUp(form) || submitter?.hasAttribute("formaction")) return;
    if (form.dataset.proved) {
      delete form.dataset.proved;
      begin();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    form.setAttribute("aria-busy", "true");
    void prove().catch(() => "").then((captcha) => {
      // Not before this event has ended: until then a browser drops a second one of the same form.
      setTimeout(() => {
        form.removeAttribute("aria-busy");
        fill(form, captcha);
        form.dataset.proved = "yes";
        form.requestSubmit(submitter);
      });
    });
  },
  true,
);
begin();
