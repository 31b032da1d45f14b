#!/usr/bin/env node
/** The only part of the simulator that touches the process: prints what the command line function says. */
import { existsSync, writeFileSync } from 'node:fs';

const entry = new URL('../dist/cli.js', import.meta.url);
if (!existsSync(entry)) {
  console.error('the simulator is not built yet: run `pnpm build` first');
  process.exit(1);
}
const { runCli } = await import(entry.href);
const run = runCli(process.argv.slice(2).filter((argument) => argument !== '--'));
let step = run.next();
for (; !step.done; step = run.next()) console.log(step.value);
const { exitCode, trace } = step.value;
if (trace !== undefined) {
  writeFileSync(trace.file, trace.lines.map((line) => `${line}\n`).join(''));
  console.log(`  ${trace.lines.length} lines written to ${trace.file}`);
}
process.exitCode = exitCode;
