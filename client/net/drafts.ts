/**
 * What was typed and not yet accepted, per channel. It lives in the tab's session storage: it survives
 * a reload, and goes with the tab, because words that delete themselves should not stay on a disk.
 */
export class Drafts {
  readonly #storage: Storage;
  readonly #key: string;

  constructor(player: string, channel: string, storage: Storage = sessionStorage) {
    this.#storage = storage;
    this.#key = `parlor:${player}:${channel}`;
  }

  get text(): string {
    return this.#storage.getItem(`${this.#key}:draft`) ?? '';
  }

  set text(text: string) {
    if (text) this.#storage.setItem(`${this.#key}:draft`, text);
    else this.#storage.removeItem(`${this.#key}:draft`);
  }

  /** Posts that were sent and whose answer never came to this page or an earlier load of it. */
  get unconfirmed(): readonly Unconfirmed[] {
    try {
      return JSON.parse(this.#storage.getItem(`${this.#key}:sent`) ?? '[]') as Unconfirmed[];
    } catch {
      return [];
    }
  }

  sent(post: Unconfirmed): void {
    this.#keep([...this.unconfirmed, post]);
  }

  settled(id: string): void {
    this.#keep(this.unconfirmed.filter((post) => post.id !== id));
  }

  #keep(posts: readonly Unconfirmed[]): void {
    if (posts.length > 0) this.#storage.setItem(`${this.#key}:sent`, JSON.stringify(posts));
    else this.#storage.removeItem(`${this.#key}:sent`);
  }
}

/** A post without an answer; `after` is the place in the room's log that one had seen when sending it. */
export type Unconfirmed = { id: string; text: string; after: number };

/** A message as far as it can be told to be an unconfirmed post. `id` is its place in the room's log. */
export type Said = { id: number; author: string; text: string };

/**
 * Which of the unconfirmed posts did arrive: each message of mine with a post's very words, and of a later
 * place than was seen when it was sent, confirms one of them. The others may be offered again without
 * saying anything twice.
 */
export function confirmed(posts: readonly Unconfirmed[], history: readonly Said[], me: string): Set<string> {
  const found = new Set<string>();
  const taken = new Set<Said>();
  for (const post of posts) {
    const match = history.find(
      (said) => said.author === me && said.text === post.text && said.id > post.after && !taken.has(said),
    );
    if (!match) continue;
    taken.add(match);
    found.add(post.id);
  }
  return found;
}

/** Of the posts that are being sent, those that the history does not show yet: it may come before the answer. */
export function onTheWay<P extends { text: string }>(
  sending: readonly P[],
  posts: readonly Unconfirmed[],
  history: readonly Said[],
  me: string,
): P[] {
  const arrived = confirmed(posts, history, me);
  const texts = posts.filter(({ id }) => arrived.has(id)).map(({ text }) => text);
  return sending.filter(({ text }) => {
    const shown = texts.indexOf(text);
    if (shown >= 0) texts.splice(shown, 1);
    return shown < 0;
  });
}
