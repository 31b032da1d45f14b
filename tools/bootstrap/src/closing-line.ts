/** The last line of a test run, plain and alone, for people and programs that read only the end of the output. */
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** A vitest reporter that prints `N passed, N failed` and nothing else. Stands after the default reporter. */
export class ClosingLine implements Reporter {
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void = console.log) {
    this.#print = print;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    let passedCount = 0;
    // An error outside of any test fails the run, so it must not be hidden behind `0 failed`.
    let failedCount = unhandledErrors.length;
    for (const module of modules) {
      const states = [...module.children.allTests()].map((test) => test.result().state);
      const failedHere = states.filter((state) => state === 'failed').length;
      passedCount += states.filter((state) => state === 'passed').length;
      // A module that does not load has no tests to count.
      failedCount += failedHere === 0 && module.state() === 'failed' ? 1 : failedHere;
    }
    this.#print(`${passedCount} passed, ${failedCount} failed`);
  }
}
