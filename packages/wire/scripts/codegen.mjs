/** Makes gen/hearsay.js and gen/hearsay.d.ts from the schemas in proto/. Run by `pnpm run codegen` and by the build. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pbjs from 'protobufjs-cli/pbjs.js';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

/** Only what the codec uses: encode and decode. The root's name keeps two versions in one process apart. */
const options = [
  ...['--target', 'static-module', '--wrap', 'esm', '--es6', '--dts', '--root', 'hearsay-wire-v1'],
  ...['--no-verify', '--no-convert', '--no-delimited', '--no-service', '--no-create', '--no-typeurl'],
  ...['--path', path('proto'), '--out', path('gen/hearsay.js')],
];
const schemas = ['packet', 'store'].map((name) => path(`proto/hearsay/wire/v1/${name}.proto`));

mkdirSync(path('gen'), { recursive: true });
pbjs.main([...options, ...schemas], (error) => {
  if (error) {
    process.stderr.write(`codegen failed: ${error.message}\n`);
    process.exitCode = 1;
  }
});
