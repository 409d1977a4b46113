/** Every state that Parlor can show, by name. */
import { html, type TemplateResult } from 'lit';
import { type Route, routeOf } from '#client/router.ts';
import { FULL, MIDDLE, match, pictureOf, WON } from './boards.ts';
import { type Fixed, fixed, type Given, gamesOf, HOUR, ME, parlorOf } from './fixtures.ts';
import { channel, EVENING } from './talk.ts';

type Rooms = Given['rooms'];
const EMPTY = '.'.repeat(42);
const TABLES: Given['tables'] = [
  { room: 'm-1', game: 'connect-four', phase: 'waiting', max: 2, players: ['p-ben'], picture: EMPTY },
  {
    room: 'm-2',
    game: 'connect-four',
    phase: 'playing',
    max: 2,
    players: ['p-long', 'p-layla'],
    picture: pictureOf(MIDDLE),
  },
  { room: 'm-3', game: 'connect-four', phase: 'playing', max: 2, players: [ME, 'bot'], picture: pictureOf(WON) },
];

const MANY: Given['tables'] = [
  { room: 'm-4', game: 'four-dice', phase: 'waiting', max: 6, players: ['p-ben', 'p-long'], picture: '' },
  { room: 'm-5', game: 'four-dice', phase: 'playing', max: 6, players: ['p-ben', 'p-long', 'p-layla'], picture: '' },
  { room: 'm-6', game: 'four-dice', phase: 'waiting', max: 2, players: ['p-layla'], reserved: [ME], picture: '' },
];

const evening = (how?: Fixed) => fixed(channel(EVENING), how) as never;
const silence = () => fixed(channel([])) as never;

function page(path: string, given: Given): TemplateResult {
  const route: Route = routeOf(path);
  return html`<parlor-page .parlor=${parlorOf(given)} .route=${route}></parlor-page>`;
}

function lobby(given: Given = {}): () => TemplateResult {
  return () => page('/', { rooms: { 'channel-lobby': evening() }, tables: TABLES, ...given });
}

function atTable(setting: Parameters<typeof match>[0], how?: Fixed, talk: Rooms = {}): () => TemplateResult {
  return () =>
    page('/m/m-3', { rooms: { 'm-3': fixed(match(setting), how) as never, 'channel-m-3': silence(), ...talk } });
}

function talk(how: Fixed, read?: number): () => TemplateResult {
  return () => page('/t/lobby', { rooms: { 'channel-lobby': fixed(channel(EVENING, read), how) as never } });
}

