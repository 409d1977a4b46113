/** A small world behind the API, in memory: players, signedIn, one channel, one match. For tests of the api itself. */
import { createHash } from 'node:crypto';
import { type Page, type PageRequest, toPage } from '#db/page.ts';
import type { Match } from '#db/stores/matches.ts';
import type { Player } from '#db/stores/players.ts';
import type { Session } from '#db/stores/sessions.ts';
import { isBlank } from '#schema/blank.ts';
import type { ApiPorts } from '#server/resources/all.ts';
import type { MatchesPorts } from '#server/resources/matches.ts';
import type { Passes } from '#server/resources/monitor-passes.ts';
import type { QuarantinePorts } from '#server/rooms/quarantine-ports.ts';
import type { StoredChannels } from '#server/rooms/stored-channels.ts';
import type { ChannelListing, Running } from '#server/rooms/summaries.ts';
import type { Channels, Said } from '#server/rooms/talk.ts';
import { memoryPeople } from '#server/testing/memory-people.ts';

const SINCE = Date.parse('2026-01-02T03:04:05Z');
const LOBBY_ROOM = { room: 'lobby', machine: 'channel', clients: 1, createdAt: SINCE, listing: {} };
const HOUR = 3_600_000;

export function pseudonym(purpose: string, value: string): string {
  return createHash('sha256').update(`${purpose}|${value}`).digest('hex').slice(0, 16);
}

export type World = {
  ports: ApiPorts;
  ended: Map<string, number>;
  begin(player: Player, session: string): void;
  /** Rooms that were quarantined. */
  quarantined: Set<string>;
};

export function memoryWorld(passes: Passes): World {
  const people = new Map<string, Player>();
  const signedIn = new Map<string, Session>();
  const ended = new Map<string, number>();

  const players = {
    get: async (id: string) => people.get(id),
    list: async (request: PageRequest) => paged([...people.values()], ({ id }) => id, request),
    names: (ids: readonly string[]) =>
      new Map(ids.flatMap((id) => (people.get(id) ? [[id, people.get(id)?.name ?? '']] : []))),
  };
  const sessions = {
    get: async (session: string) => signedIn.get(session),
    list: async ({ player, ...request }: PageRequest & { player?: string }) => {
      const found = [...signedIn.values()].filter((one) => player === undefined || one.player === player);
      return paged(found, ({ session }) => session, request);
    },
  };
  const stats = {
    players: async (ids: readonly string[]) =>
      new Map(ids.map((id) => [id, { played: 3, won: 2, lost: 1, drawn: 0, games: {}, sessionSeconds: 90 }])),
  };
  const quarantined = new Set(['m-broken']);
  const operated = memoryPeople(people);
  const ports = {
    players,
    sessions,
    stats,
    bans: {
      ...operated.bans,
      list: async (request) => paged((await operated.bans.list(request)).items, ({ player }) => player, request),
    },
    people: operated.people,
    names: async (ids) => players.names(ids),
    online: () => new Set(people.keys()),
    async signOut(session) {
      ended.set(session, Date.now());
      return signedIn.delete(session);
    },
    talk: lobbyChannel(),
    play: tables(players.names),
    channels: memoryChannels(),
    games: ['connect-four', 'go'].map((name) => ({
      name,
      seats: { min: 2, max: 2 },
      realtime: false,
      bot: name !== 'go',
      refusals: {},
      options: {},
    })),
    listings: async () => [LOBBY_ROOM],
    listing: (room) => (room === LOBBY_ROOM.room ? LOBBY_ROOM : undefined),
    quarantine: broken(quarantined),
    passes,
    secure: false,
  } satisfies ApiPorts;
  return {
    ports,
    ended,
    quarantined,
    begin(player, session) {
      people.set(player.id, player);
      const span = { startedAt: SINCE, lastSeenAt: SINCE + HOUR };
      signedIn.set(session, { session, player: player.id, name: player.name, userAgent: 'test', ...span });
    },
  };
}

function paged<T>(all: T[], idOf: (one: T) => string, { after, limit = 500 }: PageRequest): Page<T> {
  const sorted = all.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  return toPage(
    sorted.filter((one) => idOf(one) > (after?.id ?? '')),
    limit,
    (one) => ({ rank: 1, at: 0, id: idOf(one) }),
  );
}

