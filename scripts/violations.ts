/** One violation of each kind that a rule in biome.json must report, and what must pass. */

type Planted = { path: string; code: string };

const IMPORT = 'lint/style/noRestrictedImports';
const GLOBAL = 'lint/style/noRestrictedGlobals';

/** An import of `to` by a file in `from`: as value, as type, dynamically or passed on. */
const forbidden: [from: string, to: string][] = [
  ['schema', '#rooms/ports.ts'],
  ['schema', '#db/connect.ts'],
  ['schema', '#server/config.ts'],
  ['schema', '#client/net/dial.ts'],
  ['schema', 'node:fs'],
  ['rooms', '#db/connect.ts'],
  ['rooms', '#server/config.ts'],
  ['rooms', '#client/net/dial.ts'],
  ['rooms/kernel', '#rooms/ports.ts'],
  ['rooms/kernel', '#rooms/games/connect-four/game.ts'],
  ['rooms/kernel', '#db/connect.ts'],
  ['rooms/kernel', 'node:crypto'],
  ['rooms/kernel', '@colyseus/core'],
  ['rooms/games/chess', '#rooms/ports.ts'],
  ['rooms/games/chess', '#rooms/registry.ts'],
  ['rooms/games/chess', '#server/config.ts'],
  ['rooms/games/chess', '#db/connect.ts'],
  ['rooms/games/chess', '#client/net/dial.ts'],
  ['rooms/games/chess', 'node:timers'],
  ['rooms/games/chess', 'fs'],
  ['rooms/chat', '#rooms/DurableRoom.ts'],
  ['rooms/chat', 'node:fs'],
  ['rooms/testing/probe', 'node:fs'],
  ['db', '#rooms/ports.ts'],
  ['db', '#server/config.ts'],
  ['db', '#client/net/dial.ts'],
  ['server', '#client/net/dial.ts'],
  ['server', '#tests/setup/postgres.ts'],
  ...['cluster', 'telemetry', 'identity'].flatMap((infrastructure): [string, string][] =>
    ['rooms/calls.ts', 'people/people.ts', 'resources/api.ts', 'http.ts', 'compose/parlor.ts'].map((to) => [
      `server/${infrastructure}`,
      `#server/${to}`,
    ]),
  ),
  ['server/people', '#server/resources/api.ts'],
  ['server/rooms', '#server/admission/upgrade.ts'],
  ['server/matchmaking', '#server/edge/edge.ts'],
  ['server/rooms', '#server/http.ts'],
  ['server/feed', '#server/resources/api.ts'],
  ['server/rooms', '#server/testing/redis.ts'],
  ['server/resources', '#server/compose/parlor.ts'],
  ['server/edge', '#server/testing/redis.ts'],
  ['client', '#server/config.ts'],
  ['client', '#db/connect.ts'],
  ['client', '#rooms/ports.ts'],
  ['client', '#rooms/DurableRoom.ts'],
  ['schema', '../rooms/ports.ts'],
  ['rooms', '../schema/states.ts'],
  ['rooms/kernel', '../ports.ts'],
  ['rooms/games/chess', '../../kernel/machine.ts'],
  ['db', '../schema/states.ts'],
  ['server', '../db/connect.ts'],
  ['client', '../schema/states.ts'],
  ['scripts', '../db/connect.ts'],
  ['tests/e2e', '../../db/connect.ts'],
];

const ways: ((to: string) => string)[] = [
  (to) => `import { it } from '${to}';\nexport const value = it;\n`,
  (to) => `import type { It } from '${to}';\nexport type Value = It;\n`,
  (to) => `export const later = () => import('${to}');\n`,
  (to) => `export { it } from '${to}';\n`,
];

/** Clocks, timers, chance and I/O, each as an expression. */
const impure: [code: string, rule: string][] = [
  ['Date.now()', GLOBAL],
  ['new Date()', GLOBAL],
  ['performance.now()', GLOBAL],
  ['setTimeout(() => {}, 1)', GLOBAL],
  ['setInterval(() => {}, 1)', GLOBAL],
  ['setImmediate(() => {})', GLOBAL],
  ['queueMicrotask(() => {})', GLOBAL],
  ['requestAnimationFrame(() => {})', GLOBAL],
  ["fetch('/')", GLOBAL],
  ["new WebSocket('/')", GLOBAL],
  ['localStorage.length', GLOBAL],
  ['process.pid', GLOBAL],
  ['navigator.language', GLOBAL],
  ['document.title', GLOBAL],
  ['globalThis.Date', GLOBAL],
  ['window.Date', GLOBAL],
  ["console.log('x')", GLOBAL],
  ['crypto.randomUUID()', GLOBAL],
  ['Promise.resolve(1)', GLOBAL],
  ['Math.random()', 'plugin'],
  ["Math['random']", 'plugin'],
  ['(({ random }) => random())(Math)', 'plugin'],
  ['{ async apply() {} }', 'plugin'],
  ['async () => 1', 'plugin'],
];

const pure = ['rooms/kernel', 'rooms/games/chess', 'rooms/chat', 'rooms/testing/probe'];
const layers = ['schema', 'rooms', 'db', 'server', 'client'];

