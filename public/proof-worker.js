// Solves one challenge of ALTCHA, version 2 (PBKDF2 with SHA-256): counts until a derived key begins as it has to.
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

async function solve({ nonce, salt, cost, keyLength, keyPrefix }) {
  const began = performance.now();
  const secret = new Uint8Array([...fromHex(nonce), 0, 0, 0, 0]);
  const number = new DataView(secret.buffer, secret.length - 4);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: fromHex(salt), iterations: cost };
  for (let counter = 0; ; counter += 1) {
    number.setUint32(0, counter);
    const key = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
    const derivedKey = toHex(new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8)));
    if (derivedKey.startsWith(keyPrefix)) {
      return { counter, derivedKey, time: performance.now() - began };
    }
  }
}

// Without https there is no crypto to count with.
onmessage = ({ data }) => solve(data).then(postMessage, () => postMessage(null));
