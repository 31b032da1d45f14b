#!/usr/bin/env node
/** The only part of the simulator that touches the process: prints what the command line says, and writes traces. */
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';

/** Lines per write: a trace as one string could be longer than strings may be. */
const LINES_PER_WRITE = 10_000;

function writeLines(file, lines) {
  const descriptor = openSync(file, 'w');
  try {
    for (let start = 0; start < lines.length; start += LINES_PER_WRITE) {
      writeFileSync(descriptor, `${lines.slice(start, start + LINES_PER_WRITE).join('\n')}\n`);
    }
  } finally {
    closeSync(descriptor);
  }
}

function usage() {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuMs: (userCPUTime + systemCPUTime) / 1_000, memoryMiBMax: maxRSS / 1_024 };
}

async function main() {
  const entry = new URL('../dist/cli.js', import.meta.url);
  if (!existsSync(entry)) {
    console.error('the simulator is not built yet: run `pnpm build` first');
    return 1;
  }
  const { runCli, SCENARIOS } = await import(entry.href);
  // `pnpm sim -- --seed 1` hands the dashes over.
  const args = process.argv.slice(2).filter((argument) => argument !== '--');
  const run = runCli(args, { scenarios: SCENARIOS, writeLines, usage });
  for (;;) {
    const { done, value } = run.next();
    if (done) return value;
    console.log(value);
  }
}

process.exitCode = await main();
