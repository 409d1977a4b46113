/**
 * People. Everybody sees names; what one did here is for who may `get players/details`. To delete one is to delete the
 * account and to erase what names the person; to patch `spec.enabled` is to switch the account off or on.
 */
import type { PlayerStore, Player as Row } from '#db/stores/players.ts';
import type { PlayerStats, StatsStore } from '#db/stores/stats.ts';
import { newPassword, type Password, type Player, password, player, playerPatch } from '#schema/resources.ts';
import { failure, success } from '#schema/status.ts';
import { EVERYONE } from '#server/authz/roles.ts';
import type { People } from '#server/people/people.ts';
import { parseBody } from '#server/resources/body.ts';
import { PARLOR } from '#server/resources/group.ts';
import {
  type Answer,
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

/** Whoever asks. No pseudonym looks like this. */
const ME = 'me';

export type PlayersPorts = {
  players: Pick<PlayerStore, 'get' | 'list'>;
  stats: Pick<StatsStore, 'players'>;
  people: Pick<People, 'keeps' | 'enabled' | 'disable' | 'enable' | 'setPassword' | 'remove'>;
  /** Who has a connection right now. */
  online(): ReadonlySet<string>;
};

export const players: Declaration<PlayersPorts> = {
  plural: 'players',
  kind: 'Player',
  singular: 'player',
  group: PARLOR,
  storage: 'rows',
  schema: player,
  patches: playerPatch,
  verbs: ['list', 'get', 'patch', 'delete'],
  columns: [
    { name: 'Display Name', type: 'string', cell: ({ spec }: Player) => spec.displayName },
    { name: 'Last Login', type: 'string', cell: ({ status }: Player) => status?.lastLogin },
    {
      name: 'Session Seconds',
      type: 'integer',
      cell: ({ status }: Player) => status && Math.round(status.sessionSeconds),
    },
    { name: 'Matches', type: 'integer', cell: ({ status }: Player) => status?.matchesPlayed },
    {
      name: 'Enabled',
      type: 'string',
      cell: ({ spec }: Player) => ({ true: 'yes', false: 'no' })[String(spec.enabled)],
    },
  ],
  subresources: { password: { kind: 'Password', schema: password, verbs: ['create'] } },
  asked: { details: 'Last login, session time, matches played: more than a name.' },
  rules: [{ roles: EVERYONE, verbs: ['get', 'list'] }],
  serve: handlers,
};

function handlers({ players, stats, people, online }: PlayersPorts): Handlers {
  const absent = (name: string) => refuse(failure(404, `There is no player "${name}".`, { name, kind: 'players' }));

  async function show(rows: Row[], call: Call): Promise<Player[]> {
    if (!call.may('get', 'players', 'details').allowed) return rows.map(nameOnly);
    const played = await stats.players(rows.map(({ id }) => id));
    const here = online();
    return rows.map((row) => {
      const { spec, ...rest } = nameOnly(row);
      const enabled = row.disabledAt === undefined;
      return { ...rest, spec: { ...spec, enabled }, status: details(row, played.get(row.id), here.has(row.id)) };
    });
  }

  async function get(call: Call): Promise<Answer> {
    // A browser knows its session, not the pseudonym that states and logs carry.
    const row = await players.get(call.name === ME ? call.identity.player : call.name);
    if (!row || row.erasedAt !== undefined) return absent(call.name);
    const shown = (await show([row], call))[0] as Player;
    // The provider knows what was changed there; a list shows what was changed here.
    return answer(shown.status ? { ...shown, spec: { ...shown.spec, enabled: await people.enabled(row) } } : shown);
  }

  return {
    async list(call) {
      const page = await players.list(call.query);
      const items = await show(page.items, call);
      return list('Player', call.query, { items, next: page.next });
    },
    get,
    async patch(call) {
      const parsed = parseBody(playerPatch, 'Player', call.body);
      if ('refused' in parsed) return refuse(parsed.refused);
      const { name, identity } = call;
      const { enabled } = parsed.value.spec;
      const refused = enabled ? await people.enable(name) : await people.disable(name, identity.player);
      return refused ? refuseBy(refused) : get(call);
    },
    async mayDelete({ name, identity }) {
      const refused = await people.keeps(name, identity.player);
      return refused && refuseBy(refused);
    },
    async delete({ name, identity }) {
      const refused = await people.remove(name, identity.player);
      return refused ? refuseBy(refused) : answer(success({ name, uid: name, kind: 'players' }));
    },
    parts: {
      password: {
        async create({ name, identity, body }) {
          const parsed = parseBody(newPassword, 'Password', body);
          if ('refused' in parsed) return refuse(parsed.refused);
          const set = await people.setPassword(name, parsed.value.spec?.password, identity.player);
          if (!('password' in set)) return refuseBy({ ...set, field: set.field ? `spec.${set.field}` : undefined });
          const made: Password = { ...head('Password', name), spec: { password: set.password } };
          return answer(made, 201);
        },
      },
    },
  };
}

function nameOnly(row: Row): Player {
  return { ...head('Player', row.id, row.createdAt), spec: { displayName: row.name } };
}

function details(row: Row, stats: PlayerStats | undefined, online: boolean): NonNullable<Player['status']> {
  return {
    lastLogin: instant(row.lastLoginAt),
    sessionSeconds: stats?.sessionSeconds ?? 0,
    matchesPlayed: stats?.played ?? 0,
    online,
  };
}
