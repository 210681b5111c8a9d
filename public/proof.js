// Beside the account panel: while somebody types, a worker does the proof of work that a sign-up has to bring, and the
// form learns what kind of device this is. Loaded when the form is first touched.
const forms = document.querySelectorAll("form.credentials");
const signsUp = (form) => form.getAttribute("action") === "/auth/sign-up";
let proof;

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

function solve(challenge) {
  return new Promise((resolve) => {
    const worker = new Worker("/proof-worker.js", { type: "module" });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data ? btoa(JSON.stringify({ challenge, solution: data })) : "");
    };
    worker.onerror = () => resolve("");
    worker.postMessage(challenge.parameters);
  });
}

// Google's script is asked for only where the site is set up for it.
function token(key) {
  return new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = `https://www.google.com/recaptcha/api.js?render=${key}`;
    script.onload = () => grecaptcha.ready(() => grecaptcha.execute(key, { action: "signup" }).then(resolve, () => resolve("")));
    script.onerror = () => resolve("");
    document.head.append(script);
    setTimeout(resolve, 5000, "");
  });
}

async function prove() {
  const answer = await fetch("/api/v1/auth/challenge").then((answer) => answer.json());
  const work = answer.challenge ? solve(answer.challenge) : "";
  const said = answer.site_key ? token(answer.site_key) : "";
  return (await Promise.all([said, work])).filter(Boolean).join(" ");
}

function begin() {
  proof = prove().catch(() => "");
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
    void proof.then((captcha) => {
      form.removeAttribute("aria-busy");
      fill(form, captcha);
      form.dataset.proved = "yes";
      form.requestSubmit(submitter);
    });
  },
  true,
);
begin();
