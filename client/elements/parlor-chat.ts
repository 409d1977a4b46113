import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { inBackground } from '#client/background.ts';
import { type Connection, isOver } from '#client/net/connection.ts';
import { confirmed, Drafts, onTheWay } from '#client/net/drafts.ts';
import { Live } from '#client/net/live.ts';
import { Newest } from '#client/net/newest.ts';
import type { Parlor } from '#client/net/parlor.ts';
import { duration, localMoment, texts } from '#client/texts.ts';
import { type Channel, MESSAGE_GRAPHEMES } from '#schema/chat.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import { roomOfChannel } from '#schema/rooms.ts';
import './chat-composer.ts';
import './chat-log.ts';
import './chat-outgoing.ts';
import type { Outgoing } from './chat-outgoing.ts';
import './connection-band.ts';
import './mute-person.ts';
import type { MutePerson } from './mute-person.ts';
import './room-over.ts';
import { controls } from './styles/controls.ts';
import { skeleton } from './styles/skeleton.ts';

type Post = { id: string; text: string };

/**
 * A channel: what is said in it, and a place to say something. Stands alone on any page; it needs only
 * a `parlor` to talk through and the name of its `channel`.
 */
export class ParlorChat extends LitElement {
  static override properties = {
    parlor: { attribute: false },
    channel: {},
    embedded: { type: Boolean },
    calm: { type: Boolean },
    trouble: {},
    connection: { state: true },
    refused: { state: true },
    lost: { state: true },
    divider: { state: true },
  };
  declare parlor: Parlor | undefined;
  declare channel: string;
  declare embedded: boolean;
  /** The page around it says already that the server is away. */
  declare calm: boolean;
  /** Why there is no `parlor` yet; shown in place of the talk. */
  declare trouble: string | undefined;
  declare connection: Connection<Channel> | undefined;
  /** Posts refused for good in this load of the page. */
  declare refused: readonly (Post & { code: RefusalCode })[];
  /** Posts of an earlier load of the page that nobody has answered. */
  declare lost: readonly Post[];
  /** Up to which message one had read on entering; the divider stays there while one looks. */
  declare divider: number | undefined;
  #drafts: Drafts | undefined;
  readonly #opening = new Newest();
  #read = 0;

