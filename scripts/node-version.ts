/** The sentence to stop with when this Node cannot run Parlor; nothing when it can. `version` as in `process.version`. */
export function tooOld(version: string): string | undefined {
  if (Number.parseInt(version.slice(1), 10) >= 24) return undefined;
  return `Parlor needs its pinned Node 24, this is ${version}. npm scripts use it by themselves: npm test, or npm exec -- vitest run <paths>.`;
}
