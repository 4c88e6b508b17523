// The proof of one journal entry, checked on the reader's own machine with nothing but SHA-256: from
// the entry's own text up to the root of a tree head that the reader may have kept. The format is
// docs/decisions/0001-leaf-format.md; the walk up is RFC 9162, section 2.1.3.2.

const encoder = new TextEncoder();

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("not hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function toHex(bytes) {
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}

function eightBytes(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
}

// A C2SP signed note: origin, size, root, time, an empty line, the signature (which needs the key
// and is left to the offline program).
export function readHead(text) {
  const [origin, size, root, stamp] = text.trim().split(/\r?\n/).map((line) => line.trim());
  if (!origin?.startsWith("danso-journal/") || !/^\d{1,15}$/.test(size ?? "") || !stamp?.startsWith("at ")) return null;
  try {
    const bytes = Uint8Array.from(atob(root), (one) => one.charCodeAt(0));
    return bytes.length === 32 ? { origin, size: Number(size), root: bytes } : null;
  } catch {
    return null;
  }
}

// Every step with its result: [{ step, hash }]; the last one is the root that the entry leads to.
export async function walk(proof, size) {
  const commitment = await sha256(fromHex(proof.salt), encoder.encode(proof.entry));
  const frame = joined(Uint8Array.of(0, 1), eightBytes(proof.position), eightBytes(proof.second));
  let node = await sha256(frame, commitment);
  const steps = [
    { step: "entry", hash: commitment },
    { step: "leaf", hash: node },
  ];
  let here = BigInt(proof.position);
  let last = BigInt(size) - 1n;
  if (here > last) throw new Error("beyond the tree");
  for (const text of proof.path) {
    const other = fromHex(text);
    if (other.length !== 32 || last === 0n) throw new Error("not a path of this tree");
    if (here & 1n || here === last) {
      node = await sha256(Uint8Array.of(1), other, node);
      steps.push({ step: "left", hash: node });
      while (!(here & 1n) && here !== 0n) {
        here >>= 1n;
        last >>= 1n;
      }
    } else {
      node = await sha256(Uint8Array.of(1), node, other);
      steps.push({ step: "right", hash: node });
    }
    here >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new Error("the path ends below the root");
  return steps;
}

// For a head of another size the path is another one; the root that counts is the reader's.
async function proofFor(box, own, head) {
  if (readHead(own.head).size === head.size) return { proof: own };
  const answer = await fetch(`${box.dataset.proof}?size=${head.size}`, { credentials: "same-origin" });
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return { proof: { ...own, path: said.path } };
  if (said.code === "position_not_sealed") return { word: "newer" };
  return { word: said.code === "head_unknown" ? "unknown" : "failed" };
}

async function judge(box, own, text) {
  const head = readHead(text);
  if (head === null) return { word: "unreadable" };
  if (readHead(own.head).origin !== head.origin) return { word: "elsewhere" };
  if (own.position >= head.size) return { word: "newer" };
  // The file to check offline is then the one under the same head.
  const link = document.querySelector("[data-proof-download]");
  if (link) link.href = `${box.dataset.proof}?size=${head.size}`;
  const { proof, word } = await proofFor(box, own, head);
  if (word) return { word };
  try {
    const steps = await walk(proof, head.size);
    const holds = toHex(steps.at(-1).hash) === toHex(head.root);
    return { word: holds ? "holds" : "broken", steps, kept: head.root };
  } catch {
    return { word: "broken" };
  }
}

function show(box, words, { word, steps = [], kept = null }) {
  const verdict = box.querySelector("[data-proof-verdict]");
  verdict.textContent = words[word];
  verdict.dataset.result = word;
  const lines = steps.map(({ step, hash }) => [words[`step-${step}`], toHex(hash)]);
  if (kept) lines.push([words["step-root"], toHex(steps.at(-1).hash)], [words["step-kept"], toHex(kept)]);
  box.querySelector("[data-proof-steps]").replaceChildren(
    ...lines.map(([text, hash]) => {
      const line = document.createElement("li");
      const code = document.createElement("code");
      code.textContent = hash;
      line.append(`${text}: `, code);
      return line;
    }),
  );
}

function start(box) {
  const own = JSON.parse(box.querySelector("[data-proof-file]").textContent);
  const words = {};
  for (const one of box.querySelector("[data-proof-words]").content.querySelectorAll("[data-word]")) {
    words[one.dataset.word] = one.textContent;
  }
  const button = box.querySelector("[data-proof-check]");
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      show(box, words, await judge(box, own, box.querySelector("textarea").value));
    } catch {
      show(box, words, { word: "failed" });
    } finally {
      button.disabled = false;
    }
  });
  box.hidden = false;
  for (const one of document.querySelectorAll("[data-proof-fallback]")) one.hidden = true;
}

if (globalThis.crypto?.subtle) document.querySelectorAll("[data-proof]").forEach(start);
