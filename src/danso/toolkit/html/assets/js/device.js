// A key of this browser's own as a factor: made here, kept in IndexedDB, never to be taken out
// (extractable is false). What it signs is bound to this site, the use and one challenge.

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };

function store(mode, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("danso-device", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const change = opening.result.transaction("keys", mode);
      const asked = work(change.objectStore("keys"));
      change.oncomplete = () => resolve(asked.result);
      change.onerror = () => reject(change.error);
    };
  });
}

function base64(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)));
}

async function sign(key, use, challenge) {
  const said = new TextEncoder().encode(["danso device key 1", use, location.origin, challenge].join("\n"));
  return base64(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, said));
}

async function add(form) {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  const open = base64(await crypto.subtle.exportKey("spki", pair.publicKey));
  form.elements.signature.value = await sign(pair.privateKey, "add", form.dataset.challenge);
  form.elements.public.value = open;
  await store("readwrite", (keys) => keys.put(pair.privateKey, open));
}

async function give(form) {
  for (const known of form.querySelectorAll("[data-device-key]")) {
    const key = await store("readonly", (keys) => keys.get(known.value));
    if (!key) continue;
    form.elements.key.value = known.dataset.deviceKey;
    form.elements.signature.value = await sign(key, "give", form.dataset.challenge);
    return;
  }
  throw new Error("no key of this account is here");
}

export function startDevice(scope) {
  const form = scope.querySelector("form[data-device]");
  if (!form) return;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await (form.dataset.device === "add" ? add : give)(form);
    } catch {
      form.querySelector("[data-device-fault]").hidden = false;
      return;
    }
    form.submit();
  });
}
