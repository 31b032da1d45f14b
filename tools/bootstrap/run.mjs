/**
 * `npm start` and `npm test` on a machine that has only git, Node and npm: finds the pnpm that package.json asks for,
 * installs what the lockfile says if that was not done yet, and runs one root script with it.
 *
 *   node tools/bootstrap/run.mjs SCRIPT [ARGS…]
 *
 * No dependencies, because it runs before there are any. pnpm comes through `npm exec` and not through corepack,
 * which newer Nodes do not ship and which refuses pnpm's newer signatures.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const lockfile = join(root, 'pnpm-lock.yaml');
const installMark = join(root, 'node_modules', '.modules.yaml');
/** How often we look whether npm is still there. */
const PARENT_CHECK_MS = 250;
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * Whether `version` is at least `floor`, both as `20.19.0`.
 * @param {string} version @param {string} floor @returns {boolean}
 */
function reaches(version, floor) {
  const held = version.split('.').map(Number);
  const asked = floor.split('.').map(Number);
  for (let index = 0; index < asked.length; index++) {
    const difference = (held[index] || 0) - (asked[index] || 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * The command that starts npm. The npm that started us is the right one; under another package manager the same
 * variable names that one, so it counts only when it is npm's.
 * @returns {{ file: string, args: string[], shell: boolean }}
 */
function npmCommand() {
  const script = process.env.npm_execpath;
  const isNpm = script !== undefined && /^npm(-cli)?\.[cm]?js$/.test(basename(script)) && existsSync(script);
  if (isNpm) return { file: process.execPath, args: [script], shell: false };
  return { file: 'npm', args: [], shell: process.platform === 'win32' };
}

/**
 * The PATH on which the right pnpm comes first: npm fetches it and tells. pnpm then runs as our own child and not
 * below `npm exec`, whose shell dies of a signal without passing it on and leaves a running demo behind.
 * @returns {string}
 */
function pathWithPnpm() {
  const npm = npmCommand();
  const args = [
    ...npm.args,
    'exec',
    '--yes',
    '--package',
    manifest.packageManager,
    '--',
    'node',
    '-p',
    'process.env.PATH',
  ];
  const shown = spawnSync(npm.file, args, { cwd: root, shell: npm.shell, stdio: ['ignore', 'pipe', 'inherit'] });
  const path = String(shown.stdout).trim();
  if (shown.status === 0 && path !== '') return path;
  const reason = shown.error === undefined ? '' : ` (${shown.error.message})`;
  throw new Error(`npm could not provide ${manifest.packageManager}${reason}: npm and its registry are needed once`);
}

/**
 * Runs pnpm in the foreground; resolves to its exit status, 128 + n when signal n ended it.
 * @param {string} path @param {string[]} args @returns {Promise<number>}
 */
function pnpm(path, args) {
  const env = { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
  return new Promise((resolve, reject) => {
    const child = spawn('pnpm', args, { cwd: root, env, shell: process.platform === 'win32', stdio: 'inherit' });
    const stop = forwardSignals(child);
    child.on('error', reject);
    child.on('close', (status, signal) => {
      stop();
      resolve(signal === null ? (status ?? 1) : 128 + constants.signals[signal]);
    });
  });
}

/**
 * Hands SIGINT and SIGTERM on to `child`. A terminal sends its SIGINT to both of us, and two of them would read as
 * "at once". When npm is told to end, only its shell hears of it: we notice that our parent has gone.
 * @param {import('node:child_process').ChildProcess} child @returns {() => void} ends the forwarding
 */
function forwardSignals(child) {
  const parent = process.ppid;
  const isBelowNpm = process.env.npm_lifecycle_event !== undefined;
  const onTerminate = () => child.kill('SIGTERM');
  const onInterrupt = () => process.stdin.isTTY || child.kill('SIGINT');
  const watch = setInterval(() => {
    if (!isBelowNpm || process.ppid === parent) return;
    clearInterval(watch);
    onTerminate();
  }, PARENT_CHECK_MS);
  process.on('SIGTERM', onTerminate).on('SIGINT', onInterrupt);
  return () => {
    process.off('SIGTERM', onTerminate).off('SIGINT', onInterrupt);
    clearInterval(watch);
  };
}

/** Whether the last installation is older than the lockfile, or never finished. @returns {boolean} */
function needsInstall() {
  return !existsSync(installMark) || statSync(installMark).mtimeMs < statSync(lockfile).mtimeMs;
}

/** @param {string[]} scriptArgs @returns {Promise<number>} */
async function main(scriptArgs) {
  const floor = manifest.engines.node.replace(/^>=/, '');
  if (!reaches(process.versions.node, floor)) {
    process.stderr.write(`Hearsay needs Node ${floor} or later; this is ${process.versions.node}.\n`);
    return 1;
  }
  const path = pathWithPnpm();
  if (needsInstall()) {
    const status = await pnpm(path, ['install', '--frozen-lockfile']);
    if (status !== 0) return status;
    // pnpm leaves the mark alone when nothing had to change, and then every later start would install again.
    if (existsSync(installMark)) utimesSync(installMark, new Date(), new Date());
  }
  return pnpm(path, ['run', ...scriptArgs]);
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
