// Build what the browser loads: src/danso/toolkit/html/assets + npm packages (+ folders named as arguments) -> build/static.
//
// The output folder is a finished STATIC_ROOT: each file under its plain name and under a name that
// carries its hash, gzip and brotli beside it, and Django's manifest (staticfiles.json). No collectstatic.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import * as sass from "sass";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const assets = join(root, "src/danso/toolkit/html/assets");
const finished = join(root, "build/static");
const out = `${finished}.new`;
const fonts = dirname(createRequire(import.meta.url).resolve("@fontsource/be-vietnam-pro/400.css"));
const paths = {};

function put(name, bytes) {
  const ext = extname(name);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const hashed = `${name.slice(0, -ext.length)}.${hash}${ext}`;
  for (const target of [name, hashed]) {
    const path = join(out, target);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    if ([".css", ".js", ".svg", ".json"].includes(ext)) compress(path, bytes);
  }
  paths[name] = hashed;
  return hashed;
}

function compress(path, bytes) {
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
}

function putFonts() {
  for (const subset of ["latin", "latin-ext", "vietnamese"]) {
    for (const weight of [400, 700]) {
      const name = `be-vietnam-pro-${subset}-${weight}-normal.woff2`;
      put(`danso/fonts/${name}`, readFileSync(join(fonts, "files", name)));
    }
  }
  put("danso/fonts/LICENSE.txt", readFileSync(join(fonts, "LICENSE")));
}

function putImages() {
  for (const name of readdirSync(join(assets, "images")).sort()) {
    put(`danso/${name}`, readFileSync(join(assets, "images", name)));
  }
}

function putStyles() {
  const { css } = sass.compile(join(assets, "sass/danso.scss"), {
    style: "compressed",
    importers: [new sass.NodePackageImporter(root)],
    charset: false,
    quietDeps: true,
  });
  const linked = css.replace(/url\("(fonts\/[^"]+)"\)/g, (_, name) => {
    const hashed = paths[`danso/${name}`];
    if (!hashed) throw new Error(`the stylesheet names ${name}, which is not built`);
    return `url("${hashed.slice("danso/".length)}")`;
  });
  put("danso/danso.css", Buffer.from(linked));
}

// Folders named on the command line hold static files of Python packages, as Django would collect them.
function putPackaged() {
  for (const folder of process.argv.slice(2)) {
    for (const name of readdirSync(folder, { recursive: true }).sort()) {
      if (extname(name) === ".js") put(name.replaceAll("\\", "/"), readFileSync(join(folder, name)));
    }
  }
}

async function putScripts() {
  const result = await build({
    entryPoints: ["danso.js", "charts.js", "proof.js"].map((name) => join(assets, "js", name)),
    bundle: true,
    format: "esm",
    minify: true,
    target: ["es2021"],
    legalComments: "inline",
    nodePaths: [join(root, "node_modules")],
    outdir: join(out, "danso"),
    write: false,
  });
  for (const file of result.outputFiles.sort((a, b) => a.path.localeCompare(b.path))) {
    put(`danso/${file.path.split(/[\\/]/).pop()}`, Buffer.from(file.contents));
  }
}

rmSync(out, { recursive: true, force: true });
putFonts();
putImages();
putStyles();
putPackaged();
await putScripts();
const sorted = Object.fromEntries(Object.entries(paths).sort());
writeFileSync(join(out, "staticfiles.json"), JSON.stringify({ paths: sorted, version: "1.1", hash: "" }, null, 1));
rmSync(finished, { recursive: true, force: true });
renameSync(out, finished);
console.log(`${Object.keys(paths).length} files in build/static`);