/** Rooms that stay broken; the lobby's is well, and keeps what people wrote. */
function broken(rooms: Set<string>): QuarantinePorts {
  const reason = 'at seq 7: it broke';
  const log = { format: 2 as const, journal: 'j', version: 'v', epoch: 3, batches: [] };
  const one = (room: string) => ({ room, machine: 'connect-four', epoch: 3, reason });
  return {
    quarantined: async () => [...rooms].map(one),
    quarantinedRoom: async (room) => (rooms.has(room) ? one(room) : undefined),
    async retry(room) {
      if (room === 'lobby') return undefined;
      return rooms.has(room) ? { refused: 'room-quarantined', reason } : { refused: 'no-such-room' };
    },
    end: async (room) => (rooms.delete(room) ? undefined : room === 'lobby' ? 'room-alive' : 'no-such-room'),
    keeps: async (room) => ({ lobby: { written: true }, 'm-broken': { written: false } })[room],
    async log(room) {
      if (room === 'lobby') return { ...log, room, machine: 'channel' };
      return { ...log, room, machine: 'connect-four', fault: { message: reason, seq: 7 } };
    },
  };
}

/** Answers as the channel's room does: same codes, same key same answer. */
function lobbyChannel(): Channels {
  const messages: Said[] = [];
  const mutes = new Map<string, number>();
  let last = 0;
  const answered = new Map<string, number>();
  return {
    async post(channel, { player, payload, idempotencyKey }) {
      if (channel !== 'lobby') return { ok: false, code: 'no-such-room' };
      const key = `${player} ${idempotencyKey}`;
      const before = idempotencyKey === undefined ? undefined : answered.get(key);
      if (before !== undefined) return { ok: true, seq: before };
      if (isBlank(payload.text)) return { ok: false, code: 'message-empty', field: 'text' };
      const id = ++last;
      const now = Date.now();
      messages.push({ id, author: player, text: payload.text, sentAt: now, expiresAt: now + (payload.ttlMs ?? HOUR) });
      answered.set(key, id);
      return { ok: true, seq: id };
    },
    async read(channel) {
      if (channel !== 'lobby') return { refused: 'no-such-room' };
      return { seq: messages.length, messages: [...messages], mutes: Object.fromEntries(mutes) };
    },
    async act(channel, { type, payload }) {
      if (channel !== 'lobby') return { ok: false, code: 'no-such-room' };
      if (type === 'redact') {
        const at = messages.findIndex(({ id }) => id === payload.id);
        if (at < 0) return { ok: false, code: 'no-such-message' };
        messages.splice(at, 1);
      } else if (type === 'mute') mutes.set(payload.player, payload.endsAt);
      else if (!mutes.delete(payload.player)) return { ok: false, code: 'not-muted' };
      return { ok: true, seq: messages.length };
    },
  };
}

function memoryChannels(): StoredChannels {
  const kept = { ttlSeconds: 86_400, createdAt: SINCE };
  const all = new Map<string, ChannelListing>([
    ['lobby', { name: 'lobby', room: 'lobby', title: 'Lobby', kind: 'open', readers: 'role', ...kept }],
    ['t0', { name: 't0', room: 'channel-t0', title: 'Table t0', kind: 'match', readers: 'seats', ...kept }],
  ]);
  return {
    list: async () => [...all.values()],
    async create({ name, title, ttlMs }) {
      if (all.has(name)) return { refused: 'channel-exists' };
      const room = `channel-${name}`;
      const made = {
        name,
        room,
        title,
        ttlSeconds: ttlMs / 1000,
        kind: 'open',
        readers: 'role',
        createdAt: SINCE,
      } as const;
      all.set(name, made);
      return made;
    },
    async delete(name) {
      all.delete(name);
      return undefined;
    },
  };
}

function tables(names: (ids: readonly string[]) => Map<string, string>): MatchesPorts {
  const open: Running[] = [];
  const keyed = new Map<string, Running>();
  let count = 0;
  const over: Match[] = [];
  return {
    matches: { get: async (name) => over.find(({ room }) => room === name), list: async () => ({ items: over }) },
    running: async () => open,
    async close(room) {
      open.splice(
        open.findIndex((one) => one.room === room),
        1,
      );
      return null;
    },
    async open({ game, player, idempotencyKey }) {
      const before = keyed.get(idempotencyKey ?? '');
      if (before) return before;
      if (game !== 'connect-four') return { refused: 'malformed', field: 'game' };
      const listing = { phase: 'waiting' as const, players: [player] };
      const table = { room: `t${count++}`, game, createdAt: SINCE, listing };
      if (idempotencyKey !== undefined) keyed.set(idempotencyKey, table);
      open.push(table);
      return table;
    },
    names: async (ids) => names(ids),
  };
}
