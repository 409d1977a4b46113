/** Node's own type stripper, as published; it has no declarations. */
declare module 'amaro' {
  export function transformSync(source: string, options: { mode: 'strip-only' }): { code: string };
}