const style: (Planted & { rule: string })[] = [
  ...['rooms', 'db', 'server', 'client'].map((layer) => ({
    path: `${layer}/planted-environment.ts`,
    code: 'export const url = process.env.DATABASE_URL;\n',
    rule: 'lint/style/noProcessEnv',
  })),
  { path: 'client/planted-builtin.ts', code: "import 'node:fs';\n", rule: 'lint/correctness/noNodejsModules' },
  { path: 'server/planted-enum.ts', code: 'export enum Side {\n  Left,\n}\n', rule: 'lint/style/noEnum' },
  { path: 'server/planted-barrel.ts', code: "export * from './a.ts';\n", rule: 'lint/performance/noReExportAll' },
  {
    path: 'server/planted-property.ts',
    code: 'export class A {\n  constructor(private b: number) {}\n}\n',
    rule: 'lint/style/noParameterProperties',
  },
  ...['a', 'b'].map((half, at) => ({
    path: `db/planted-cycle-${half}.ts`,
    code: `import { f } from '#db/planted-cycle-${'ba'[at]}.ts';\nexport { f };\n`,
    rule: 'lint/suspicious/noImportCycles',
  })),
  { path: 'db/planted-package.ts', code: "import 'left-pad';\n", rule: 'lint/correctness/noUndeclaredDependencies' },
  {
    path: 'db/planted-promise.ts',
    code: 'const save = async () => 1;\nexport const forget = () => {\n  save();\n};\n',
    rule: 'lint/nursery/noFloatingPromises',
  },
  ...['Date.now()', 'new Date()', 'performance.now()'].map((code, at) => ({
    path: `client/net/planted-clock-${at}.ts`,
    code: `export const now = () => ${code};\n`,
    rule: GLOBAL,
  })),
  ...['Date.now()', 'new Date()', '[1].map(Date.now)'].map((code, at) => ({
    path: `server/resources/planted-clock-${at}.ts`,
    code: `export const now = () => ${code};\n`,
    rule: 'plugin',
  })),
  { path: 'server/plantedName.ts', code: 'export const a = 1;\n', rule: 'lint/style/useFilenamingConvention' },
  {
    path: 'server/planted-length.ts',
    code: `${Array.from({ length: 301 }, (_, line) => `export const line${line} = ${line};`).join('\n')}\n`,
    rule: 'lint/style/noExcessiveLinesPerFile',
  },
];

export const VIOLATIONS: (Planted & { rule: string })[] = [
  ...forbidden.flatMap(([from, to], row) =>
    ways.map((way, column) => ({ path: `${from}/planted-${row}-${column}.ts`, code: way(to), rule: IMPORT })),
  ),
  ...pure.flatMap((folder) =>
    impure.map(([code, rule], row) => ({
      path: `${folder}/planted-impure-${row}.ts`,
      code: `export const value = ${code};\n`,
      rule,
    })),
  ),
  ...style,
];

/** What the arrows allow. */
const allowed: [from: string, to: string[]][] = [
  ['schema', ['zod', '@colyseus/schema', '#schema/states.ts', './states.ts']],
  ['rooms', ['#schema/states.ts', '#rooms/kernel/machine.ts', './ports.ts', '@colyseus/core', 'node:crypto']],
  ['rooms/kernel', ['#schema/states.ts', '#rooms/kernel/machine.ts', './machine.ts', '@colyseus/schema', 'zod']],
  [
    'rooms/games/chess',
    ['#schema/states.ts', '#rooms/kernel/machine.ts', '#rooms/games/draughts/game.ts', './state.ts'],
  ],
  ['rooms/chat', ['#schema/states.ts', '#rooms/kernel/machine.ts', './state.ts', 'zod']],
  ['db', ['#schema/states.ts', '#db/connect.ts', 'pg', 'node:fs']],
  ['server', ['#schema/states.ts', '#rooms/ports.ts', '#db/connect.ts', '#server/config.ts', 'express', 'node:fs']],
  ['server/resources', ['#server/rooms/calls.ts', '#server/http/problems.ts', '#server/limits/limiter.ts']],
  ['server/rooms', ['#server/matchmaking/orders.ts', '#server/cluster/ask.ts', '#db/connect.ts', '#rooms/ports.ts']],
  ['server/cluster', ['#server/journal/redis.ts', '#server/config.ts', '#rooms/ports.ts', 'express']],
  ['server/compose', ['#server/rooms/calls.ts', '#server/http.ts', '#server/cluster/cluster.ts']],
  [
    'client',
    ['#schema/states.ts', '#rooms/kernel/machine.ts', '#rooms/games/chess/game.ts', '#client/net/dial.ts', 'lit'],
  ],
  ['loadtest', ['../schema/states.ts', '#rooms/ports.ts', 'node:fs']],
  ['tests/e2e', ['#server/config.ts', '#client/net/dial.ts', '#tests/setup/postgres.ts', 'node:fs']],
];

export const CONTROLS: Planted[] = [
  ...allowed.map(([from, to]) => ({
    path: `${from}/control.ts`,
    code: `${to.map((one, n) => `import * as it${n} from '${one}';`).join('\n')}\nexport const all = [${to.map((_, n) => `it${n}`).join(', ')}];\n`,
  })),
  ...pure.map((folder) => ({
    path: `${folder}/control-pure.ts`,
    code: 'export const half = (n: number) => Math.max(Math.floor(n / 2), 0);\n',
  })),
  {
    path: 'rooms/kernel/control.test.ts',
    code: "import 'node:child_process';\nexport const now = async () => Date.now();\n",
  },
  { path: 'server/resources/instants.ts', code: 'export const iso = (at: number) => new Date(at).toISOString();\n' },
  { path: 'client/clock.ts', code: 'export const now = () => Date.now();\n' },
  ...layers.map((layer) => ({ path: `${layer}/CapitalisedClass.ts`, code: 'export class CapitalisedClass {}\n' })),
  { path: 'server/config.ts', code: 'export const environment = process.env;\n' },
];
