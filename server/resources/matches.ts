/** Plays of a game: those that are open or running, as their rooms list them, and those that are over. */
import { type Cursor, toPage } from '#db/page.ts';
import type { MatchStore, Match as Row } from '#db/stores/matches.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import { type Match, match, newMatch } from '#schema/resources.ts';
import { failure, success } from '#schema/status.ts';
import { EVERYONE, MEMBERS } from '#server/authz/roles.ts';
import type { OpenMatch } from '#server/matchmaking/orders.ts';
import { parseBody } from '#server/resources/body.ts';
import { PARLOR } from '#server/resources/group.ts';
import type { Query } from '#server/resources/query.ts';
import {
  answer,
  type Call,
  type Declaration,
  type Handlers,
  head,
  instant,
  list,
  refuse,
  refuseBy,
} from '#server/resources/resource.ts';
import type { Running } from '#server/rooms/summaries.ts';

export type MatchesPorts = {
  matches: Pick<MatchStore, 'get' | 'list'>;
  running(): Promise<Running[]>;
  /** One of them, although it may not be listed yet. */
  find?(room: string): Promise<Running | undefined>;
  open: OpenMatch;
  /** Whether it is a match whose room was quarantined. */
  quarantined?(room: string): Promise<boolean>;
  /** Ends an open or running match for good, also one that was quarantined. */
  close(room: string): Promise<{ refused: RefusalCode } | null>;
  /** Display names by player; who is not known is left out. */
  names(players: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

type Unnamed = Omit<Match, 'status'> & { status: Omit<Match['status'], 'seats'> & { seats: Seat[] } };
type Seat = { player: string; result?: 'win' | 'loss' | 'draw' };

/** Ranks of the two parts of a list; the store's own pages have the lower one. */
const LIVE = 1;
const PAST = 0;

export const matches: Declaration<{ play: MatchesPorts }> = {
  plural: 'matches',
  kind: 'Match',
  singular: 'match',
  group: PARLOR,
  storage: 'rooms',
  schema: match,
  creates: newMatch,
  verbs: ['list', 'get', 'create', 'delete'],
  labels: ['game', 'player', 'phase'],
  columns: [
    { name: 'Game', type: 'string', cell: ({ spec }: Match) => spec.game },
    { name: 'Phase', type: 'string', cell: ({ status }: Match) => status.phase },
    { name: 'Seats', type: 'string', cell: ({ status }: Match) => status.seats.map(seatLabel).join(', ') },
    { name: 'Ending', type: 'string', cell: ({ status }: Match) => status.ending },
  ],
  idempotent: true,
  asked: { seats: 'To sit down at one.', moves: 'To play in one.' },
  rules: [
    { roles: EVERYONE, verbs: ['get', 'list'] },
    { roles: MEMBERS, verbs: ['create'] },
    { roles: MEMBERS, verbs: ['create'], part: 'seats' },
    { roles: MEMBERS, verbs: ['create'], part: 'moves' },
  ],
  serve: ({ play }) => handlers(play),
};

function handlers(ports: MatchesPorts): Handlers {
  const { matches, running, find, quarantined, open, close, names } = ports;

  async function named(found: Unnamed[]): Promise<Match[]> {
    const known = await names([...new Set(found.flatMap(({ status }) => status.seats.map(({ player }) => player)))]);
    const withName = (seat: Seat) => ({ ...seat, displayName: known.get(seat.player) ?? '' });
    return found.map((one) => ({ ...one, status: { ...one.status, seats: one.status.seats.map(withName) } }));
  }

  async function shown(query: Query, items: Unnamed[], next: Cursor | undefined) {
    return list('Match', query, { items: await named(items), next });
  }

  return {
    async list({ query }) {
      const { game, player, phase } = query.labels;
      const isWanted = ({ spec, status }: Unnamed) =>
        (game === undefined || spec.game === game) &&
        (phase === undefined || status.phase === phase) &&
        (player === undefined || status.seats.some((seat) => seat.player === player));
      // Those whose rooms live come first, by name; then what is over, from the database.
      const live = (await running()).map(fromRoom).filter(isWanted).toSorted(byName);
      const { after, limit } = query;
      const rest = after?.rank === PAST ? [] : live.filter(({ metadata }) => metadata.name > (after?.id ?? ''));
      const page = toPage(rest, limit, ({ metadata }) => ({ rank: LIVE, at: 0, id: metadata.name }));
      const room = limit - page.items.length;
      if (phase !== undefined && phase !== 'finished') return shown(query, page.items, page.next);
      const last = page.items.at(-1);
      if (room === 0 && last) return shown(query, page.items, { rank: LIVE, at: 0, id: last.metadata.name });
      const from = after?.rank === PAST && { after };
      const past = await matches.list({ limit: room, ...from, ...(game && { game }), ...(player && { player }) });
      const rooms = new Set(live.map(({ metadata }) => metadata.name));
      const over = past.items.filter(({ room }) => !rooms.has(room)).map(fromStore);
      return shown(query, [...page.items, ...over], past.next);
    },
    async get({ name }) {
      const listed = (await running()).find(({ room }) => room === name);
      const over = listed ? undefined : await matches.get(name);
      const live = listed ?? (over ? undefined : await find?.(name));
      const found = live ? fromRoom(live) : over && fromStore(over);
      if (!found) return absent(name);
      return answer((await named([found]))[0] as Match);
    },
    /** To delete one that is open, running or quarantined is to close its room: nobody wins, and its log is kept. */
    async delete({ name }) {
      const refused = await close(name);
      return refused ? refuseBy(refused) : answer(success({ name, uid: name, kind: 'matches' }));
    },
    async mayDelete({ name }) {
      const one = (await running()).find(({ room }) => room === name) ?? (await find?.(name));
      if (!one && (await quarantined?.(name))) return undefined;
      if (!one && !(await matches.get(name))) return absent(name);
      return one && one.listing.phase !== 'finished' ? undefined : refuseBy({ refused: 'match-over' });
    },
    async create({ identity, body, idempotencyKey }: Call) {
      const parsed = parseBody(newMatch, 'Match', body);
      if ('refused' in parsed) return refuse(parsed.refused);
      const opened = await open({
        ...parsed.value.spec,
        player: identity.player,
        roles: identity.roles,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      });
      if ('refused' in opened) return refuseBy({ ...opened, field: fieldOf(opened.field) });
      return answer((await named([fromRoom(opened)]))[0] as Match, 201);
    },
  };
}

function absent(name: string) {
  return refuse(failure(404, `There is no match "${name}".`, { name, kind: 'matches' }));
}

function byName(a: Unnamed, b: Unnamed): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

/** Of an order, below its `spec`; a header is not. */
function fieldOf(field: string | undefined): string | undefined {
  return field === undefined || field.includes('-') ? field : `spec.${field}`;
}

function fromRoom({ room, game, createdAt, listing, over }: Running): Unnamed {
  const { phase, players } = listing;
  const seats = players.map((player) => ({ player, ...(over && { result: resultOf(player, over.winners) }) }));
  const status = { phase, room, seats, ...(over && { ending: over.ending }) };
  return { ...head('Match', room, createdAt), spec: { game }, status };
}

function resultOf(player: string, winners: readonly string[]): 'win' | 'loss' | 'draw' {
  if (winners.length === 0) return 'draw';
  return winners.includes(player) ? 'win' : 'loss';
}

function fromStore(row: Row): Unnamed {
  const { room, game, ending, startedAt, endedAt, seats } = row;
  return {
    ...head('Match', room, startedAt),
    spec: { game },
    status: {
      phase: 'finished',
      room,
      seats: seats.map(({ player, result }) => ({ player, result })),
      ending,
      startedAt: instant(startedAt),
      endedAt: instant(endedAt),
    },
  };
}

function seatLabel({ displayName, player, result }: Match['status']['seats'][number]): string {
  return `${displayName || player || '–'}${result ? ` (${result})` : ''}`;
}
