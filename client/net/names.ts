import { inBackground } from '#client/background.ts';
import type { Api } from '#client/net/rest.ts';
import { texts } from '#client/texts.ts';
import type { Player } from '#schema/resources.ts';
import { BOT_PLAYER } from '#schema/states.ts';

/**
 * Display names by pseudonym: states carry no names. Presence teaches most of them; the API is asked
 * once for each of the others.
 */
export class Names {
  readonly #known = new Map<string, string>();
  readonly #asked = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #rest: Api | undefined;

  constructor(rest?: Api) {
    this.#rest = rest;
    this.#known.set(BOT_PLAYER, texts.bot);
  }

  /** The name, or an em dash until it is known; asking makes it known soon. */
  of(player: string): string {
    const name = this.#known.get(player);
    if (name === undefined && player) inBackground(this.#ask(player));
    return name ?? texts.unknownName;
  }

  learn(player: string, name: string): void {
    if (!name || this.#known.get(player) === name) return;
    this.#known.set(player, name);
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #ask(player: string): Promise<void> {
    if (!this.#rest || this.#asked.has(player)) return;
    this.#asked.add(player);
    try {
      const found = await this.#rest.get<Player>(`players/${encodeURIComponent(player)}`);
      this.learn(player, found.spec.displayName);
    } catch {
      this.learn(player, texts.formerPlayer);
    }
  }
}
