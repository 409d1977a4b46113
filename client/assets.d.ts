declare module '*?raw' {
  const text: string;
  export default text;
}
declare module '*?inline' {
  const text: string;
  export default text;
}
declare module '*.css';

/** Of `guard.js`, which is there before any module. */
declare function showTrouble(cause: import('#client/troubles.ts').Cause, detail?: string): void;