  static override styles = [
    controls,
    skeleton,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        height: 100%;
        background: var(--paper-raised);
      }
      chat-log {
        flex: 1;
      }
      .empty {
        display: grid;
        gap: var(--space-1);
        padding: var(--space-7) var(--space-5);
        text-align: center;
        color: var(--ink-soft);
        text-wrap: balance;
      }
      .empty strong {
        color: var(--ink);
        font: 560 var(--text-large) / var(--leading-tight) var(--face-title);
      }
      .loading {
        flex: 1;
        display: grid;
        align-content: start;
        gap: var(--space-4);
        padding: var(--space-5) var(--space-4);
      }
      .loading .skeleton {
        height: var(--space-6);
      }
      .loading .skeleton:nth-child(2n) {
        width: 70%;
      }
      .readers {
        padding: var(--space-1) var(--space-4);
        text-align: center;
      }
      .muted {
        color: var(--bad);
        text-wrap: balance;
      }
      room-over {
        flex: 1;
      }
    `,
  ];

  constructor() {
    super();
    this.channel = '';
    this.embedded = false;
    this.calm = false;
    this.refused = [];
    this.lost = [];
    new Live(this, () => this.connection);
  }

  override willUpdate(changed: PropertyValues<this>) {
    if ((changed.has('parlor') || changed.has('channel')) && this.parlor && this.channel) inBackground(this.#open());
    if (this.connection) this.#confirm(this.connection);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#leave();
  }

  override connectedCallback() {
    super.connectedCallback();
    if (this.hasUpdated && this.parlor && this.channel) inBackground(this.#open());
  }

  async #open() {
    const { parlor, channel } = this;
    if (!parlor) return;
    this.#leave();
    const signal = this.#opening.begin();
    this.divider = undefined;
    this.#read = 0;
    this.#drafts = new Drafts(parlor.me.player, channel);
    this.lost = this.#drafts.unconfirmed;
    const connection = await parlor.openRoom<Channel>(roomOfChannel(channel), signal);
    if (!signal.aborted) this.connection = connection;
  }

  /** Leaves what is open, or on its way; the seat is kept. */
  #leave() {
    this.#opening.abort();
    this.connection = undefined;
  }

  /** What an earlier load of the page sent and the history shows was accepted after all. */
  #confirm({ state, status }: Connection<Channel>) {
    if (!this.parlor || !state?.messages || status === 'connecting') return;
    this.divider ??= state.members.get(this.parlor.me.player)?.read ?? 0;
    if (this.lost.length === 0 || !this.#drafts) return;
    const arrived = confirmed(this.#drafts.unconfirmed, [...state.messages.values()], this.parlor.me.player);
    for (const id of arrived) this.#drafts.settled(id);
    if (arrived.size > 0) this.lost = this.lost.filter(({ id }) => !arrived.has(id));
  }

  override render() {
    const { connection, parlor } = this;
    if (!parlor && this.trouble) return html`<p class="empty" role="status">${this.trouble}</p>`;
    if (!parlor || !connection || connection.status === 'connecting') return this.#loading();
    if (isOver(connection.status))
      return html`<room-over
        .status=${connection.status}
        .refusal=${connection.refusal} .rest=${parlor.rest}
        ?here=${parlor.signedOutHere}
        ?embedded=${this.embedded}
        @act=${connection.status === 'signed-out' ? () => parlor.signIn() : () => inBackground(this.#open())}
      ></room-over>`;
    const { state, status, paused } = connection;
    const outgoing = this.#outgoing();
    return html`${this.calm ? nothing : html`<connection-band .status=${status} ?paused=${paused}></connection-band>`}
      <chat-log
        .messages=${[...state.messages.values()]}
        .names=${parlor.names}
        .me=${parlor.me.player}
        ?moderates=${parlor.mayModerate}
        .readUpTo=${this.divider ?? 0}
        .now=${() => connection.serverNow()}
        @mute=${(event: CustomEvent<string>) => this.#mute(event.detail)}
        @redact=${(event: CustomEvent<number>) => inBackground(connection.submit('redact', { id: event.detail }))}
        @read=${(event: CustomEvent<number>) => this.#markRead(event.detail)}
      >
        <div slot="empty" class="empty">
          ${outgoing.length > 0 ? nothing : html`<strong>${texts.chat.empty}</strong>`}
          <span>${state.ttlMs ? texts.chat.emptyHint(duration(state.ttlMs)) : texts.chat.emptyPlain}</span>
        </div>
        ${outgoing.map(
          (post) =>
            html`<chat-outgoing .post=${post} @again=${() => this.#again(post)} @discard=${() => this.#discard(post)}></chat-outgoing>`,
        )}
      </chat-log>
      ${this.#muted(connection)}
      <p class="readers small soft">${state.match ? texts.chat.readers.table : texts.chat.readers.all}</p>
      <chat-composer
        .text=${this.#drafts?.text ?? ''}
        .limit=${MESSAGE_GRAPHEMES}
        @draft=${this.#draft}
        @post=${(event: CustomEvent<string>) => inBackground(this.#post(event.detail))}
      ></chat-composer>
      ${parlor.mayModerate ? html`<mute-person .connection=${connection} .names=${parlor.names}></mute-person>` : nothing}`;
  }

  #muted({ state }: Connection<Channel>) {
    const until = state.mutes.get(this.parlor?.me.player ?? '')?.endsAt;
    return until === undefined
      ? nothing
      : html`<p class="readers small muted" role="status">${texts.chat.muted(localMoment(until))}</p>`;
  }

  #mute(player: string) {
    inBackground(this.renderRoot.querySelector<MutePerson>('mute-person')?.open(player));
  }

  #loading() {
    return html`<div class="loading" role="status" aria-label=${texts.connection.connecting}>
      ${[0, 1, 2, 3].map(() => html`<div class="skeleton"></div>`)}
    </div>`;
  }

  #outgoing(): Outgoing[] {
    const pending = (this.connection?.pending ?? []).filter(({ type }) => type === 'post');
    const sending = pending.map(({ payload, waiting }) => ({ text: (payload as { text: string }).text, waiting }));
    const sent = sending.length > 0 ? (this.#drafts?.unconfirmed ?? []) : [];
    const going = onTheWay(
      sending,
      sent,
      [...(this.connection?.state.messages.values() ?? [])],
      this.parlor?.me.player ?? '',
    );
    return [
      ...this.lost.map((post): Outgoing => ({ kind: 'unconfirmed', ...post })),
      ...this.refused.map((post): Outgoing => ({ kind: 'refused', ...post })),
      ...going.map((post): Outgoing => ({ kind: 'sending', ...post })),
    ];
  }

  #draft(event: CustomEvent<string>) {
    if (this.#drafts) this.#drafts.text = event.detail;
  }

  async #post(text: string) {
    const { connection } = this;
    const drafts = this.#drafts;
    if (!connection || !drafts) return;
    const id = crypto.randomUUID();
    drafts.text = '';
    drafts.sent({ id, text, after: connection.state.seq });
    const reply = await connection.submit('post', { text });
    drafts.settled(id);
    if (!reply.ok) this.refused = [...this.refused, { id, text, code: reply.code }];
  }

  #again(post: Outgoing) {
    this.#discard(post);
    inBackground(this.#post(post.text));
  }

  #discard(post: Outgoing) {
    if (post.kind === 'sending') return;
    this.#drafts?.settled(post.id);
    this.lost = this.lost.filter(({ id }) => id !== post.id);
    this.refused = this.refused.filter(({ id }) => id !== post.id);
  }

  /** The cursor is kept by the room, so that what was read here is read on every device. */
  #markRead(upTo: number) {
    const { connection, parlor } = this;
    if (!connection || !parlor || document.hidden || upTo <= this.#read) return;
    this.#read = upTo;
    if (upTo > (connection.state.members.get(parlor.me.player)?.read ?? 0))
      inBackground(connection.submit('read', { seq: upTo }));
  }
}
customElements.define('parlor-chat', ParlorChat);
