import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../run.mjs', import.meta.url));

/** Says where pnpm is, as `npm exec` would, and notes what it was asked. */
const FAKE_NPM = `
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');
appendFileSync(join(__dirname, 'log'), 'npm ' + process.argv.slice(2).join(' ') + '\\n');
console.log(join(__dirname, 'bin') + require('node:path').delimiter + process.env.PATH);
`;

/** Notes what it was asked; \`bad\` fails with 7, \`wait\` ends at a signal, only the first install writes the mark. */
const FAKE_PNPM = `#!${process.execPath}
const { appendFileSync, existsSync, mkdirSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const told = [process.env.TURBO_TELEMETRY_DISABLED, process.env.DO_NOT_TRACK];
appendFileSync('log', ['pnpm', ...args, ...told].join(' ') + '\\n');
if (args[0] === 'install' && !existsSync('node_modules')) {
  mkdirSync('node_modules', { recursive: true });
  writeFileSync('node_modules/.modules.yaml', '');
}
if (args[1] === 'bad') process.exit(7);
if (args[1] === 'wait') {
  const timer = setInterval(() => {}, 1000);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      appendFileSync('log', signal + '\\n');
      clearInterval(timer);
    });
  }
  console.log('waiting');
}
`;

describe('the bootstrap', () => {
  const trees = [];
  const plant = (manifest = {}) => {
    const tree = mkdtempSync(join(tmpdir(), 'hearsay-bootstrap-'));
    trees.push(tree);
    mkdirSync(join(tree, 'tools', 'bootstrap'), { recursive: true });
    mkdirSync(join(tree, 'bin'));
    copyFileSync(script, join(tree, 'tools', 'bootstrap', 'run.mjs'));
    const complete = { engines: { node: '>=20.19' }, packageManager: 'pnpm@1.2.3', ...manifest };
    writeFileSync(join(tree, 'package.json'), JSON.stringify(complete));
    writeFileSync(join(tree, 'pnpm-lock.yaml'), '');
    writeFileSync(join(tree, 'npm-cli.js'), FAKE_NPM);
    writeFileSync(join(tree, 'bin', 'pnpm'), FAKE_PNPM);
    chmodSync(join(tree, 'bin', 'pnpm'), 0o755);
    return tree;
  };
  const logOf = (tree) => readFileSync(join(tree, 'log'), 'utf8').trim().split('\n');
  /** An environment with nothing in it but what the bootstrap is promised. */
  const environment = (tree) => ({ PATH: dirname(process.execPath), npm_execpath: join(tree, 'npm-cli.js') });
  const run = (tree, args, env = environment(tree)) =>
    new Promise((resolve) => {
      execFile(process.execPath, [join(tree, 'tools', 'bootstrap', 'run.mjs'), ...args], { env }, (error, out, err) =>
        resolve({ status: error === null ? 0 : error.code, out, err }),
      );
    });

  let tree = '';
  beforeEach(() => {
    tree = plant();
  });
  afterEach(() => {
    for (const planted of trees.splice(0)) rmSync(planted, { recursive: true, force: true });
  });

  it('asks npm for the pnpm that package.json names, installs, and runs the script with its arguments', async () => {
    expect(await run(tree, ['demo', '--once', '--nodes', '3'])).toMatchObject({ status: 0 });
    expect(logOf(tree)).toEqual([
      'npm exec --yes --package pnpm@1.2.3 -- node -p process.env.PATH',
      'pnpm install --frozen-lockfile 1 1',
      'pnpm run demo --once --nodes 3 1 1',
    ]);
  });

  it('installs once, and again only when the lockfile is newer than the installation', async () => {
    await run(tree, ['demo']);
    await run(tree, ['demo']);
    expect(logOf(tree).filter((line) => line.startsWith('pnpm install'))).toHaveLength(1);
    const earlier = new Date(Date.now() - 60_000);
    utimesSync(join(tree, 'node_modules', '.modules.yaml'), earlier, earlier);
    await run(tree, ['demo']);
    await run(tree, ['demo']);
    expect(logOf(tree).filter((line) => line.startsWith('pnpm install'))).toHaveLength(2);
  });

  it('hands on the exit status of the script', async () => {
    expect(await run(tree, ['bad'])).toMatchObject({ status: 7 });
  });

  it('refuses a Node below the floor with one line', async () => {
    const old = plant({ engines: { node: '>=99.1' } });
    const { status, out, err } = await run(old, ['demo']);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toBe(`Hearsay needs Node 99.1 or later; this is ${process.versions.node}.\n`);
  });

  it('takes the npm on the PATH when another package manager started it', async () => {
    writeFileSync(join(tree, 'bin', 'npm'), `#!${process.execPath}\n${FAKE_NPM.replaceAll('__dirname', `'${tree}'`)}`);
    chmodSync(join(tree, 'bin', 'npm'), 0o755);
    const env = { PATH: join(tree, 'bin'), npm_execpath: join(tree, 'bin', 'pnpm') };
    expect(await run(tree, ['demo'], env)).toMatchObject({ status: 0 });
    expect(logOf(tree)[0]).toMatch(/^npm exec/);
  });

  it('says so when there is no npm', async () => {
    const { status, err } = await run(tree, ['demo'], { PATH: join(tree, 'empty') });
    expect(status).toBe(1);
    expect(err).toMatch(/npm could not provide pnpm@1\.2\.3/);
  });

  it.each(['SIGINT', 'SIGTERM'])('forwards %s and waits for the script to end', async (signal) => {
    const child = spawn(process.execPath, [join(tree, 'tools', 'bootstrap', 'run.mjs'), 'wait'], {
      env: environment(tree),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(logOf(tree).at(-1)).toBe(signal);
  });

  it('ends the script when the npm that started it was ended', async () => {
    const shell = `${process.execPath} tools/bootstrap/run.mjs wait; true`;
    const env = { ...environment(tree), npm_lifecycle_event: 'start' };
    const child = spawn('/bin/sh', ['-c', shell], { cwd: tree, env, stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    // The pipe closes when the last process that holds it has gone.
    await once(child, 'close');
    expect(logOf(tree).at(-1)).toBe('SIGTERM');
  });
});
