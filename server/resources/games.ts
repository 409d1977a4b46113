/** Games that can be played, as their machines declare them. */
import { z } from 'zod';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { type Game, game } from '#schema/resources.ts';
import { EVERYONE } from '#server/authz/roles.ts';
import { PARLOR } from '#server/resources/group.ts';
import { type Declaration, head } from '#server/resources/resource.ts';
import { whole } from '#server/resources/whole.ts';

export type GameListing = {
  name: string;
  seats: { min: number; max: number };
  realtime: boolean;
  bot: boolean;
  refusals: Record<string, string>;
  /** JSON Schema. */
  options: Record<string, unknown>;
};

export const games: Declaration<{ games: readonly GameListing[] }> = {
  plural: 'games',
  kind: 'Game',
  singular: 'game',
  group: PARLOR,
  storage: 'memory',
  schema: game,
  verbs: ['list', 'get'],
  columns: [
    { name: 'Seats', type: 'string', cell: ({ spec }: Game) => `${spec.seats.min}-${spec.seats.max}` },
    { name: 'Bot', type: 'string', cell: ({ spec }: Game) => (spec.bot ? 'yes' : 'no') },
    { name: 'Realtime', type: 'string', cell: ({ spec }: Game) => (spec.realtime ? 'yes' : 'no') },
  ],
  rules: [{ roles: EVERYONE, verbs: ['get', 'list'] }],
  serve: ({ games }, facts) => whole(facts, () => games.map(show)),
};

/** Only its kind makes a machine a game. */
export function gamesAmong<M extends Pick<AnyMachine, 'kind'>>(machines: readonly M[]): M[] {
  return machines.filter(({ kind }) => kind === 'match');
}

const NONE = z.strictObject({});

function schemaOf(options: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(options, { io: 'input' });
  return schema;
}

/** A game as its machine declares it. */
export function gameOf({ name, seats, rate, bot, refusals: own = {}, options = NONE }: AnyMachine): GameListing {
  const { min = 1, max } = seats;
  const refusals = Object.fromEntries(Object.entries(own).map(([word, sentence]) => [`${name}/${word}`, sentence]));
  return {
    name,
    seats: { min, max },
    realtime: rate !== undefined,
    bot: bot !== undefined,
    refusals,
    options: schemaOf(options),
  };
}

function show({ name, ...spec }: GameListing): Game {
  return { ...head('Game', name), spec };
}
