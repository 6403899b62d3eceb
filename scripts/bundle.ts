import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { PACKED_CATALOGUE, packCatalogue } from '../functions/packed-catalogue.ts';
import { loadCatalogue } from '../shared/catalogue/load-catalogue.ts';

export const FUNCTIONS = ['api', 'reconcile', 'tick'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** Those that answer or act by the catalogue; `tick` knows nothing of it. */
const WITH_CATALOGUE: readonly FunctionName[] = ['api', 'reconcile'];

/** What CommonJS packages expect of the module that they are in. */
const REQUIRE =
  "import { createRequire as _createRequire } from 'node:module';const require=_createRequire(import.meta.url);";

/**
 * zod's `z` is an object of all that zod has, its words in fifty languages too, and is bundled whole. As a namespace it is
 * the same to its users, and esbuild leaves out what nobody uses: 85 KB remain of 450.
 */
const zodAsNamespace: Plugin = {
  name: 'zod-as-namespace',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/](shared|functions)[\\/].*\.ts$/, namespace: 'file' }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return {
        contents: source.replace("import { z } from 'zod'", "import * as z from 'zod'"),
        loader: 'ts',
      };
    });
  },
};

/**
 * Has everything that we import late import the entry too, which is there already. So all that the entry needs is needed
 * by each of them, and lands in one file: esbuild makes a file of each set of modules that the same ones need, and the API's
 * start would be 26 files, which take a fifth longer to load than 10.
 */
function startInOneFile(entry: string): Plugin {
  return {
    name: 'start-in-one-file',
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, async ({ kind, path, resolveDir, importer }) => {
        if (kind !== 'dynamic-import' || importer === '') return undefined;
        const real = await resolve(path, { kind: 'import-statement', resolveDir, importer });
        return real.errors.length > 0 ? real : { path: real.path, namespace: 'late' };
      });
      onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
        contents: `import ${JSON.stringify(entry)}; export * from ${JSON.stringify(path)};`,
        resolveDir: dirname(path),
      }));
    },
  };
}

/**
 * One file of TypeScript with all that it imports, as Lambda wants it: ESM, minified, the SDK within; what is imported
 * late is in files of its own beside it. The same sources give the same bytes.
 * @param file relative to the repository.
 * @param folder is emptied first; its `index.mjs` is the entry.
 */
export async function bundle(file: string, folder: string, root: string = process.cwd()): Promise<Metafile> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { index: file },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Of a package that comes as both, the module: it halves the SDK; aws-facts.md.
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    minify: true,
    legalComments: 'none',
    banner: { js: REQUIRE },
    plugins: [zodAsNamespace, startInOneFile(join(root, file))],
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  // What was there stays until there is something in its place.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all(outputFiles.map(({ path, contents }) => writeFile(path, contents)));
  return metafile;
}

/** Builds `<out>/<function>/index.mjs`, whose handler is `index.handler`, and `<out>/<function>.meta.json` beside it. */
export async function bundleFunction(name: FunctionName, out = 'dist'): Promise<Metafile> {
  const folder = join(out, name);
  const metafile = await bundle(`functions/${name}/handler.ts`, folder);
  if (WITH_CATALOGUE.includes(name)) {
    await writeFile(join(folder, PACKED_CATALOGUE), packCatalogue(await loadCatalogue()));
  }
  await writeFile(join(out, `${name}.meta.json`), JSON.stringify(metafile));
  return metafile;
}

/** Bytes of everything that the entry needs before its handler can be called; what is imported late is not in it. */
export function bytesAtStart({ outputs }: Metafile): number {
  const entry = Object.keys(outputs).find((file) => file.endsWith('/index.mjs')) ?? '';
  const seen = new Set<string>();
  const visit = (file: string): void => {
    const output = outputs[file];
    if (output === undefined || seen.has(file)) return;
    seen.add(file);
    for (const { path, kind } of output.imports) if (kind === 'import-statement') visit(path);
  };
  visit(entry);
  return [...seen].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
}

/** Every source that is in the bundle, at its start or late. */
export function sourcesOf({ inputs }: Metafile): string[] {
  return Object.keys(inputs);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const name of FUNCTIONS) {
    const metafile = await bundleFunction(name);
    const all = Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
    const kilobytes = (bytes: number) => `${Math.round(bytes / 1024)} KB`;
    console.log(`dist/${name}: ${kilobytes(bytesAtStart(metafile))} at start, ${kilobytes(all)} in all`);
  }
}