const players = {
  items: [
    ['p-ben', 'Ben Okafor', 1, 5400, 12, true],
    ['p-long', 'Maximiliane Wolkenstein-Trostburg zu Rodenegg', 26, 86_400, 140, false],
    ['p-layla', 'ليلى الحسيني', 3, 600, 0, false],
    [ME, 'Ada', 0, 7200, 31, true],
  ].map(([name, displayName, hours, sessionSeconds, matchesPlayed, online]) => ({
    metadata: { name },
    spec: { displayName },
    status: { lastLogin: ago(Number(hours)), sessionSeconds, matchesPlayed, online },
  })),
};
const sessions = {
  items: [
    ['s-1', ME, 'Ada', 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36'],
    ['s-2', 'p-ben', 'Ben Okafor', 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/605.1'],
    ['s-3', 'p-long', 'Maximiliane Wolkenstein-Trostburg zu Rodenegg', 'curl/8.5.0'],
  ].map(([name, player, displayName, userAgent], index) => ({
    metadata: { name },
    spec: { player, displayName, userAgent },
    status: { startedAt: ago(index + 1), lastSeenAt: ago(index / 100) },
  })),
};
const api = { players, sessions };

function ago(hours: number): string {
  return new Date(Date.now() - hours * HOUR).toISOString();
}

const pending = (text: string, waiting?: 'busy' | 'paused') => [
  { id: 1, type: 'post', payload: { text }, ...(waiting && { waiting }) },
];

/** What a reload left behind in the tab. */
function leftBehind(): TemplateResult {
  sessionStorage.setItem(
    `parlor:${ME}:lobby:sent`,
    JSON.stringify([{ id: 'x', text: 'Did you get this?', after: 99 }]),
  );
  sessionStorage.setItem(`parlor:${ME}:lobby:draft`, `${'A draft that came back. '.repeat(78)}And more.`);
  return talk({})();
}

export const SCENES: Readonly<Record<string, () => TemplateResult>> = {
  lobby: lobby(),
  'lobby-empty': lobby({ tables: [], people: [], rooms: { 'channel-lobby': silence() } }),
  'lobby-loading': lobby({ lobby: 'connecting', rooms: {} }),
  'lobby-reconnecting': lobby({
    lobby: 'reconnecting',
    rooms: { 'channel-lobby': evening({ status: 'reconnecting' }) },
  }),
  'lobby-many-seats': lobby({ tables: [...MANY, ...TABLES] }),
  'lobby-without-bot': lobby({ tables: [], api: { games: gamesOf(false) } }),
  'lobby-without-games': lobby({ api: { games: { items: [] } } }),
  'lobby-signed-out': lobby({ lobby: 'signed-out' }),
  'lobby-signed-out-here': lobby({ lobby: 'signed-out', here: true }),

  'talk-unread': talk({}, 5),
  'talk-sending': talk({ pending: [...pending('On its way'), ...pending('Held back for a moment', 'paused')] }),
  'talk-after-reload': leftBehind,
  'talk-paused': talk({ paused: true, pending: pending('Held back for a moment', 'paused') }),
  'talk-resumed': talk({ status: 'resumed' }),
  'talk-displaced': talk({ status: 'displaced' }),

  'match-waiting': atTable({ board: '', phase: 'waiting', turn: -1, last: -1, players: [ME] }),
  'match-your-turn': atTable({}, {}, { 'channel-m-3': evening() }),
  'match-their-turn': atTable({ turn: 1, leftMs: 8_000 }),
  'match-bot': atTable({ turn: 1, players: [ME, 'bot'] }),
  'match-long-name': atTable({ turn: 1, players: [ME, 'p-long'] }),
  'match-opponent-away': atTable({ turn: 1, awayMs: 47_000 }),
  'match-reconnecting': atTable({}, { status: 'reconnecting' }, { 'channel-m-3': evening({ status: 'reconnecting' }) }),
  'match-paused': atTable({}, { paused: true }, { 'channel-m-3': evening({ paused: true }) }),
  'match-resumed': atTable({}, { status: 'resumed' }),
  'match-many-waiting': atTable({ board: '', phase: 'waiting', turn: -1, last: -1, players: [ME, 'p-ben'], size: 6 }),
  'match-rematch-waiting': atTable({
    board: '',
    phase: 'waiting',
    turn: -1,
    last: -1,
    players: [ME],
    reserved: ['p-ben'],
  }),
  'match-without-turns': atTable({ turn: -1, players: [ME, 'p-ben', 'p-layla', 'p-long'], size: 4 }),
  'match-many-over': atTable({
    phase: 'finished',
    turn: -1,
    players: [ME, 'p-ben', 'p-layla'],
    size: 4,
    ending: 'resigned',
    winners: [1, 2],
  }),
  'match-won': atTable({ board: WON, phase: 'finished', turn: -1, last: 25, ending: 'four', winners: [0] }),
  'match-lost-on-time': atTable({ phase: 'finished', turn: -1, ending: 'clock', winners: [1] }),
  'match-draw': atTable({ board: FULL, phase: 'finished', turn: -1, last: 41, ending: 'draw', rematch: 'm-4' }),
  'match-displaced': atTable({}, { status: 'displaced' }),
  'match-signed-out': atTable({}, { status: 'signed-out', refusal: 'ended-by-administrator' }),
  'match-full': atTable({}, { status: 'refused', refusal: 'room-full' }),
  'match-unknown': atTable({}, { status: 'refused', refusal: 'no-such-room' }),
  'match-of-no-known-game': atTable({}, { machine: 'four-dice' }),
  'match-loading': () => page('/m/none', {}),

  player: () =>
    page('/p/p-long', { api: { 'stats/p-long': { status: { played: 140, won: 71, lost: 60, drawn: 9 } } } }),
  'admin-players': () => page('/admin/players', { api }),
  'admin-sessions': () => page('/admin/sessions/s-2', { api }),
  'admin-forbidden': () => page('/admin/players', { refuses: 'You may not do that here.' }),
  nowhere: () => page('/what/is/this', {}),
};
