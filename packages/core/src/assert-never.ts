/** Makes the compiler prove that a `switch` handles every case; reached only if the types lied. */
export function assertNever(value: never): never {
  throw new TypeError(`unhandled case: ${JSON.stringify(value)}`);
}
