/**
 * Where people come from. One port, two implementations: the embedded provider and a real Keycloak;
 * `contract.ts` is run against each.
 */
import type { Express } from 'express';
import type { JWTVerifyGetKey } from 'jose';
import type { RefusalCode } from '#schema/refusals.ts';
import type { CreateLimiter } from '#server/limits/limiter.ts';
import type { Metrics } from '#server/telemetry/metrics.ts';

/** Which access tokens are believed; what `createVerifier` needs to know of the provider. */
export type Trust = {
  /** `iss`: exactly the address that browsers see. */
  issuer: string;
  /** `aud` */
  audience: string;
  /** `azp`: the browser client. */
  client: string;
  keys: JWTVerifyGetKey;
};

/** A person as the provider knows them. `id` is the token's `sub`. */
export type User = {
  id: string;
  username: string;
  enabled: boolean;
  roles: readonly string[];
  /** Wall ms. */
  createdAt: number;
};

export type NewUser = { username: string; password: string; roles?: readonly string[] };

/** A session that is still good. `id` is the token's `sid`; times are wall ms. */
export type Login = { id: string; user: string; startedAt: number };

/** A session that ended before its time; without `sid`, every session of that person. */
export type SessionEnd = { sub: string; sid?: string };

export type UserRefusal = { refused: RefusalCode; field: 'username' | 'password'; detail: string };

/** All of these reject with `ProviderTrouble` when a provider of its own is away, or does not obey us. */
export type Users = {
  create(user: NewUser): Promise<User | UserRefusal>;
  get(id: string): Promise<User | undefined>;
  /** By the name as a person types it. */
  find(username: string): Promise<User | undefined>;
  list(): Promise<User[]>;
  /** Replaces the roles; tokens carry the new ones from their next refresh. */
  setRoles(id: string, roles: readonly string[]): Promise<void>;
  /** Everybody who has this role themselves. */
  holding(role: string): Promise<User[]>;
  /** Replaces the password. What they are signed in to goes on. Undefined when that was done. */
  setPassword(id: string, password: string): Promise<UserRefusal | undefined>;
  /** A disabled person cannot sign in, and their sessions end. */
  setEnabled(id: string, enabled: boolean): Promise<void>;
  /** Ends their sessions, too. Deleting who is not there is fine. */
  delete(id: string): Promise<void>;
};

/** As with `Users`. */
export type Sessions = {
  list(user: string): Promise<Login[]>;
  /** False when there is no such session (any more). */
  revoke(sid: string): Promise<boolean>;
  revokeAll(user: string): Promise<void>;
};

/** What keycloak-js is initialised with. */
export type BrowserConfig = { url: string; realm: string; clientId: string };

/** How often a provider's own routes may be used; `limiter` counts for all processes together. */
export type IdentityLimits = {
  limiter: CreateLimiter;
  metrics: Pick<Metrics, 'refused'>;
  /** Forms and codes from one address. */
  loginsPerMinute: number;
  /** Pages and starts of a sign-in from one address. */
  pagesPerMinute: number;
};

/** To be printed once, and never logged. */
export type FirstAdministrator = { username: string; password: string };

/** The provider was asked for something about people or sessions, and did not do it. The message holds no secret. */
export class ProviderTrouble extends Error {
  override name = 'ProviderTrouble';
}

export type IdentityProvider = {
  readonly trust: Trust;
  readonly users: Users;
  readonly sessions: Sessions;
  /**
   * Calls back for every session that ends by a logout, a revocation, or because its person was disabled or
   * deleted. It is awaited before the one who ended it gets an answer. Returns how to stop listening.
   */
  onSessionEnd(listener: (end: SessionEnd) => void | Promise<void>): () => void;
  browserConfig(): BrowserConfig;
  /** Adds the provider's own routes (pages and endpoints, or a back channel). Before any body parser. */
  mount(app: Express, limits: IdentityLimits): void;
  /** True once people can sign in; until then the reason, as a sentence that everybody may read. */
  ready(): Promise<true | string>;
  /** The administrator's name and password, on the very first start of a provider that makes one. */
  bootstrap?(): Promise<FirstAdministrator | undefined>;
  /** Stops what it does by itself. */
  close?(): void;
};
