/**
 * Who may do what, as data. A rule that is not here does not exist: what no rule allows is denied.
 * `*` stands for every verb, or for every resource with its subresources.
 */
export const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'use'] as const;
export type Verb = (typeof VERBS)[number];

/** `resource` or `resource/subresource`. */
export const RESOURCES = [
  'players',
  /** Last login, session time, matches played: more than a name. */
  'players/details',
  'players/password',
  'bans',
  'sessions',
  'channels',
  'channels/members',
  'messages',
  /** Those that somebody else wrote. */
  'messages/others',
  /** Who may not post in a channel for a while. */
  'mutes',
  'rooms',
  /** That a room was quarantined, and why. */
  'rooms/quarantined',
  /** All that is kept of a room, as one document; its seed tells how the dice will fall. */
  'rooms/log',
  /** In such a document, of a room that keeps no log: what people wrote. */
  'rooms/content',
  'rooms/retry',
  'matches',
  'matches/seats',
  'matches/moves',
  'games',
  'stats',
  'lobby',
  'monitor',
] as const;
export type Resource = (typeof RESOURCES)[number];

export type Rule = { verbs: readonly (Verb | '*')[]; resources: readonly (Resource | '*')[] };

const LOOK: Rule[] = [
  { verbs: ['get', 'list'], resources: ['channels', 'rooms', 'matches', 'games', 'stats', 'players'] },
  { verbs: ['get'], resources: ['lobby'] },
];

const TALK: Rule[] = [
  { verbs: ['create'], resources: ['channels/members'] },
  // whose message it is, the channel knows
  { verbs: ['get', 'list', 'create', 'delete'], resources: ['messages'] },
];

const MODERATE: Rule[] = [
  { verbs: ['delete'], resources: ['messages/others'] },
  { verbs: ['get', 'list', 'create', 'delete'], resources: ['mutes'] },
];

const PLAY: Rule[] = [{ verbs: ['create'], resources: ['matches', 'matches/seats', 'matches/moves'] }];

export const ROLES = {
  spectator: LOOK,
  player: [...LOOK, ...TALK, ...PLAY],
  moderator: [...LOOK, ...TALK, ...PLAY, ...MODERATE],
  loadtest: [...LOOK, ...TALK, ...PLAY],
  admin: [{ verbs: ['*'], resources: ['*'] }],
} as const satisfies Record<string, readonly Rule[]>;
export type Role = keyof typeof ROLES;
